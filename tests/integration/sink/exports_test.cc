// What an export is made of: headers, compression, and nothing that was to be masked.

#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.grpc.pb.h>

#include "tests/integration/sink/sink_under_test.h"
#include "tests/unit/telemetry/scoped_environment.h"

namespace tracetax::test {
namespace {

using opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest;
using opentelemetry::proto::collector::trace::v1::ExportTraceServiceResponse;
using opentelemetry::proto::collector::trace::v1::TraceService;
using telemetry::ScopedEnvironment;

class Listener final : public TraceService::Service {
 public:
  grpc::Status Export(grpc::ServerContext* context, const ExportTraceServiceRequest*,
                      ExportTraceServiceResponse*) override {
    for (const auto& [name, value] : context->client_metadata()) {
      headers[std::string(name.data(), name.size())] = std::string(value.data(), value.size());
    }
    return grpc::Status::OK;
  }
  std::map<std::string, std::string> headers{};
};

TEST(ExportHeaders, ArriveOverGrpc) {
  Listener listener;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&listener);
  const auto server = builder.BuildAndStart();
  ASSERT_TRUE(server);
  const ScopedEnvironment token{"TRACETAX_TEST_TOKEN", "hunter2"};
  const ScopedEnvironment standard{"OTEL_EXPORTER_OTLP_TRACES_HEADERS", "x-from=environment,x-tenant=overruled"};
  TracingConfig config = exporting(ExporterType::otlp_grpc, "http://127.0.0.1:" + std::to_string(port));
  config.exporter.headers = {{"authorization", "Bearer ${env:TRACETAX_TEST_TOKEN}"}, {"x-tenant", "blue"}};
  EXPECT_EQ(export_once(config).exported, spans_each);
  server->Shutdown();
  EXPECT_EQ(listener.headers["authorization"], "Bearer hunter2");
  EXPECT_EQ(listener.headers["x-tenant"], "blue");
  EXPECT_EQ(listener.headers["x-from"], "environment");
}

// The head of the one request that comes, in lower case.
std::string head_of_request(const TracingConfig& wanted) {
  namespace asio = boost::asio;
  asio::io_context io;
  asio::ip::tcp::acceptor acceptor(io, {asio::ip::make_address("127.0.0.1"), 0});
  TracingConfig config = wanted;
  config.exporter.endpoint = "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
  std::string head;
  std::jthread receiver([&] {
    asio::ip::tcp::socket socket = acceptor.accept();
    asio::read_until(socket, asio::dynamic_buffer(head), "\r\n\r\n");
    asio::write(socket, asio::buffer(std::string("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")));
  });
  export_once(config);
  receiver.join();
  head.resize(head.find("\r\n\r\n") + 2);
  for (char& c : head) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return head;
}

TEST(ExportHeaders, ArriveOverHttp) {
  const ScopedEnvironment token{"TRACETAX_TEST_TOKEN", "hunter2"};
  const ScopedEnvironment standard{"OTEL_EXPORTER_OTLP_HEADERS", "x-from=environment"};
  TracingConfig config = exporting(ExporterType::otlp_http, "");
  config.exporter.gzip = true;
  config.exporter.headers = {{"authorization", "Bearer ${env:TRACETAX_TEST_TOKEN}"}};
  const std::string head = head_of_request(config);
  EXPECT_TRUE(head.starts_with("post /v1/traces http/1.1\r\n")) << head;
  for (const char* line : {"authorization: bearer hunter2", "x-from: environment", "content-encoding: gzip",
                           "content-type: application/x-protobuf", "user-agent: otel-otlp-exporter-cpp"}) {
    EXPECT_NE(head.find("\r\n" + std::string(line)), std::string::npos) << line << "\n" << head;
  }
}

TEST(ExportGzip, SavesBytesOverHttpAndLosesNothing) {
  SinkUnderTest sink;
  TracingConfig config = exporting(ExporterType::otlp_http, sink.endpoint(ExporterType::otlp_http));
  config.exporter.gzip = true;
  EXPECT_EQ(export_once(config).exported, spans_each);
  EXPECT_EQ(sink.received(), spans_each);
  const Json stats = sink.get("/stats");
  EXPECT_EQ(stats["malformed"], 0);
}

class Redaction : public testing::TestWithParam<ExporterType> {};

TEST_P(Redaction, NoSecretLeavesTheProcess) {
  SinkUnderTest sink;
  TracingConfig config = exporting(GetParam(), sink.endpoint(GetParam()));
  config.redact.keys = {"password"};
  config.redact.patterns = {"email", "bearer"};
  {
    const ScopedEnvironment resource{"OTEL_RESOURCE_ATTRIBUTES", "owner=a@b.cd,db.password=hunter2"};
    const auto tracing = telemetry::Tracing::start(config, {"test"});
    auto span = tracing->span("mail a@b.cd", {});
    span.set("user.password", "hunter2");
    span.set("header", "Bearer hunter2");
    span.event("sent", {{"exception.message", "a@b.cd is unknown"}});
    span.error("unknown", "no a@b.cd");
    span.end();
    ASSERT_TRUE(tracing->flush(flush_patience));
    ASSERT_EQ(tracing->counts().exported, 1u);
  }
  const std::string bytes = http_request("POST", sink.process().admin() + "/take").body;
  for (const char* secret : {"hunter2", "a@b.cd"}) EXPECT_EQ(bytes.find(secret), std::string::npos) << secret;
  for (const char* rest : {"mail ***", "*** is unknown", "no ***", "user.password"}) {
    EXPECT_NE(bytes.find(rest), std::string::npos) << rest;
  }
}

INSTANTIATE_TEST_SUITE_P(Over, Redaction, testing::Values(ExporterType::otlp_grpc, ExporterType::otlp_http),
                         [](const auto& type) { return std::string(to_string(type.param)); });

}  // namespace
}  // namespace tracetax::test
