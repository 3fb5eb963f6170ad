// mcp-server as a process of its own: what every service promises about start, admin endpoint and end.

#include "tests/support/process.h"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <stdexcept>

#include <gtest/gtest.h>
#include <unistd.h>

#include "harness/mcp/client_rules.h"
#include "tests/support/http.h"

namespace tracetax::test {
namespace {

std::string call_text(std::int64_t id, const char* tool, const Json& arguments) {
  return mcp::make_request_text(id, "tools/call", {{"name", tool}, {"arguments", arguments}}, Era::modern, {"c", "1"});
}

Process over_stdio(std::vector<std::string> arguments = {}) {
  Launch launch;
  launch.program = "mcp-server";
  launch.arguments = std::move(arguments);
  launch.stdio = true;
  return Process(std::move(launch));
}

Process listening(const std::string& url, std::vector<std::string> more = {}) {
  Launch launch;
  launch.program = "mcp-server";
  launch.arguments = {"--listen", url};
  launch.arguments.insert(launch.arguments.end(), more.begin(), more.end());
  return Process(std::move(launch));
}

// Of a process that ends without getting ready. wait_ready() returns only when stderr has been read to its end.
std::string all_stderr(Process& server) {
  EXPECT_THROW(server.wait_ready(), std::runtime_error);
  return server.stderr_text();
}

TEST(McpServer, AnswersInTheOrderOfReadiness) {
  auto server = over_stdio();
  EXPECT_EQ(server.wait_ready()["listen"], Json::array({"stdio"}));
  server.write_line(call_text(1, "sleep", {{"ms", 300}}));
  server.write_line(call_text(2, "echo", {{"text", "quick"}}));
  EXPECT_EQ(Json::parse(server.read_line().value())["id"], 2);
  EXPECT_EQ(Json::parse(server.read_line().value())["id"], 1);
}

TEST(McpServer, AnswersWhatIsInFlightWhenInputEnds) {
  auto server = over_stdio();
  server.wait_ready();
  server.write_line(call_text(1, "sleep", {{"ms", 200}}));
  server.close_stdin();
  EXPECT_EQ(Json::parse(server.read_line().value())["id"], 1);
  EXPECT_EQ(server.read_line(), std::nullopt);
  EXPECT_EQ(server.wait(), 0);
}

TEST(McpServer, AnswersWhatIsInFlightWhenTerminated) {
  for (const int number : {SIGTERM, SIGINT}) {
    auto server = over_stdio();
    server.wait_ready();
    server.write_line(call_text(1, "sleep", {{"ms", 200}}));
    server.write_line(call_text(2, "echo", {{"text", "x"}}));
    ASSERT_EQ(Json::parse(server.read_line().value())["id"], 2);  // so the first call has been read too
    server.signal(number);
    EXPECT_EQ(Json::parse(server.read_line().value())["id"], 1);
    EXPECT_EQ(server.wait(), 0);
  }
}

TEST(McpServer, LeavesACallThatOutlastsTheGrace) {
  auto server = over_stdio();
  server.wait_ready();
  server.write_line(call_text(1, "sleep", {{"ms", 600'000}}));
  server.write_line(call_text(2, "echo", {{"text", "x"}}));
  ASSERT_TRUE(server.read_line());
  server.signal(SIGTERM);
  EXPECT_EQ(server.wait(), 0);
}

TEST(McpServer, SaysInOneLineThatAPortIsInUse) {
  auto first = listening("http://127.0.0.1:0/mcp");
  first.wait_ready();
  for (const char* scheme : {"http", "ws"}) {
    const std::string url = scheme + first.url().substr(4);
    auto second = listening(url);
    const auto said = all_stderr(second);
    EXPECT_EQ(second.wait(), 4);
    EXPECT_TRUE(said.starts_with("mcp-server: ")) << said;
    EXPECT_NE(said.find(url), std::string::npos) << said;
    EXPECT_NE(said.find("in use"), std::string::npos) << said;
    EXPECT_EQ(std::ranges::count(said, '\n'), 1) << said;
    EXPECT_EQ(said.find(".hpp"), std::string::npos) << said;
  }
}

TEST(McpServer, SaysWhatIsWrongWithItsConfiguration) {
  const TemporaryFile config("tools: { lookup: { respnse_bytes: 5 } }\n");
  auto server = over_stdio({"--config", config.path()});
  const auto said = all_stderr(server);
  EXPECT_EQ(server.wait(), 2);
  EXPECT_NE(said.find("response_bytes"), std::string::npos) << said;
}

TEST(McpServer, KeepsTheMemoryOfItsToolsResident) {
  const auto resident = [](const std::string& tools) {
    const TemporaryFile config("tools: " + tools + "\n");
    auto server = over_stdio({"--config", config.path()});
    server.wait_ready();
    std::ifstream statm("/proc/" + std::to_string(server.pid()) + "/statm");
    std::int64_t size = 0;
    std::int64_t pages = 0;
    statm >> size >> pages;
    return pages * ::sysconf(_SC_PAGESIZE);
  };
  const auto without = resident("{ a: { inner_spans: 1 } }");
  const auto with = resident("{ a: { memory: 48MiB }, b: { memory: 16MiB } }");
  EXPECT_NEAR(static_cast<double>(with - without), 64 << 20, 4 << 20);
}

TEST(McpServer, TellsOfItselfOnTheAdminEndpoint) {
  auto server = listening("http://127.0.0.1:0/mcp", {"--admin", "127.0.0.1:0"});
  server.wait_ready();
  const std::map<std::string, std::string> headers{{"Content-Type", "application/json"},
                                                   {"MCP-Protocol-Version", "2026-07-28"},
                                                   {"Mcp-Method", "tools/call"},
                                                   {"Mcp-Name", "echo"}};
  const auto reply = http_request("POST", server.url(), call_text(1, "echo", {{"text", "hi"}}), headers);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(Json::parse(reply.body)["result"]["content"][0]["text"], "hi");
  http_request("GET", server.url());

  EXPECT_EQ(http_request("GET", server.admin() + "/healthz").status, 200);
  const auto stats = Json::parse(http_request("GET", server.admin() + "/stats").body);
  EXPECT_EQ(stats["pid"], server.pid());
  EXPECT_EQ(stats["requests"], 2);
  EXPECT_EQ(stats["spans"]["started"], 1);
  const auto metrics = http_request("GET", server.admin() + "/metrics");
  EXPECT_EQ(metrics.headers.at("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
  EXPECT_NE(metrics.body.find("\ntracetax_requests_total{outcome=\"ok\"} 1\n"), std::string::npos);
  EXPECT_NE(metrics.body.find("\ntracetax_spans_started_total 1\n"), std::string::npos);
  EXPECT_EQ(Json::parse(http_request("POST", server.admin() + "/flush").body)["flushed"], true);
  EXPECT_EQ(http_request("GET", server.admin() + "/flush").status, 405);
  EXPECT_EQ(http_request("GET", server.admin() + "/nosuch").status, 404);
}

TEST(McpServer, ReadsTheStandardTracingVariables) {
  Launch launch;
  launch.program = "mcp-server";
  launch.arguments = {"--listen", "http://127.0.0.1:0/mcp", "--admin", "127.0.0.1:0"};
  launch.environment = {{"OTEL_TRACES_SAMPLER", "always_on"}, {"OTEL_TRACES_EXPORTER", "none"}};
  Process server(std::move(launch));
  server.wait_ready();
  const auto listed = mcp::make_request_text(1, "tools/list", Json::object(), Era::modern, {"c", "1"});
  http_request(
      "POST", server.url(), listed,
      {{"Content-Type", "application/json"}, {"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", "tools/list"}});
  const auto stats = Json::parse(http_request("GET", server.admin() + "/stats").body);
  EXPECT_EQ(stats["spans"]["sampled"], 1);
  EXPECT_EQ(stats["spans"]["ended"], 1);
}

}  // namespace
}  // namespace tracetax::test
