#include "mock_servers/sink/grpc_receiver.h"

#include <chrono>
#include <stdexcept>

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.grpc.pb.h>

namespace tracetax::sink {

namespace {

using opentelemetry::proto::collector::trace::v1::TraceService;

std::string bytes_of(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  bytes.reserve(buffer.Length());
  for (const grpc::Slice& slice : slices) bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return bytes;
}

class Service final : public TraceService::WithRawCallbackMethod_Export<TraceService::Service> {
 public:
  explicit Service(Store& store) : store_(store) {}

  grpc::ServerUnaryReactor* Export(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                   grpc::ByteBuffer* response) override {
    Payload payload;
    payload.protobuf = bytes_of(*request);
    payload.bytes = payload.protobuf.size();
    const bool taken = store_.take(std::move(payload));
    // An empty message is an ExportTraceServiceResponse without partial success.
    const grpc::Slice empty;
    *response = grpc::ByteBuffer(&empty, 1);
    auto* const reactor = context->DefaultReactor();
    reactor->Finish(taken ? grpc::Status::OK
                          : grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED,
                                         "otlp-sink holds --max-bytes of spans: POST /collect frees them"));
    return reactor;
  }

 private:
  Store& store_;
};

}  // namespace

struct GrpcReceiver::State {
  explicit State(Store& store) : service(store) {}
  Service service;
  std::unique_ptr<grpc::Server> server{};
  std::string url{};
};

GrpcReceiver::GrpcReceiver(const ListenAt& where, Store& store) : state_(std::make_unique<State>(store)) {
  grpc::ServerBuilder builder;
  int port = 0;
  // Otherwise a second sink would share the port of the first and take half of its spans.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.SetMaxReceiveMessageSize(most_request_bytes);
  builder.AddListeningPort(where.host + ":" + std::to_string(where.port), grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&state_->service);
  state_->server = builder.BuildAndStart();
  if (!state_->server || port == 0) {
    throw std::runtime_error("cannot listen on grpc://" + where.host + ":" + std::to_string(where.port) +
                             ": in use or not an address of this machine");
  }
  state_->url = "grpc://" + where.host + ":" + std::to_string(port);
}

GrpcReceiver::~GrpcReceiver() {
  state_->server->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
  state_->server->Wait();
}

std::string GrpcReceiver::url() const {
  return state_->url;
}

}  // namespace tracetax::sink
