#include "mock_servers/sink/forwarder.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include <grpcpp/create_channel.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.grpc.pb.h>

#include "harness/base/time.h"

namespace tracetax::sink {
namespace {

using opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest;
using opentelemetry::proto::collector::trace::v1::ExportTraceServiceResponse;
using opentelemetry::proto::collector::trace::v1::TraceService;

constexpr Nanos longest_try = std::chrono::seconds(30);
constexpr auto pause = std::chrono::milliseconds(200);
constexpr auto of_one_try = std::chrono::seconds(10);

// OTLP specification, "OTLP/gRPC Response": codes after which a client should try again.
bool is_retryable(grpc::StatusCode code) {
  switch (code) {
    case grpc::CANCELLED:
    case grpc::DEADLINE_EXCEEDED:
    case grpc::ABORTED:
    case grpc::OUT_OF_RANGE:
    case grpc::UNAVAILABLE:
    case grpc::DATA_LOSS:
    case grpc::RESOURCE_EXHAUSTED:
      return true;
    default:
      return false;
  }
}

std::uint64_t count_spans(const ExportTraceServiceRequest& request) {
  std::uint64_t spans = 0;
  for (const auto& resource : request.resource_spans()) {
    for (const auto& scope : resource.scope_spans()) spans += static_cast<std::uint64_t>(scope.spans_size());
  }
  return spans;
}

std::shared_ptr<grpc::Channel> open_channel(const ListenAt& next) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxSendMessageSize(most_request_bytes);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  return grpc::CreateCustomChannel(next.host + ":" + std::to_string(next.port), grpc::InsecureChannelCredentials(),
                                   arguments);
}

}  // namespace

struct Forwarder::State {
  explicit State(const ListenAt& next) : stub(TraceService::NewStub(open_channel(next))) {}

  void send(const std::string& protobuf) {
    ExportTraceServiceRequest request;
    if (!request.ParseFromString(protobuf)) return;
    const std::uint64_t spans = count_spans(request);
    const Nanos until = monotonic_now() + longest_try;
    for (;;) {
      grpc::ClientContext context;
      // gRPC takes deadlines as dates, or as a span from now.
      context.set_deadline(gpr_time_from_millis(std::chrono::milliseconds(of_one_try).count(), GPR_TIMESPAN));
      ExportTraceServiceResponse response;
      const grpc::Status status = stub->Export(&context, request, &response);
      if (status.error_code() == grpc::DEADLINE_EXCEEDED) {
        unanswered += spans;
      } else if (!status.ok()) {
        refused += spans;
      }
      if (status.ok()) {
        const auto rejected = static_cast<std::uint64_t>(std::max<std::int64_t>(
            0, std::min<std::int64_t>(response.partial_success().rejected_spans(), static_cast<std::int64_t>(spans))));
        acknowledged += spans - rejected;
        failed += rejected;
        return;
      }
      if (stop || !is_retryable(status.error_code()) || monotonic_now() > until) break;
      std::this_thread::sleep_for(pause);
    }
    failed += spans;
  }

  void work() {
    std::unique_lock lock(mutex);
    for (;;) {
      wake.wait(lock, [this] { return stop || !pending.empty(); });
      if (stop) return;
      const std::string protobuf = std::move(pending.front());
      lock.unlock();
      send(protobuf);
      lock.lock();
      pending.pop_front();
    }
  }

  std::unique_ptr<TraceService::Stub> stub;
  std::atomic<std::uint64_t> acknowledged{0}, failed{0}, refused{0}, unanswered{0};
  std::atomic<bool> stop{false};
  std::mutex mutex{};
  std::condition_variable wake{};
  std::deque<std::string> pending{};  // the first one is on its way
  std::thread thread{};
};

Forwarder::Forwarder(const ListenAt& next) : state_(std::make_unique<State>(next)) {
  state_->thread = std::thread([state = state_.get()] { state->work(); });
}

Forwarder::~Forwarder() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stop = true;
  }
  state_->wake.notify_one();
  state_->thread.join();
}

void Forwarder::forward(std::string protobuf) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->pending.push_back(std::move(protobuf));
  }
  state_->wake.notify_one();
}

ForwardCounts Forwarder::counts() const {
  ForwardCounts counts{state_->acknowledged, state_->failed, state_->refused, state_->unanswered};
  const std::lock_guard lock(state_->mutex);
  counts.pending_requests = state_->pending.size();
  return counts;
}

}  // namespace tracetax::sink
