// What happens when something dies: every call is answered, nothing is executed twice, and it heals by itself.

#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include <gtest/gtest.h>
#include <signal.h>

#include "harness/mcp/message.h"
#include "tests/integration/services/chain.h"

namespace tracetax::test {
namespace {

using namespace std::chrono_literals;

const Json hello{{"text", "hello"}};
constexpr const char* http = "http://127.0.0.1:0/mcp";

GatewayConfig gateway_for(std::vector<Backend> backends) {
  GatewayConfig config;
  config.backends = std::move(backends);
  return config;
}

// The result's text, or the error's code.
std::string outcome(const HttpReply& reply) {
  const Json answer = Json::parse(reply.body);
  if (answer.contains("error")) return std::to_string(answer["error"]["code"].get<int>());
  return answer.at("result").at("content").at(0).at("text");
}

// Tries until `done`, at most for `patience`.
template <class Done>
bool eventually(Done done) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!done()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

TEST(Resilience, AReplicaKilledUnderLoadIsReplacedByTheOther) {
  Process first = start(ServerConfig{}), second = start(ServerConfig{});
  auto config = gateway_for({backend("tools", first.url()), backend("tools", second.url())});
  config.breaker.open_for = 60s;
  Process gateway = start(config, {http});

  constexpr int callers = 8, calls = 60;
  std::atomic<int> done{0};
  std::mutex mutex;
  std::map<std::string, int> outcomes;
  std::vector<std::thread> threads;
  for (int caller = 0; caller < callers; ++caller) {
    threads.emplace_back([&] {
      for (int id = 1; id <= calls; ++id) {
        std::string result;
        try {
          result = outcome(post(gateway.url(), call_text(id, "sleep", {{"ms", 5}})));
        } catch (const std::exception& error) {
          result = error.what();
        }
        ++done;
        const std::lock_guard lock(mutex);
        ++outcomes[result.starts_with("-") ? result : result.find("POST") == 0 ? "no answer: " + result : "ok"];
      }
    });
  }
  eventually([&] { return done > callers * calls / 4; });
  first.signal(SIGKILL);
  for (auto& thread : threads) thread.join();

  const int failed = outcomes["-31001"];
  EXPECT_EQ(outcomes["ok"] + failed, callers * calls) << Json(outcomes).dump();
  // Only calls that were on their way to the killed replica may fail; refused ones go to the other.
  EXPECT_LE(failed, callers) << Json(outcomes).dump();
  EXPECT_EQ(outcome(post(gateway.url(), call_text(1, "echo", hello))), "hello");
}

TEST(Resilience, TheBreakerOpensAndCloses) {
  Process server = start(ServerConfig{});
  const std::string url = server.url();
  auto config = gateway_for({backend("tools", url)});
  config.breaker.failures = 3;
  config.breaker.open_for = 200ms;
  Process gateway = start(config, {http});
  const std::string labels = "{service=\"tools\",replica=\"" + url + "\"}";
  const auto state = [&] { return metric(gateway, "mcp_gateway_breaker_state" + labels); };

  EXPECT_EQ(outcome(post(gateway.url(), call_text(1, "echo", hello))), "hello");
  EXPECT_EQ(state(), 0);
  server.signal(SIGKILL);
  server.wait();
  for (int id = 2; id <= 4; ++id) EXPECT_EQ(outcome(post(gateway.url(), call_text(id, "echo", hello))), "-31001");
  EXPECT_GE(metric(gateway, "mcp_gateway_breaker_opened_total" + labels), 1);
  EXPECT_NE(state(), 0);

  Process again = start(ServerConfig{}, {url});
  EXPECT_TRUE(eventually([&] { return outcome(post(gateway.url(), call_text(5, "echo", hello))) == "hello"; }));
  EXPECT_EQ(state(), 0);
}

TEST(Resilience, AnOpenBreakerSparesTheBackend) {
  const RefusingPort nobody;
  auto config = gateway_for({backend("tools", nobody.url())});
  config.breaker.failures = 2;
  config.breaker.open_for = 60s;
  Process gateway = start(config, {http});
  for (int id = 1; id <= 10; ++id) EXPECT_EQ(outcome(post(gateway.url(), call_text(id, "echo", hello))), "-31001");
  const std::string labels = "{service=\"tools\",replica=\"" + nobody.url() + "\"}";
  EXPECT_EQ(metric(gateway, "mcp_gateway_backend_calls_total" + labels), 2);
  EXPECT_EQ(metric(gateway, "mcp_gateway_breaker_state" + labels), 1);
}

TEST(Resilience, ARefusedCallIsTriedOnTheOtherReplicaAndTheTraceShowsBoth) {
  const RefusingPort nobody;
  Process server = start(ServerConfig{});
  Sink sink;
  auto config = gateway_for({backend("tools", nobody.url()), backend("tools", server.url())});
  config.breaker.failures = 1;
  config.breaker.open_for = 60s;
  config.tracing = sink.tracing();
  config.has_tracing = true;
  Process gateway = start(config, {http});
  EXPECT_EQ(outcome(post(gateway.url(), call_text(1, "echo", hello))), "hello");
  flush(gateway);
  const auto traces = sink.traces_with("http.request");
  ASSERT_EQ(traces.size(), 1u);
  EXPECT_EQ(traces[0].span("http.request").status, "unset");
  std::vector<std::string> tries;
  for (const auto& span : traces[0].spans())
    if (span.name == "backend.forward") tries.push_back(span.status + Json(span.events).dump());
  EXPECT_EQ(tries, (std::vector<std::string>{R"(error["circuit_breaker_opened"])", "unset[]"}));
}

TEST(Resilience, ABusyWebSocketBackendGetsMoreConnections) {
  Process server = start(ServerConfig{}, {"ws://127.0.0.1:0/mcp"});
  Process gateway = start(gateway_for({backend("tools", server.url())}), {http});
  const std::string open = "mcp_gateway_pool_open{service=\"tools\",replica=\"" + server.url() + "\"}";
  EXPECT_EQ(metric(gateway, open), 0);  // none before the first call
  EXPECT_EQ(outcome(post(gateway.url(), call_text(1, "echo", hello))), "hello");
  EXPECT_EQ(metric(gateway, open), 1);
  std::vector<std::thread> callers;
  for (int id = 2; id <= 9; ++id)
    callers.emplace_back([&gateway, id] { post(gateway.url(), call_text(id, "sleep", {{"ms", 100}})); });
  EXPECT_TRUE(eventually([&] { return metric(gateway, open) == 4; }));
  for (auto& caller : callers) caller.join();
}

TEST(Resilience, TheRouterReconnectsToARestartedGateway) {
  Process server = start(ServerConfig{});
  const auto gateway_config = gateway_for({backend("tools", server.url())});
  std::optional<Process> gateway = start(gateway_config);
  const std::string url = gateway->url();
  RouterConfig router_config;
  router_config.gateway = backend("gateway", url);
  Process router = start(router_config);
  EXPECT_TRUE(ask(router, 1, call_text(1, "echo", hello)).contains("result"));

  gateway->signal(SIGKILL);
  gateway->wait();
  gateway = start(gateway_config, {url});
  EXPECT_TRUE(ask(router, 2, call_text(2, "echo", hello)).contains("result"));
  EXPECT_TRUE(eventually([&] { return metric(router, "mcp_router_pool_open") == 4; }));
}

TEST(Resilience, ACallThatWaitsForAGatewayIsCarriedOnceItIsThere) {
  std::string url;
  {
    Process gateway = start(gateway_for({}));
    url = gateway.url();
  }
  RouterConfig router_config;
  router_config.gateway = backend("gateway", url);
  Process router = start(router_config);
  router.write_line(call_text(1, "echo", hello));
  EXPECT_TRUE(eventually([&] { return metric(router, "mcp_router_pool_in_flight") == 1; }));
  Process server = start(ServerConfig{});
  Process gateway = start(gateway_for({backend("tools", server.url())}), {url});
  EXPECT_TRUE(ask(router, 2, call_text(2, "echo", hello)).contains("result"));
}

TEST(Resilience, WithoutAGatewayACallIsAnswered) {
  RouterConfig config;
  Process router = start(config);
  EXPECT_EQ(ask(router, 1, call_text(1, "echo", hello)).at("error").at("code"), mcp::backend_unavailable);
  const RefusingPort nobody;
  config.timeout = 300ms;  // ends the wait for a WebSocket channel too
  for (const std::string& url : {nobody.url(), "ws" + nobody.url().substr(4)}) {
    config.gateway = backend("gateway", url);
    Process refused = start(config);
    const Json answer = ask(refused, 1, call_text(1, "echo", hello));
    EXPECT_EQ(answer.at("error").at("code"), mcp::backend_unavailable);
    EXPECT_EQ(answer.at("error").at("message"), "gateway at " + url + ": connection refused");
  }
}

TEST(Resilience, ASlowBackendIsATimeout) {
  Process server = start(ServerConfig{});
  auto config = gateway_for({backend("tools", server.url())});
  config.timeout = 50ms;
  Process gateway = start(config, {http});
  EXPECT_EQ(outcome(post(gateway.url(), call_text(1, "sleep", {{"ms", 2000}}))), "-31002");
}

TEST(Resilience, ToolsOfSeveralServicesAreMergedAndFound) {
  ToolSpec left, right;
  left.name = "left";
  right.name = "right";
  ServerConfig a, b;
  a.tools = {left};
  b.tools = {right};
  Process first = start(a), second = start(b);
  Process gateway = start(gateway_for({backend("a", first.url()), backend("b", second.url())}), {http});
  const Json list = Json::parse(post(gateway.url(), request_text(1, "tools/list")).body).at("result").at("tools");
  std::vector<std::string> names;
  for (const auto& tool : list) names.push_back(tool.at("name"));
  EXPECT_EQ(list.size(), 5u) << list.dump();  // echo, sleep and spin are on both
  EXPECT_EQ(names.back(), "right");
  EXPECT_NE(outcome(post(gateway.url(), call_text(2, "left", Json::object()))), "-32602");
  EXPECT_NE(outcome(post(gateway.url(), call_text(3, "right", Json::object()))), "-32602");
  EXPECT_EQ(outcome(post(gateway.url(), call_text(4, "middle", Json::object()))), "-32602");

  // With one of them away its tools are not listed, and a call to them says why.
  second.signal(SIGKILL);
  second.wait();
  EXPECT_EQ(outcome(post(gateway.url(), call_text(5, "right", Json::object()))), "-31001");
  EXPECT_TRUE(eventually([&] {
    return Json::parse(post(gateway.url(), request_text(6, "tools/list")).body)["result"]["tools"].size() == 4;
  }));
  EXPECT_NE(outcome(post(gateway.url(), call_text(7, "left", Json::object()))), "-31001");
}

}  // namespace
}  // namespace tracetax::test
