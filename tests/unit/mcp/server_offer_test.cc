// What a server end does with what it offers beside tools, with cancellation and with strangers.

#include <gtest/gtest.h>

#include "harness/mcp/server_rules.h"

namespace tracetax::mcp {
namespace {

constexpr const char* modern_meta =
    R"("io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{})";

std::string legacy(const std::string& method, const std::string& params = "{}") {
  return R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}";
}
std::string modern(const std::string& method, const std::string& members = "", const std::string& meta = "") {
  return R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":{)" + members + (members.empty() ? "" : ",") +
         R"("_meta":{)" + modern_meta + (meta.empty() ? "" : ",") + meta + "}}}";
}

class ServerOfferTest : public testing::Test {
 protected:
  int minted_ = 0;
  ServerRules rules_{{"self", "1.0"}, [this] { return "session-" + std::to_string(++minted_); }};

  void SetUp() override {
    rules_.offer(Json::parse(R"({"tools":{},"prompts":{},"resources":{},"completions":{},"logging":{}})"));
  }
  Decision on_ws(const std::string& text, std::uint64_t connection = 1) {
    return rules_.decide({TransportKind::ws, connection, {}, {}, text});
  }
  Decision on_http(const std::string& text, HttpFields fields, bool loopback = false) {
    return rules_.decide({TransportKind::http, 1, "POST", fields, text, false, loopback});
  }
  void initialize(std::uint64_t connection = 1) {
    on_ws(legacy("initialize", R"({"protocolVersion":"2025-11-25","capabilities":{}})"), connection);
  }
  static int code_of(const Decision& decision) {
    const auto* reply = std::get_if<Reply>(&decision);
    return reply != nullptr && reply->refused ? Json::parse(reply->text)["error"]["code"].get<int>() : 0;
  }
};

TEST_F(ServerOfferTest, PassesTheOfferedMethodsOnInBothEras) {
  initialize(2);
  const std::pair<const char*, const char*> table[] = {
      {"prompts/list", R"("cursor":"c")"},
      {"prompts/get", R"("name":"p","arguments":{"a":"b"})"},
      {"resources/list", ""},
      {"resources/templates/list", ""},
      {"resources/read", R"("uri":"u")"},
      {"completion/complete", R"("ref":{"type":"ref/prompt","name":"p"},"argument":{"name":"a","value":""})"},
      {"completion/complete", R"("ref":{"type":"ref/resource","uri":"u"},"argument":{"name":"a","value":"x"})"},
  };
  for (const auto& [method, members] : table) {
    SCOPED_TRACE(method);
    EXPECT_TRUE(std::holds_alternative<Accepted>(on_ws(modern(method, members))));
    EXPECT_TRUE(std::holds_alternative<Accepted>(on_ws(legacy(method, "{" + std::string(members) + "}"), 2)));
    rules_.offer(Json::parse(R"({"tools":{}})"));
    EXPECT_EQ(code_of(on_ws(modern(method, members))), method_not_found);
    EXPECT_EQ(code_of(on_ws(legacy(method, "{" + std::string(members) + "}"), 2)), method_not_found);
    SetUp();
  }
}

TEST_F(ServerOfferTest, ChecksTheirParameters) {
  const std::pair<const char*, const char*> table[] = {
      {"prompts/list", R"("cursor":5)"},
      {"prompts/get", ""},
      {"prompts/get", R"("name":"p","arguments":{"a":5})"},
      {"prompts/get", R"("name":"p","arguments":[])"},
      {"resources/read", R"("uri":7)"},
      {"completion/complete", R"("ref":{"type":"ref/prompt"},"argument":{"name":"a","value":""})"},
      {"completion/complete", R"("ref":{"type":"ref/tool","name":"p"},"argument":{"name":"a","value":""})"},
      {"completion/complete", R"("ref":{"type":"ref/prompt","name":"p"},"argument":{"name":"a"})"},
      {"completion/complete", R"("ref":7,"argument":{"name":"a","value":""})"},
  };
  for (const auto& [method, members] : table)
    EXPECT_EQ(code_of(on_ws(modern(method, members))), invalid_params) << members;
}

TEST_F(ServerOfferTest, AdvertisesWhatItOffers) {
  const auto discovered = on_ws(modern("server/discover"));
  EXPECT_EQ(Json::parse(std::get<Reply>(discovered).text)["result"]["capabilities"],
            Json::parse(R"({"tools":{},"prompts":{},"resources":{},"completions":{},"logging":{}})"));
}

TEST_F(ServerOfferTest, AsksFirstWhereItDoesNotKnow) {
  rules_.offer(Json::parse(R"({"tools":{}})"));
  rules_.ask_for_capabilities();
  const auto decide = [&](const std::string& text, bool asked) {
    return rules_.decide({TransportKind::ws, 1, {}, {}, text, false, false, asked});
  };
  for (const auto& text : {modern("server/discover"), modern("prompts/list"),
                           legacy("initialize", R"({"protocolVersion":"2025-11-25"})")}) {
    EXPECT_TRUE(std::holds_alternative<AskCapabilities>(decide(text, false))) << text;
    EXPECT_TRUE(std::holds_alternative<Reply>(decide(text, true))) << text;
  }
  EXPECT_TRUE(std::holds_alternative<Accepted>(decide(modern("tools/list"), false)));
  EXPECT_TRUE(std::holds_alternative<Reply>(decide(modern("no/such"), false)));
  rules_.offer(Json::parse(R"({"prompts":{}})"));
  EXPECT_TRUE(std::holds_alternative<Accepted>(decide(modern("prompts/list"), false)));
}

