// Log lines and histograms of calls.

#include <cstdio>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <opentelemetry/trace/span_context.h>

#include "mock_servers/common/call_histogram.h"
#include "mock_servers/common/call_log.h"

namespace tracetax::service {
namespace {

using Json = nlohmann::json;
using std::chrono::microseconds;

opentelemetry::trace::SpanContext context(bool sampled) {
  using namespace opentelemetry::trace;
  const std::uint8_t trace[16] = {0x4b, 0xf9, 0x2f, 0x35, 0x77, 0xb3, 0x4d, 0xa6,
                                  0xa3, 0xce, 0x92, 0x9d, 0x0e, 0x0e, 0x47, 0x36};
  const std::uint8_t span[8] = {0x00, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7};
  return {TraceId(trace), SpanId(span), TraceFlags(sampled ? TraceFlags::kIsSampled : 0), false};
}

ServedCall call(CallOutcome outcome = CallOutcome::ok) {
  ServedCall served;
  served.tool = "lookup";
  served.span = context(true);
  served.outcome = outcome;
  served.took = microseconds(1234);
  return served;
}

const telemetry::Redactor nothing{RedactConfig{}};

TEST(LogLine, HasTheIdsOfItsSpan) {
  EXPECT_EQ(log_line(call(), "mcp-server", 1'700'000'000'000'000'042, nothing),
            "{\"time\":\"2023-11-14T22:13:20.000000042Z\",\"severity\":\"INFO\",\"service.name\":\"mcp-server\","
            "\"message\":\"tools/call lookup\",\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\","
            "\"span_id\":\"00f067aa0ba902b7\",\"sampled\":true,\"tool\":\"lookup\",\"outcome\":\"ok\","
            "\"duration_ms\":1.234000}\n");
}

TEST(LogLine, SaysHowTheCallEnded) {
  ServedCall failed = call(CallOutcome::protocol_error);
  failed.span = context(false);
  failed.error = "no \"such\"\n tool \xff";
  const Json line = Json::parse(log_line(failed, "s", 0, nothing));
  EXPECT_EQ(line["severity"], "ERROR");
  EXPECT_EQ(line["outcome"], "protocol_error");
  EXPECT_EQ(line["sampled"], false);
  EXPECT_EQ(line["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(line["error"], "no \"such\"\n tool \xef\xbf\xbd");
  EXPECT_EQ(Json::parse(log_line(call(CallOutcome::tool_error), "s", 0, nothing))["severity"], "WARN");
  ServedCall untraced = call();
  untraced.span = opentelemetry::trace::SpanContext::GetInvalid();
  const Json bare = Json::parse(log_line(untraced, "s", 0, nothing));
  EXPECT_FALSE(bare.contains("trace_id"));
  EXPECT_EQ(bare["sampled"], false);
}

TEST(LogLine, IsRedacted) {
  RedactConfig config;
  config.patterns = {"email"};
  config.keys = {"tool"};
  ServedCall served = call(CallOutcome::protocol_error);
  served.error = "unknown user a@b.cd";
  const Json line = Json::parse(log_line(served, "a@b.cd", 0, telemetry::Redactor(config)));
  EXPECT_EQ(line["error"], "unknown user ***");
  EXPECT_EQ(line["service.name"], "***");
  EXPECT_EQ(line["tool"], "***");
}

TEST(CallLog, AppendsWholeLines) {
  const std::string path = testing::TempDir() + "call-log-test.jsonl";
  std::remove(path.c_str());
  for (int i = 0; i < 2; ++i) {
    CallLog log({.calls = true, .file = path}, {}, "mcp-server");
    log.served(call());
    EXPECT_EQ(log.lost(), 0u);
  }
  std::ifstream file(path);
  int lines = 0;
  for (std::string line; std::getline(file, line); ++lines) EXPECT_EQ(Json::parse(line)["tool"], "lookup");
  EXPECT_EQ(lines, 2);
  std::remove(path.c_str());
  EXPECT_THROW(CallLog({.calls = true, .file = "/nonexistent/log"}, {}, "s"), std::runtime_error);
}

TEST(CallHistogram, IsOpenMetricsWithExemplars) {
  CallHistogram histogram;
  histogram.add(call(), 1700000000.5);
  ServedCall slow = call();
  slow.took = std::chrono::seconds(20);
  slow.span = context(false);
  histogram.add(slow, 1700000001);
  ServedCall edge = call();
  edge.took = std::chrono::milliseconds(1);  // a bound belongs to its bucket
  edge.span = context(false);
  histogram.add(edge, 1700000002);
  const std::string text = histogram.openmetrics();
  const std::string name = "tracetax_call_duration_seconds";
  EXPECT_TRUE(text.starts_with("# TYPE " + name + " histogram\n# UNIT " + name + " seconds\n# HELP " + name + " "));
  for (const std::string& line :
       {name + "_bucket{le=\"0.0001\"} 0\n", name + "_bucket{le=\"0.001\"} 1\n",
        name + "_bucket{le=\"0.0025\"} 2 # {trace_id=\"4bf92f3577b34da6a3ce929d0e0e4736\","
               "span_id=\"00f067aa0ba902b7\"} 0.001234000 1700000000.500\n",
        name + "_bucket{le=\"1.0\"} 2\n", name + "_bucket{le=\"10.0\"} 2\n", name + "_bucket{le=\"+Inf\"} 3\n",
        name + "_count 3\n", name + "_sum 20.002234000\n"}) {
    EXPECT_NE(text.find("\n" + line), std::string::npos) << line << text;
  }
  EXPECT_EQ(text.find(" # ", text.find(" # ") + 1), std::string::npos);  // calls that were not sampled leave none
}

}  // namespace
}  // namespace tracetax::service
