// Prompts, resources, what is told of a call, and giving it up, through router and gateway to two servers.

#include <thread>

#include <gtest/gtest.h>

#include "tests/integration/services/chain.h"

namespace tracetax::test {
namespace {

ServerConfig first_server() {
  ServerConfig config;
  config.logging = true;
  config.page_size = 1;
  ToolSpec slow;
  slow.name = "slow";
  slow.service_time.value = std::chrono::milliseconds(10);
  slow.steps = {{.name = "read", .share = 0.5}, {.name = "write", .share = 0.5}};
  config.tools = {slow};
  PromptSpec review, other;
  review.name = "review";
  review.arguments = {{"language", "", true, {"python", "rust"}}};
  review.messages = {{PromptMessage::Role::user, "Review this {language}"}};
  other.name = "other";
  other.messages = {{PromptMessage::Role::user, "first"}};
  config.offer.prompts = {review, other};
  ResourceSpec text;
  text.uri = "mock://a";
  text.text = "A";
  config.offer.resources = {text};
  return config;
}

ServerConfig second_server() {
  ServerConfig config;
  PromptSpec other, third;
  other.name = "other";
  other.messages = {{PromptMessage::Role::user, "second"}};
  third.name = "third";
  third.messages = {{PromptMessage::Role::user, "third"}};
  config.offer.prompts = {other, third};
  ResourceTemplate user;
  user.uri_template = "mock://users/{id}";
  user.text = "user {id}";
  user.values = {{"id", {"ada"}}};
  config.offer.resource_templates = {user};
  return config;
}

struct Hops {
  Era era = Era::modern;
  std::string gateway = "ws://127.0.0.1:0/mcp";
  std::string server = "http://127.0.0.1:0/mcp";
};

class OfferThroughHops : public testing::TestWithParam<Hops> {
 protected:
  void SetUp() override {
    const Hops& hops = GetParam();
    first.emplace(start(first_server(), {hops.server}));
    second.emplace(start(second_server(), {hops.server}));
    GatewayConfig gateway_config;
    gateway_config.backends = {backend("first", first->url(), hops.era), backend("second", second->url(), hops.era)};
    gateway.emplace(start(gateway_config, {hops.gateway}));
    RouterConfig router_config;
    router_config.gateway = backend("gateway", gateway->url(), hops.era);
    router.emplace(start(router_config));
  }

  Json result(const std::string& method, const Json& params = Json::object()) {
    const int id = ++last_id;
    return ask(*router, id, request_text(id, method, params)).at("result");
  }
  int code(const std::string& method, const Json& params) {
    const int id = ++last_id;
    return ask(*router, id, request_text(id, method, params)).at("error").at("code");
  }

