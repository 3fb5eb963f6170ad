// Log lines, exemplars and counts against what the sink received: whatever has an id leads to its trace.

#include <cstdio>
#include <fstream>
#include <set>
#include <sstream>
#include <tuple>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/integration/services/chain.h"

namespace tracetax::test {
namespace {

struct Correlated : testing::Test {
  Correlated() : log(testing::TempDir() + "calls-" + std::to_string(::getpid()) + ".jsonl") {
    tracing = sink.tracing();
    tracing.sampler = {SamplerType::parentbased_traceidratio, 0.5};
    tracing.log = {.calls = true, .file = log};
    tracing.redact.patterns = {"email"};
    ServerConfig config;
    common(config, "tools");
    ToolSpec lookup{.name = "lookup"};
    lookup.llm = {.model = "small", .prompt_tokens = 70, .completion_tokens = 30};
    config.tools = {lookup};
    server.emplace(start(config));
    GatewayConfig gateway_config;
    common(gateway_config, "mcp-gateway");
    gateway_config.backends = {backend("tools", server->url())};
    gateway.emplace(start(gateway_config));
    RouterConfig router_config;
    common(router_config, "mcp-router");
    router_config.gateway = backend("gateway", gateway->url());
    router.emplace(start(router_config));
  }
  ~Correlated() override { std::remove(log.c_str()); }

  void common(ServiceCommon& config, const char* name) {
    config.service_name = name;
    config.tracing = tracing;
    config.has_tracing = true;
  }
  std::vector<Json> lines() const {
    std::ifstream file(log);
    std::vector<Json> all;
    for (std::string line; std::getline(file, line);) all.push_back(Json::parse(line));
    return all;
  }
  void flush_all() {
    for (auto* service : {&router, &gateway, &server}) flush(**service);
  }

  const std::string log;
  Sink sink{};
  TracingConfig tracing{};
  std::optional<Process> server{}, gateway{}, router{};
};

TEST_F(Correlated, EverySampledCallHasItsLinesAndIsCounted) {
  constexpr int calls = 40;
  for (int id = 1; id <= calls; ++id) ask(*router, id, call_text(id, "lookup", Json::object()));
  ask(*router, 100, call_text(100, "a@b.cd", Json::object()));  // there is no such tool
  flush_all();

  std::set<std::tuple<std::string, std::string, std::string>> spans;  // service, trace, span
  for (const Trace& trace : sink.traces()) {
    for (const SpanView& span : trace.spans()) {
      const bool serves = span.kind == "server" && span.attributes.value("mcp.method.name", "") == "tools/call";
      if (serves) spans.emplace(span.service, span.trace_id, span.span_id);
    }
  }
  ASSERT_GT(spans.size(), 0u);
  ASSERT_LT(spans.size(), 3u * calls);

  std::set<std::tuple<std::string, std::string, std::string>> logged;
  std::size_t all = 0, errors = 0;
  for (const Json& line : lines()) {
    ++all;
    ASSERT_TRUE(line.contains("trace_id")) << line;
    if (line["outcome"] == "protocol_error") ++errors;
    EXPECT_EQ(line.dump().find("a@b.cd"), std::string::npos) << line;
    if (line["sampled"] == true) logged.emplace(line["service.name"], line["trace_id"], line["span_id"]);
  }
  EXPECT_EQ(all, 3u * (calls + 1));
  EXPECT_EQ(errors, 3u);
  EXPECT_EQ(logged, spans);

  double exported = 0;
  for (auto* service : {&router, &gateway, &server}) {
    exported += metric(**service, "spans_exported_total");
    EXPECT_EQ(metric(**service, "exporter_up"), 1);
    EXPECT_EQ(metric(**service, "trace_errors_total"), 0);
    EXPECT_EQ(metric(**service, "tracetax_call_duration_seconds_count"), calls + 1);
    EXPECT_GE(metric(**service, "spans_created_total"), metric(**service, "spans_exported_total"));
  }
  http_request("POST", sink.process().admin() + "/flush");
  EXPECT_EQ(exported, metric(sink.process(), "otlp_sink_spans_received_total"));
  EXPECT_EQ(metric(*server, "llm_requests_total{model=\"small\"}"), calls);
  EXPECT_EQ(metric(*server, "llm_tokens_total{model=\"small\",type=\"prompt\"}"), 70 * calls);
  EXPECT_EQ(metric(*server, "llm_tokens_total{model=\"small\",type=\"completion\"}"), 30 * calls);
}

TEST_F(Correlated, ExemplarsLeadToTracesOfTheSink) {
  for (int id = 1; id <= 20; ++id) ask(*router, id, call_text(id, "lookup", Json::object()));
  flush_all();
  std::set<std::string> ids;
  for (const Trace& trace : sink.traces()) {
    for (const SpanView& span : trace.spans()) ids.insert(span.trace_id + span.span_id);
  }
  std::size_t exemplars = 0;
  for (auto* service : {&router, &gateway, &server}) {
    std::istringstream text(http_request("GET", (*service)->admin() + "/metrics").body);
    for (std::string line; std::getline(text, line);) {
      const auto trace = line.find("# {trace_id=\"");
      if (trace == std::string::npos) continue;
      ++exemplars;
      EXPECT_TRUE(line.starts_with("tracetax_call_duration_seconds_bucket{le=")) << line;
      const auto span = line.find("\",span_id=\"");
      EXPECT_TRUE(ids.contains(line.substr(trace + 13, 32) + line.substr(span + 11, 16))) << line;
    }
  }
  EXPECT_GE(exemplars, 3u);
}

}  // namespace
}  // namespace tracetax::test
