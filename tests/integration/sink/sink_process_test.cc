// otlp-sink as a process, and the SDK's exporters of harness/telemetry against it.

#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.grpc.pb.h>

#include "harness/telemetry/tracing.h"
#include "tests/support/http.h"
#include "tests/support/process.h"
#include "tests/unit/sink/requests.h"

namespace tracetax::test {
namespace {

using telemetry::SpanKind;
using telemetry::Tracing;
constexpr Nanos flush_patience = std::chrono::seconds(20);
constexpr const char* proto = "application/x-protobuf";

class Sink {
 public:
  explicit Sink(const std::vector<std::string>& more = {}) : process_(launch(more)) { process_.wait_ready(); }
  std::string grpc() { return "http" + process_.url(0).substr(4); }
  std::string http() { return process_.url(1); }
  Json post(const std::string& path) { return Json::parse(http_request("POST", process_.admin() + path).body); }
  Json get(const std::string& path) { return Json::parse(text(path)); }
  std::string text(const std::string& path) { return http_request("GET", process_.admin() + path).body; }
  Process& process() { return process_; }

 private:
  static Launch launch(const std::vector<std::string>& more) {
    Launch how;
    how.program = "otlp-sink";
    how.arguments = {"--listen", "grpc://127.0.0.1:0", "--listen", "http://127.0.0.1:0", "--admin", "127.0.0.1:0"};
    how.arguments.insert(how.arguments.end(), more.begin(), more.end());
    return how;
  }
  Process process_;
};

TracingConfig exporting(ExporterType type, const std::string& endpoint, bool gzip = false) {
  TracingConfig config;
  config.sampler.type = SamplerType::always_on;
  config.exporter = {.type = type, .endpoint = endpoint, .gzip = gzip};
  config.batch = {.queue = 8192, .size = 512, .delay = std::chrono::milliseconds(200)};
  return config;
}

std::uint64_t u64(const Json& json) {
  return json.get<std::uint64_t>();
}

TEST(SinkProcess, EveryExporterDeliversEverySpanOnce) {
  Sink sink;
  struct Row {
    ExporterType type;
    bool gzip;
  };
  for (const Row& row :
       {Row{ExporterType::otlp_grpc, false}, Row{ExporterType::otlp_grpc, true}, Row{ExporterType::otlp_http, false}}) {
    SCOPED_TRACE(row.gzip);
    const bool grpc = row.type == ExporterType::otlp_grpc;
    const auto tracing = Tracing::start(exporting(row.type, grpc ? sink.grpc() : sink.http(), row.gzip), {"router"});
    for (int i = 0; i < 1000; ++i) {
      const auto root = tracing->span("stdio.read", {.kind = SpanKind::kServer});
      const auto child = tracing->span("gateway.request", {.kind = SpanKind::kClient, .parent = root.context()});
    }
    ASSERT_TRUE(tracing->flush(flush_patience));
    const auto counts = tracing->counts();
    EXPECT_EQ(counts.exported, 2000u);
    EXPECT_EQ(counts.export_failed, 0u);
    EXPECT_EQ(u64(sink.post("/flush")["spans"]) % 2000, 0u);

    const Json report = sink.post("/collect");
    EXPECT_EQ(u64(report["spans"]), 2000u);
    EXPECT_EQ(u64(report["requests"]), counts.exports);
    EXPECT_EQ(u64(report["traces"]), 1000u);
    EXPECT_EQ(u64(report["roots"]), 1000u);
    EXPECT_EQ(report["service_sets"], (Json{{"router", 1000}}));
    for (const char* none : {"duplicates", "malformed", "refused", "multi_root", "orphans"}) {
      EXPECT_EQ(u64(report[none]), 0u) << none;
    }
    EXPECT_EQ(report["services"]["router"]["bytes"], report["bytes"]);
    // Two ids, two times and a name: no span fits in less, and none of these needs a kilobyte.
    EXPECT_GT(u64(report["bytes"]), 2000u * 50);
    EXPECT_LT(u64(report["bytes"]), 2000u * 1024);
  }
  EXPECT_NE(sink.text("/metrics").find("\notlp_sink_spans_received_total 6000\n"), std::string::npos);
}

TEST(SinkProcess, OneTraceOfTwoServicesOverBothProtocols) {
  Sink sink;
  {
    const auto router = Tracing::start(exporting(ExporterType::otlp_grpc, sink.grpc()), {"router", "1.2.3"});
    const auto gateway = Tracing::start(exporting(ExporterType::otlp_http, sink.http()), {"gateway"});
    const auto root = router->span("stdio.read", {.kind = SpanKind::kServer});
    auto child = gateway->span(
        "http.request",
        {.kind = SpanKind::kServer, .parent = root.context(), .attributes = {{"mcp.method.name", "tools/call"}}});
    child.error("timeout", "too slow");
  }  // ends and exports
  const Json traces = sink.get("/traces")["traces"];
  ASSERT_EQ(traces.size(), 1u);
  const Json& spans = traces[0]["spans"];
  ASSERT_EQ(spans.size(), 2u);
  EXPECT_EQ(spans[0]["service"], "router");
  EXPECT_EQ(spans[0]["kind"], "server");
  EXPECT_FALSE(spans[0].contains("parent_span_id"));
  EXPECT_EQ(spans[1]["service"], "gateway");
  EXPECT_EQ(spans[1]["parent_span_id"], spans[0]["span_id"]);
  EXPECT_EQ(spans[1]["status"], "error");
  EXPECT_EQ(spans[1]["status_message"], "too slow");
  EXPECT_EQ(spans[1]["attributes"], (Json{{"mcp.method.name", "tools/call"}, {"error.type", "timeout"}}));
  const Json report = sink.post("/collect");
  EXPECT_EQ(report["service_sets"], (Json{{"gateway,router", 1}}));
  EXPECT_EQ(u64(report["orphans"]), 0u);
  EXPECT_TRUE(sink.get("/traces")["traces"].empty());
}

TEST(SinkProcess, RefusesBeyondItsMemoryOverBothProtocolsAndSaysSo) {
  Sink sink({"--max-bytes", "100"});
  const auto grpc = Tracing::start(exporting(ExporterType::otlp_grpc, sink.grpc()), {"a"});
  grpc->span("work", {}).end();  // the resource alone is more than 100 bytes
  ASSERT_TRUE(grpc->flush(flush_patience));
  EXPECT_EQ(grpc->counts().export_failed, 1u);
  const auto http = Tracing::start(exporting(ExporterType::otlp_http, sink.http()), {"a"});
  http->span("work", {}).end();
  ASSERT_TRUE(http->flush(flush_patience));
  EXPECT_EQ(http->counts().export_failed, 1u);
  const std::string body = sink::request_bytes({{"a", 1, 1, 0, 0, std::string(100, 'x')}});
  const auto reply = http_request("POST", sink.http() + "/v1/traces", body, {{"Content-Type", proto}});
  EXPECT_EQ(reply.status, 507);
  const Json report = sink.post("/collect");
  EXPECT_EQ(u64(report["refused"]), 3u);
  EXPECT_EQ(u64(report["spans"]), 0u);
}

TEST(SinkProcess, HttpTellsWhatIsWrongAndGoesOn) {
  Sink sink;
  const auto post = [&](const std::string& body, const std::string& type) {
    return http_request("POST", sink.http() + "/v1/traces", body, {{"Content-Type", type}});
  };
  EXPECT_EQ(post("nonsense", proto).status, 400);
  const auto json = post("nonsense", "application/json");
  EXPECT_EQ(json.status, 400);
  EXPECT_EQ(json.headers.at("content-type"), "application/json");
  EXPECT_EQ(Json::parse(json.body)["code"], 3);
  EXPECT_EQ(http_request("POST", sink.http() + "/other").status, 404);
  EXPECT_EQ(post(sink::request_bytes({{"a", 1, 1}}), proto).status, 200);
  const Json report = sink.post("/collect");
  EXPECT_EQ(u64(report["malformed"]), 2u);
  EXPECT_EQ(u64(report["spans"]), 1u);
}

TEST(SinkProcess, HandsOverTheRequestsAsTheyCame) {
  Sink sink;
  const std::string first = sink::request_bytes({{"a", 1, 1}}), second = sink::request_bytes({{"b", 2, 1}});
  for (const std::string& body : {first, second}) {
    ASSERT_EQ(http_request("POST", sink.http() + "/v1/traces", body, {{"Content-Type", proto}}).status, 200);
  }
  const auto reply = http_request("POST", sink.process().admin() + "/take");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.headers.at("content-type"), "application/octet-stream");
  ASSERT_EQ(reply.body.size(), 2 * 12 + first.size() + second.size());
  EXPECT_EQ(static_cast<unsigned char>(reply.body[0]), first.size());
  EXPECT_EQ(reply.body.substr(12, first.size()), first);
  EXPECT_EQ(reply.body.substr(24 + first.size()), second);
  EXPECT_EQ(http_request("POST", sink.process().admin() + "/take").body, "");
  EXPECT_EQ(u64(sink.post("/collect")["requests"]), 0u);
  const Json stats = sink.get("/stats");
  EXPECT_EQ(u64(stats["requests"]), 2u);
  EXPECT_EQ(u64(stats["spans"]), 2u);
  EXPECT_EQ(u64(stats["held_bytes"]), 0u);
}

// curl does so from 1 MiB on, and waits a second for the 100 when it does not come.
TEST(SinkProcess, SaysContinueBeforeALargeBody) {
  Sink sink;
  const std::string body = sink::request_bytes({{"a", 1, 1, 0, 0, std::string(5u << 20, 'x')}});
  const std::string where = sink.http().substr(7);
  boost::asio::io_context io;
  boost::asio::ip::tcp::socket socket(io);
  const auto port = static_cast<std::uint16_t>(std::stoi(where.substr(where.rfind(':') + 1)));
  socket.connect({boost::asio::ip::make_address("127.0.0.1"), port});
  const std::string header = "POST /v1/traces HTTP/1.1\r\nHost: " + where + "\r\nContent-Type: " + proto +
                             "\r\nContent-Length: " + std::to_string(body.size()) + "\r\nExpect: 100-continue\r\n\r\n";
  boost::asio::write(socket, boost::asio::buffer(header));
  std::string answer;
  const auto read_head = [&] {
    answer.clear();
    boost::asio::read_until(socket, boost::asio::dynamic_buffer(answer), "\r\n\r\n");
    return answer.substr(0, answer.find("\r\n"));
  };
  EXPECT_EQ(read_head(), "HTTP/1.1 100 Continue");
  boost::asio::write(socket, boost::asio::buffer(body));
  EXPECT_EQ(read_head(), "HTTP/1.1 200 OK");
  EXPECT_EQ(u64(sink.post("/collect")["bytes"]), body.size());
}

TEST(SinkProcess, GrpcBytesThatAreNoOtlpAreAnsweredAndCounted) {
  Sink sink;
  const std::string target = sink.grpc().substr(7);
  const auto channel = grpc::CreateChannel(target, grpc::InsecureChannelCredentials());
  grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer> stub(channel);
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  const grpc::Slice nonsense("nonsense");
  const grpc::ByteBuffer request(&nonsense, 1);
  auto call =
      stub.PrepareUnaryCall(&context, "/opentelemetry.proto.collector.trace.v1.TraceService/Export", request, &queue);
  call->StartCall();
  grpc::ByteBuffer response;
  grpc::Status status;
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  ASSERT_TRUE(queue.Next(&tag, &ok));
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.Length(), 0u);
  EXPECT_EQ(u64(sink.post("/collect")["malformed"]), 1u);
}