TEST_F(ServerOfferTest, KeepsTheLogLevelOfALegacySession) {
  initialize(1);
  initialize(2);
  EXPECT_EQ(code_of(on_ws(legacy("logging/setLevel", R"({"level":"loud"})"))), invalid_params);
  EXPECT_EQ(code_of(on_ws(modern("logging/setLevel", R"("level":"info")"))), method_not_found);
  EXPECT_EQ(std::get<Accepted>(on_ws(legacy("tools/call", R"({"name":"n"})"))).wishes.log_level, std::nullopt);
  EXPECT_EQ(Json::parse(std::get<Reply>(on_ws(legacy("logging/setLevel", R"({"level":"info"})"))).text)["result"],
            Json::object());
  EXPECT_EQ(std::get<Accepted>(on_ws(legacy("tools/call", R"({"name":"n"})"))).wishes.log_level, LogLevel::info);
  EXPECT_EQ(std::get<Accepted>(on_ws(legacy("tools/list"))).wishes.log_level, LogLevel::info);
  EXPECT_EQ(std::get<Accepted>(on_ws(legacy("tools/call", R"({"name":"n"})"), 2)).wishes.log_level, std::nullopt);
  // In the modern era each request says it.
  EXPECT_EQ(std::get<Accepted>(on_ws(modern("tools/list"))).wishes.log_level, std::nullopt);
  EXPECT_EQ(
      std::get<Accepted>(on_ws(modern("tools/call", R"("name":"n")", R"("io.modelcontextprotocol/logLevel":"debug")")))
          .wishes.log_level,
      LogLevel::debug);
  EXPECT_EQ(code_of(on_ws(modern("tools/call", R"("name":"n")", R"("io.modelcontextprotocol/logLevel":"x")"))),
            invalid_params);
}

TEST_F(ServerOfferTest, WishesOverHttpNeedEventStreams) {
  const auto text = modern("tools/call", R"("name":"n")", R"("progressToken":1)");
  HttpFields fields;
  fields.protocol_version = "2026-07-28";
  fields.method = "tools/call";
  fields.name = "n";
  EXPECT_FALSE(std::get<Accepted>(on_http(text, fields)).wishes.any());
  fields.accept = "application/json";
  EXPECT_FALSE(std::get<Accepted>(on_http(text, fields)).wishes.any());
  fields.accept = "application/json, text/event-stream";
  EXPECT_EQ(std::get<Accepted>(on_http(text, fields)).wishes.progress_token, 1);
}

TEST_F(ServerOfferTest, HandsCancellationsOver) {
  const char* text = R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"7"}})";
  EXPECT_EQ(std::get<Cancelled>(on_ws(text)).id, Id("7"));
  // Over http only a session says whose request it is; the modern era closes the stream instead.
  EXPECT_EQ(std::get<Reply>(on_http(text, {})).http_status, 202);
  on_http(legacy("initialize", R"({"protocolVersion":"2025-11-25"})"), {});
  HttpFields fields;
  fields.session_id = "session-1";
  EXPECT_EQ(std::get<Cancelled>(on_http(text, fields)).session_id, "session-1");
}

TEST_F(ServerOfferTest, NamesAMissingResourceAsItsEraDoes) {
  initialize();
  const ErrorObject missing{resource_not_found, "no", Json{{"uri", "u"}}};
  const auto code = [&](const std::string& request, ErrorObject error) {
    const auto decision = on_ws(request);
    return Json::parse(rules_.finish(std::get<Accepted>(decision), Outcome(std::move(error))).text)["error"]["code"];
  };
  EXPECT_EQ(code(modern("resources/read", R"("uri":"u")"), missing), invalid_params);
  EXPECT_EQ(code(legacy("resources/read", R"({"uri":"u"})"), missing), resource_not_found);
  EXPECT_EQ(code(legacy("resources/read", R"({"uri":"u"})"), {invalid_params, "no", Json{{"uri", "u"}}}),
            resource_not_found);
  EXPECT_EQ(code(legacy("resources/read", R"({"uri":"u"})"), {invalid_params, "no"}), invalid_params);
}

TEST_F(ServerOfferTest, KeepsRebindingOutOfLoopbackAddresses) {
  const std::pair<const char*, bool> table[] = {
      {"127.0.0.1:8080", true},
      {"127.0.0.2", true},
      {"localhost", true},
      {"LOCALHOST:1", true},
      {"[::1]:8080", true},
      {"evil.example", false},
      {"localhost.evil.example:80", false},
      {"127.0.0.1.evil.example", false},
      {"[::1].evil.example", false},
      {"", false},
      {"allowed.example:99", true},
  };
  rules_.allow({{"https://app.example"}, {"allowed.example"}});
  for (const auto& [host, allowed] : table) {
    HttpFields fields;
    fields.host = host;
    const auto reply =
        std::get<Reply>(on_http(legacy("initialize", R"({"protocolVersion":"2025-11-25"})"), fields, true));
    EXPECT_EQ(reply.http_status, allowed ? 200 : 403) << host;
    EXPECT_EQ(std::get<Reply>(on_http(legacy("initialize", R"({"protocolVersion":"2025-11-25"})"), fields)).http_status,
              200);
  }
  HttpFields fields;
  fields.origin = "https://app.example";
  EXPECT_EQ(std::get<Reply>(on_http(legacy("initialize", R"({"protocolVersion":"2025-11-25"})"), fields)).http_status,
            200);
  fields.origin = "https://app.example.evil.example";
  EXPECT_EQ(std::get<Reply>(on_http(legacy("initialize", R"({"protocolVersion":"2025-11-25"})"), fields)).http_status,
            403);
}

}  // namespace
}  // namespace tracetax::mcp