  std::optional<Process> first, second, gateway, router;
  int last_id = 0;
};

INSTANTIATE_TEST_SUITE_P(Hops, OfferThroughHops,
                         testing::Values(Hops{}, Hops{.era = Era::legacy},
                                         Hops{.gateway = "http://127.0.0.1:0/mcp", .server = "ws://127.0.0.1:0/mcp"},
                                         Hops{Era::legacy, "http://127.0.0.1:0/mcp", "ws://127.0.0.1:0/mcp"}),
                         [](const auto& test) {
                           return std::string(to_string(test.param.era)) +
                                  (test.param.gateway.starts_with("ws") ? "OverWs" : "OverHttp");
                         });

TEST_P(OfferThroughHops, IsMergedAndSentToWhoHasIt) {
  EXPECT_EQ(result("server/discover").at("capabilities"),
            Json::parse(R"({"tools":{},"prompts":{},"resources":{},"completions":{},"logging":{}})"));
  std::vector<std::string> names;
  const Json prompts = result("prompts/list");
  EXPECT_FALSE(prompts.contains("nextCursor"));
  for (const Json& prompt : prompts.at("prompts")) names.push_back(prompt.at("name"));
  EXPECT_EQ(names, (std::vector<std::string>{"review", "other", "third"}));
  const auto text_of = [&](const Json& params) {
    return result("prompts/get", params).at("messages").at(0).at("content").at("text").get<std::string>();
  };
  EXPECT_EQ(text_of(Json::parse(R"({"name":"review","arguments":{"language":"rust"}})")), "Review this rust");
  EXPECT_EQ(text_of({{"name", "other"}}), "first");
  EXPECT_EQ(text_of({{"name", "third"}}), "third");
  EXPECT_EQ(code("prompts/get", {{"name", "nothing"}}), -32602);
  EXPECT_EQ(code("prompts/get", {{"name", "review"}}), -32602);

  EXPECT_EQ(result("resources/read", {{"uri", "mock://a"}}).at("contents").at(0).at("text"), "A");
  EXPECT_EQ(result("resources/read", {{"uri", "mock://users/7"}}).at("contents").at(0).at("text"), "user 7");
  EXPECT_EQ(code("resources/read", {{"uri", "mock://nothing"}}), -32602);
  EXPECT_EQ(result("resources/list").at("resources").size(), 1u);
  EXPECT_EQ(result("resources/templates/list").at("resourceTemplates").size(), 1u);
  const auto completed = [&](const char* params) {
    return result("completion/complete", Json::parse(params)).at("completion").at("values");
  };
  EXPECT_EQ(completed(R"({"ref":{"type":"ref/prompt","name":"review"},"argument":{"name":"language","value":"p"}})"),
            Json::parse(R"(["python"])"));
  EXPECT_EQ(
      completed(R"({"ref":{"type":"ref/resource","uri":"mock://users/{id}"},"argument":{"name":"id","value":""}})"),
      Json::parse(R"(["ada"])"));
}

TEST_P(OfferThroughHops, ACallIsToldOfToItsCaller) {
  // Two at a time, of which one wants to hear of its steps and the other of them and more.
  const Json quiet{{"progressToken", "quiet"}};
  const Json loud{{"progressToken", 7}, {"io.modelcontextprotocol/logLevel", "debug"}};
  router->write_line(call_text(1, "slow", Json::object(), quiet));
  router->write_line(call_text(2, "slow", Json::object(), loud));
  std::map<std::string, std::vector<std::string>> progress;
  std::vector<std::string> log;
  for (int answers = 0; answers < 2;) {
    const auto line = router->read_line();
    ASSERT_TRUE(line);
    const Json message = Json::parse(*line);
    if (message.contains("id")) {
      ++answers;
      EXPECT_EQ(message.at("result").at("isError"), false);
    } else if (message.at("method") == "notifications/progress") {
      progress[message.at("params").at("progressToken").dump()].push_back(message.at("params").at("message"));
    } else {
      EXPECT_EQ(message.at("params").at("_meta").at("dev.tracetax/request"), 2);
      log.push_back(message.at("params").at("data").at("event"));
    }
  }
  const std::vector<std::string> steps{"read", "write"};
  EXPECT_EQ(progress, (std::map<std::string, std::vector<std::string>>{{"\"quiet\"", steps}, {"7", steps}}));
  EXPECT_EQ(log, (std::vector<std::string>{"begins", "step", "step", "ends"}));
}

TEST_P(OfferThroughHops, WhoGivesUpEndsTheCallEverywhere) {
  result("tools/list");
  router->write_line(call_text(100, "sleep", {{"ms", 600'000}}));
  const auto wait_for = [](Process& service, const std::string& sample, double value) {
    for (int tries = 0; tries < 400 && metric(service, sample) != value; ++tries)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_EQ(metric(service, sample), value) << sample;
  };
  wait_for(*first, "tracetax_requests_in_flight", 1);
  router->write_line(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":100}})");
  for (Process* service : {&*first, &*gateway, &*router}) {
    wait_for(*service, "tracetax_requests_total{outcome=\"cancelled\"}", 1);
    EXPECT_EQ(metric(*service, "tracetax_requests_in_flight"), 0);
  }
  // Nothing is answered, and the conversation goes on.
  router->write_line(call_text(101, "echo", {{"text", "on"}}));
  const Json next = Json::parse(router->read_line().value());
  EXPECT_EQ(next.at("id"), 101);
  EXPECT_EQ(metric(*gateway, "mcp_gateway_backend_failures_total{service=\"first\",replica=\"" + first->url() + "\"}"),
            0);
}

TEST(Offer, StrangersAreKeptOut) {
  Process server = start(ServerConfig{});
  const auto text = request_text(1, "tools/list");
  EXPECT_EQ(post(server.url(), text).status, 200);
  EXPECT_EQ(post(server.url(), text, {{"Host", "evil.example"}}).status, 403);
  EXPECT_EQ(post(server.url(), text, {{"Origin", "https://evil.example"}}).status, 403);
  EXPECT_EQ(post(server.url(), text, {{"Origin", "http://localhost:5173"}}).status, 200);
  ServerConfig config;
  config.allowed_hosts = {"tools.example"};
  config.allowed_origins = {"https://app.example"};
  Process open = start(config);
  EXPECT_EQ(post(open.url(), text, {{"Host", "tools.example:80"}, {"Origin", "https://app.example"}}).status, 200);
  EXPECT_EQ(post(open.url(), text, {{"Host", "tools.example:80"}, {"Origin", "https://app.example.evil"}}).status, 403);
}

TEST(Offer, ALegacySessionOverHttpEndsOnDelete) {
  Process server = start(first_server());
  const auto legacy = [&](const std::string& text, const std::string& session, const char* method = "POST") {
    std::map<std::string, std::string> headers{{"Content-Type", "application/json"}};
    if (!session.empty()) headers["Mcp-Session-Id"] = session;
    return http_request(method, server.url(), text, headers);
  };
  const auto opened =
      legacy(R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}})", {});
  const std::string session = opened.headers.at("mcp-session-id");
  const char* read = R"({"jsonrpc":"2.0","id":2,"method":"resources/read","params":{"uri":"mock://none"}})";
  const auto answered = legacy(read, session);
  EXPECT_EQ(answered.status, 200);
  EXPECT_EQ(Json::parse(answered.body).at("error").at("code"), -32002);
  EXPECT_EQ(legacy({}, session, "GET").status, 405);
  EXPECT_EQ(legacy({}, session, "DELETE").status, 200);
  EXPECT_EQ(legacy(read, session).status, 404);
}

}  // namespace
}  // namespace tracetax::test
