#include "mock_servers/sink/grpc_receiver.h"

#include <chrono>
#include <stdexcept>

#include <grpc/support/time.h>
#include <grpcpp/alarm.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <opentelemetry/proto/collector/metrics/v1/metrics_service.grpc.pb.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.grpc.pb.h>

#include "mock_servers/sink/intake.h"

namespace tracetax::sink {

namespace {

using opentelemetry::proto::collector::metrics::v1::MetricsService;
using opentelemetry::proto::collector::trace::v1::TraceService;

std::string bytes_of(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  bytes.reserve(buffer.Length());
  for (const grpc::Slice& slice : slices) bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return bytes;
}

grpc::ByteBuffer buffer_of(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

// Answers after a time. Ended by the alarm alone, which a caller that gives up only wakes: nothing finishes twice.
class LateAnswer final : public grpc::ServerUnaryReactor {
 public:
  explicit LateAnswer(Nanos delay) {
    const gpr_timespec wait = gpr_time_from_nanos(delay.count(), GPR_TIMESPAN);
    alarm_.Set(gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), wait), [this](bool) { Finish(grpc::Status::OK); });
  }

 private:
  void OnCancel() override { alarm_.Cancel(); }
  void OnDone() override { delete this; }
  grpc::Alarm alarm_{};
};

// Until the caller gives up, or the server ends.
class NoAnswer final : public grpc::ServerUnaryReactor {
  void OnCancel() override { Finish(grpc::Status::CANCELLED); }
  void OnDone() override { delete this; }
};

class Service final : public TraceService::WithRawCallbackMethod_Export<TraceService::Service> {
 public:
  Service(Store& store, Faults& faults) : store_(store), faults_(faults) {}

  grpc::ServerUnaryReactor* Export(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                   grpc::ByteBuffer* response) override {
    Payload payload;
    payload.protobuf = bytes_of(*request);
    payload.bytes = payload.protobuf.size();
    const Intake intake = take_in(std::move(payload), store_, faults_, monotonic_now());
    *response = buffer_of(response_protobuf(intake));
    if (intake.outcome == Intake::Outcome::hang) return new NoAnswer;
    if (intake.outcome == Intake::Outcome::taken && intake.delay > Nanos::zero()) return new LateAnswer(intake.delay);
    auto* const reactor = context->DefaultReactor();
    // The stream is reset; the connection belongs to other calls too.
    if (intake.outcome == Intake::Outcome::reset) context->TryCancel();
    reactor->Finish(status_of(intake.outcome));
    return reactor;
  }

 private:
  static grpc::Status status_of(Intake::Outcome outcome) {
    switch (outcome) {
      case Intake::Outcome::full:
        return {grpc::StatusCode::RESOURCE_EXHAUSTED, "otlp-sink holds --max-bytes of spans: POST /collect frees them"};
      case Intake::Outcome::unavailable:
        return {grpc::StatusCode::UNAVAILABLE, "refused on request: POST /fault"};
      case Intake::Outcome::reset:
        return grpc::Status::CANCELLED;
      case Intake::Outcome::taken:
      case Intake::Outcome::hang:
        break;
    }
    return grpc::Status::OK;
  }

  Store& store_;
  Faults& faults_;
};

class MetricService final : public MetricsService::WithRawCallbackMethod_Export<MetricsService::Service> {
 public:
  explicit MetricService(MetricCounters& counters) : counters_(counters) {}

  grpc::ServerUnaryReactor* Export(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                   grpc::ByteBuffer* response) override {
    *response = buffer_of({});
    auto* const reactor = context->DefaultReactor();
    reactor->Finish(counters_.take(bytes_of(*request))
                        ? grpc::Status::OK
                        : grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "not an ExportMetricsServiceRequest"));
    return reactor;
  }

 private:
  MetricCounters& counters_;
};

std::shared_ptr<grpc::ServerCredentials> credentials(const ListenAt& where, const TlsPems& tls) {
  if (!where.tls) return grpc::InsecureServerCredentials();
  grpc::SslServerCredentialsOptions options(tls.client_ca.empty()
                                                ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
                                                : GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = tls.client_ca;
  options.pem_key_cert_pairs.push_back({tls.key, tls.cert});
  return grpc::SslServerCredentials(options);
}

}  // namespace

struct GrpcReceiver::State {
  State(Store& store, Faults& faults) : service(store, faults), metrics(store.counters()) {}
  Service service;
  MetricService metrics;
  std::unique_ptr<grpc::Server> server{};
  std::string url{};
};

GrpcReceiver::GrpcReceiver(const ListenAt& where, Store& store, Faults& faults, const TlsPems& tls)
    : state_(std::make_unique<State>(store, faults)) {
  grpc::ServerBuilder builder;
  int port = 0;
  // Otherwise a second sink would share the port of the first and take half of its spans.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.SetMaxReceiveMessageSize(most_request_bytes);
  builder.AddListeningPort(where.host + ":" + std::to_string(where.port), credentials(where, tls), &port);
  builder.RegisterService(&state_->service);
  builder.RegisterService(&state_->metrics);
  state_->server = builder.BuildAndStart();
  if (!state_->server || port == 0) {
    throw std::runtime_error("cannot listen on " + without_port(where) + ":" + std::to_string(where.port) +
                             ": in use or not an address of this machine");
  }
  state_->url = without_port(where) + ":" + std::to_string(port);
}

GrpcReceiver::~GrpcReceiver() {
  state_->server->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
  state_->server->Wait();
}

std::string GrpcReceiver::url() const {
  return state_->url;
}

}  // namespace tracetax::sink