TEST(SinkProcess, AdminSaysWhatItHas) {
  Sink sink;
  EXPECT_EQ(sink.text("/healthz"), "ok\n");
  EXPECT_TRUE(sink.text("/metrics").ends_with("# EOF\n"));
  EXPECT_EQ(http_request("GET", sink.process().admin() + "/collect").status, 405);
  EXPECT_EQ(http_request("POST", sink.process().admin() + "/metrics").status, 405);
  EXPECT_EQ(http_request("GET", sink.process().admin() + "/nothing").status, 404);
}

TEST(SinkProcess, EndsWithZeroOnSigtermAlsoWithoutAdmin) {
  Launch how;
  how.program = "otlp-sink";
  how.arguments = {"--listen", "grpc://127.0.0.1:0"};
  Process process(how);
  const Json ready = process.wait_ready();
  EXPECT_EQ(ready["service"], "otlp-sink");
  EXPECT_TRUE(ready["admin"].is_null());
  EXPECT_EQ(ready["listen"].size(), 1u);
  EXPECT_EQ(ready["pid"], process.pid());
  EXPECT_EQ(process.stop(), 0);
  Sink sink;
  EXPECT_EQ(sink.process().stop(), 0);
}

TEST(SinkProcess, APortInUseIsAFailingWorld) {
  Sink sink;
  for (const std::string& url : {"grpc" + sink.grpc().substr(4), sink.http()}) {
    Launch how;
    how.program = "otlp-sink";
    how.arguments = {"--listen", url};
    Process second(how);
    EXPECT_EQ(second.wait(), 4);
    EXPECT_NE(second.stderr_text().find("otlp-sink: cannot listen on " + url), std::string::npos)
        << second.stderr_text();
  }
}

}  // namespace
}  // namespace tracetax::test
