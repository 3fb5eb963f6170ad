// What is refused, and in which words: no token, a wrong one, too many calls, too much, nonsense.

#include <gtest/gtest.h>

#include "harness/mcp/message.h"
#include "tests/integration/services/chain.h"

namespace tracetax::test {
namespace {

const Json hello{{"text", "hello"}};
constexpr const char* http = "http://127.0.0.1:0/mcp";

struct Guarded {
  explicit Guarded(GatewayConfig config, const std::string& listen = http) {
    config.backends = {backend("tools", server.url())};
    gateway.emplace(start(config, {listen}));
  }
  Process server = start(ServerConfig{});
  std::optional<Process> gateway;
};

int error_code(const std::string& body) {
  return Json::parse(body).at("error").at("code").get<int>();
}

TEST(Refusals, TheTokenIsAskedForOverHttp) {
  GatewayConfig config;
  config.token = "s3cret";
  Guarded guarded{config};
  const std::string url = guarded.gateway->url();
  const std::string call = call_text(1, "echo", hello);
  for (const char* shown : {"", "Bearer wrong", "Bearer s3cre", "Basic s3cret"}) {
    std::map<std::string, std::string> headers;
    if (*shown != '\0') headers["Authorization"] = shown;
    const auto reply = post(url, call, headers);
    EXPECT_EQ(reply.status, 401) << shown;
    EXPECT_EQ(error_code(reply.body), mcp::unauthorized) << shown;
  }
  const auto reply = post(url, call, {{"Authorization", "Bearer s3cret"}});
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(Json::parse(reply.body).contains("result"));
  EXPECT_EQ(metric(*guarded.gateway, "mcp_gateway_unauthorized_total"), 4);
}

TEST(Refusals, ARouterWithAWrongTokenIsRefused) {
  GatewayConfig config;
  config.token = "s3cret";
  Guarded guarded{config, "ws://127.0.0.1:0/mcp"};
  RouterConfig router_config;
  router_config.gateway = backend("gateway", guarded.gateway->url());
  router_config.token = "other";
  Process wrong = start(router_config);
  EXPECT_EQ(ask(wrong, 1, call_text(1, "echo", hello)).at("error").at("code"), mcp::unauthorized);
  router_config.token = "s3cret";
  Process right = start(router_config);
  EXPECT_TRUE(ask(right, 1, call_text(1, "echo", hello)).contains("result"));
}

TEST(Refusals, AnUnauthorizedCallIsAnErrorOfItsSpans) {
  Sink sink;
  GatewayConfig config;
  config.token = "s3cret";
  config.tracing = sink.tracing();
  config.has_tracing = true;
  Guarded guarded{config};
  post(guarded.gateway->url(), call_text(1, "echo", hello));
  flush(*guarded.gateway);
  const auto traces = sink.traces_with("http.request");
  ASSERT_EQ(traces.size(), 1u);
  EXPECT_EQ(traces[0].spans().size(), 2u);
  EXPECT_EQ(traces[0].span("auth.verify").status, "error");
  EXPECT_EQ(traces[0].span("auth.verify").attributes.at("auth.success"), false);
  EXPECT_EQ(traces[0].span("http.request").status, "error");
}

TEST(Refusals, OverStdioNoTokenIsAskedFor) {
  GatewayConfig config;
  config.token = "s3cret";
  Guarded guarded{config, "stdio"};
  EXPECT_TRUE(ask(*guarded.gateway, 1, call_text(1, "echo", hello)).contains("result"));
}

TEST(Refusals, CallsBeyondTheRateLimit) {
  GatewayConfig config;
  config.token = "s3cret";  // then all connections share the bucket
  config.rate_limit.rate_per_s = 0.001;
  config.rate_limit.burst = 3;
  Guarded guarded{config};
  for (int id = 1; id <= 5; ++id) {
    const auto reply = post(guarded.gateway->url(), call_text(id, "echo", hello), {{"Authorization", "Bearer s3cret"}});
    EXPECT_EQ(reply.status, id <= 3 ? 200 : 429) << id;
    if (id <= 3) continue;
    EXPECT_EQ(error_code(reply.body), mcp::rate_limited);
    EXPECT_GT(Json::parse(reply.body).at("error").at("data").at("retryAfterMs"), 100'000);
  }
  EXPECT_EQ(metric(*guarded.gateway, "mcp_gateway_rate_limited_total"), 2);
}

TEST(Refusals, WithoutATokenEachConnectionHasItsOwnBucket) {
  GatewayConfig config;
  config.rate_limit.rate_per_s = 0.001;
  config.rate_limit.burst = 1;
  Guarded guarded{config};
  for (int id = 1; id <= 3; ++id) EXPECT_EQ(post(guarded.gateway->url(), call_text(id, "echo", hello)).status, 200);
}

TEST(Refusals, MalformedAndOversizeMessagesOverStdio) {
  RouterConfig config;
  config.max_message_bytes = 4096;
  Process router = start(config);
  router.write_line("{nonsense");
  EXPECT_EQ(error_code(router.read_line().value_or("{}")), mcp::parse_error);
  router.write_line("[]");
  EXPECT_EQ(error_code(router.read_line().value_or("{}")), mcp::invalid_request);
  router.write_line(call_text(1, "echo", {{"text", std::string(10'000, 'x')}}));
  EXPECT_TRUE(Json::parse(router.read_line().value_or("{}")).contains("error"));
  // What comes after is unharmed.
  EXPECT_EQ(ask(router, 2, call_text(2, "echo", hello)).at("error").at("code"), mcp::backend_unavailable);
}

TEST(Refusals, MalformedAndOversizeMessagesOverHttp) {
  GatewayConfig config;
  config.max_message_bytes = 4096;
  Guarded guarded{config};
  const std::string url = guarded.gateway->url();
  const auto malformed =
      http_request("POST", url, "{nonsense", {{"Content-Type", "application/json"}, {"Accept", "application/json"}});
  EXPECT_EQ(malformed.status, 400);
  EXPECT_EQ(error_code(malformed.body), mcp::parse_error);
  const auto oversize = post(url, call_text(1, "echo", {{"text", std::string(10'000, 'x')}}));
  EXPECT_EQ(oversize.status, 413);
  EXPECT_EQ(post(url, call_text(2, "echo", hello)).status, 200);
}

TEST(Refusals, AnAnswerOfABackendThatIsTooLargeIsAnError) {
  ToolSpec large;
  large.name = "large";
  large.response_bytes = 100'000;
  ServerConfig server_config;
  server_config.tools = {large};
  Process server = start(server_config);
  GatewayConfig config;
  config.max_message_bytes = 4096;
  config.backends = {backend("tools", server.url())};
  Process gateway = start(config, {http});
  EXPECT_TRUE(Json::parse(post(gateway.url(), call_text(1, "large", Json::object())).body).contains("error"));
  EXPECT_EQ(post(gateway.url(), call_text(2, "echo", hello)).status, 200);
}

TEST(Refusals, ACursorThatWasNeverHandedOut) {
  Guarded guarded{GatewayConfig{}};
  EXPECT_EQ(error_code(post(guarded.gateway->url(), request_text(1, "tools/list", {{"cursor", "x"}})).body),
            mcp::invalid_params);
}

}  // namespace
}  // namespace tracetax::test
