// What a server end does with messages of both eras on the three transports.

#include "harness/mcp/server_rules.h"

#include <gtest/gtest.h>

#include "harness/mcp/client_rules.h"

namespace tracetax::mcp {
namespace {

constexpr const char* modern_meta =
    R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}})";

std::string request(const std::string& method, const std::string& members, const char* id = "1") {
  return R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"method":")" + method + R"(","params":{)" + members + "}}";
}
std::string modern(const std::string& method, const std::string& members = "") {
  return request(method, (members.empty() ? "" : members + ",") + modern_meta);
}
std::string initialize(const std::string& version = "2025-11-25") {
  return request("initialize", R"("protocolVersion":")" + version + R"(","capabilities":{},"clientInfo":{"name":"c"})");
}

class ServerRulesTest : public testing::Test {
 protected:
  int minted_ = 0;
  ServerRules rules_{{"self", "1.0"}, [this] { return "session-" + std::to_string(++minted_); }, 3};

  Decision on_stdio(const std::string& text, std::uint64_t connection = 1) {
    return rules_.decide({TransportKind::stdio, connection, {}, {}, text, false});
  }
  Decision on_http(const std::string& text, const HttpFields& fields, std::string_view http_method = "POST") {
    return rules_.decide({TransportKind::http, 1, http_method, fields, text, false});
  }
  static HttpFields modern_fields(std::string_view method, std::optional<std::string_view> name = {}) {
    HttpFields fields;
    fields.protocol_version = "2026-07-28";
    fields.method = method;
    fields.name = name;
    fields.content_type = "application/json";
    return fields;
  }
  static HttpFields session_fields(std::string_view session) {
    HttpFields fields;
    fields.session_id = session;
    return fields;
  }
  std::string open_session() { return std::get<Reply>(on_http(initialize(), {})).session_id; }

  static void expect_accepted(const Decision& decision, Era era, const char* method) {
    const auto* accepted = std::get_if<Accepted>(&decision);
    ASSERT_NE(accepted, nullptr) << std::get<Reply>(decision).text;
    EXPECT_EQ(accepted->era, era);
    EXPECT_EQ(accepted->request.method, method);
  }
  static void expect_refused(const Decision& decision, int code, int http_status) {
    const auto* reply = std::get_if<Reply>(&decision);
    ASSERT_NE(reply, nullptr) << "accepted";
    EXPECT_TRUE(reply->refused);
    EXPECT_EQ(reply->http_status, http_status);
    EXPECT_EQ(Json::parse(reply->text)["error"]["code"], code) << reply->text;
  }
  static Json result_of(const Decision& decision) {
    const auto* reply = std::get_if<Reply>(&decision);
    if (reply == nullptr) {
      ADD_FAILURE() << "accepted";
      return {};
    }
    EXPECT_EQ(reply->http_status, 200);
    EXPECT_FALSE(reply->refused);
    return Json::parse(reply->text)["result"];
  }
};

const Json discovered = Json::parse(R"({"resultType":"complete","capabilities":{"tools":{}},
    "supportedVersions":["2026-07-28","2025-11-25","2025-06-18","2025-03-26","2024-11-05"],
    "ttlMs":60000,"cacheScope":"public","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"self","version":"1.0"}}})");

TEST_F(ServerRulesTest, ServesModernRequestsWithoutOpening) {
  expect_accepted(on_stdio(modern("tools/list")), Era::modern, "tools/list");
  const auto call = on_stdio(modern("tools/call", R"("name":"echo","arguments":{})"));
  expect_accepted(call, Era::modern, "tools/call");
  EXPECT_EQ(std::get<Accepted>(call).protocol_version, "2026-07-28");
  EXPECT_EQ(std::get<Accepted>(call).session_id, "");
  expect_accepted(on_http(modern("tools/call", R"("name":"echo")"), modern_fields("tools/call", "echo")), Era::modern,
                  "tools/call");
  EXPECT_EQ(result_of(on_stdio(modern("server/discover"))), discovered);
  EXPECT_EQ(result_of(on_http(modern("server/discover"), modern_fields("server/discover"))), discovered);
}

TEST_F(ServerRulesTest, NeedsTheModernKeys) {
  const std::pair<const char*, const char*> table[] = {
      {R"("_meta":{"io.modelcontextprotocol/clientCapabilities":{}})", "no version"},
      {R"("_meta":{"io.modelcontextprotocol/protocolVersion":5,"io.modelcontextprotocol/clientCapabilities":{}})",
       "version is a number"},
      {R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"})", "no capabilities"},
      {R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":[]})",
       "array"},
      {R"("_meta":{"io.modelcontextprotocol/clientInfo":{}})", "info alone"},
      {R"("_meta":"x")", "no object"},
      {"", "nothing"},
  };
  for (const auto& [members, name] : table) {
    SCOPED_TRACE(name);
    expect_refused(on_stdio(request("tools/list", members)), invalid_params, 400);
    expect_refused(on_http(request("tools/list", members), modern_fields("tools/list")), invalid_params, 400);
  }
}

TEST_F(ServerRulesTest, SaysWhichVersionsItSpeaks) {
  const auto text = request("tools/list", R"("_meta":{"io.modelcontextprotocol/protocolVersion":"1900-01-01"})");
  auto fields = modern_fields("tools/list");
  fields.protocol_version = "1900-01-01";
  for (const auto& decision : {on_stdio(text), on_http(text, fields)}) {
    expect_refused(decision, unsupported_protocol_version, 400);
    const auto data = Json::parse(std::get<Reply>(decision).text)["error"]["data"];
    EXPECT_EQ(data["supported"], discovered["supportedVersions"]);
    EXPECT_EQ(data["requested"], "1900-01-01");
  }
  // Also when the version stands in the header only.
  HttpFields header_only;
  header_only.protocol_version = "1900-01-01";
  expect_refused(on_http(request("tools/list", ""), header_only), unsupported_protocol_version, 400);
}

TEST_F(ServerRulesTest, ComparesHeadersWithTheBody) {
  struct Row {
    const char* name;
    std::optional<std::string_view> version, method, tool;
    bool accepted;
  };
  const Row table[] = {
      {"all agree", "2026-07-28", "tools/call", "café au lait", false},  // not ASCII: must be encoded
      {"encoded", "2026-07-28", "tools/call", "=?base64?Y2Fmw6kgYXUgbGFpdA==?=", true},
      {"bad Base64", "2026-07-28", "tools/call", "=?base64?Y2Fmw6kgYXUgbGFpdA?=", false},
      {"other name", "2026-07-28", "tools/call", "tea", false},
      {"no name", "2026-07-28", "tools/call", {}, false},
      {"other method", "2026-07-28", "tools/list", "=?base64?Y2Fmw6kgYXUgbGFpdA==?=", false},
      {"method in capitals", "2026-07-28", "TOOLS/CALL", "=?base64?Y2Fmw6kgYXUgbGFpdA==?=", false},
      {"no method", "2026-07-28", {}, "=?base64?Y2Fmw6kgYXUgbGFpdA==?=", false},
      {"other version", "2025-11-25", "tools/call", "=?base64?Y2Fmw6kgYXUgbGFpdA==?=", false},
      {"no version", {}, "tools/call", "=?base64?Y2Fmw6kgYXUgbGFpdA==?=", false},
      {"nothing", {}, {}, {}, false},
  };
  const auto text = modern("tools/call", R"("name":"café au lait")");
  for (const auto& row : table) {
    SCOPED_TRACE(row.name);
    HttpFields fields;
    fields.protocol_version = row.version;
    fields.method = row.method;
    fields.name = row.tool;
    if (row.accepted) {
      expect_accepted(on_http(text, fields), Era::modern, "tools/call");
    } else {
      expect_refused(on_http(text, fields), header_mismatch, 400);
    }
  }
}

TEST_F(ServerRulesTest, AcceptsWhatOurClientWrites) {
  const Json params{{"name", " odd\nname "}};
  const auto text = make_request_text(1, "tools/call", params, Era::modern, {"c", "1"});
  HttpFields fields;
  const auto written = request_headers("tools/call", name_of("tools/call", params), Era::modern);
  for (const auto& [name, value] : written) {
    if (name == header::protocol_version) fields.protocol_version = value;
    if (name == header::method) fields.method = value;
    if (name == header::name) fields.name = value;
  }
  expect_accepted(on_http(text, fields), Era::modern, "tools/call");
}

TEST_F(ServerRulesTest, IgnoresSessionsInTheModernEra) {
  auto fields = modern_fields("tools/list");
  fields.session_id = "whatever";
  expect_accepted(on_http(modern("tools/list"), fields), Era::modern, "tools/list");
  EXPECT_EQ(rules_.sessions(), 0u);
}

TEST_F(ServerRulesTest, KnowsNoOtherMethods) {
  for (const char* method : {"ping", "resources/list", "logging/setLevel", "tools/", ""}) {
    SCOPED_TRACE(method);
    expect_refused(on_stdio(modern(method)), method_not_found, 404);
    expect_refused(on_http(modern(method), modern_fields(method)), method_not_found, 404);
  }
  on_stdio(initialize(), 2);
  for (const char* method : {"server/discover", "resources/list", "logging/setLevel"}) {
    SCOPED_TRACE(method);
    expect_refused(on_stdio(request(method, ""), 2), method_not_found, 200);
  }
}

TEST_F(ServerRulesTest, ChecksTheParametersOfACall) {
  on_stdio(initialize(), 2);
  for (const char* members : {"", R"("name":5)", R"("name":"x","arguments":[])", R"("name":"x","arguments":null)"}) {
    SCOPED_TRACE(members);
    expect_refused(on_stdio(modern("tools/call", members)), invalid_params, 400);
    expect_refused(on_stdio(request("tools/call", members), 2), invalid_params, 200);
  }
  expect_accepted(on_stdio(modern("tools/call", R"("name":"x")")), Era::modern, "tools/call");
}

TEST_F(ServerRulesTest, BecomesLegacyByInitialize) {
  expect_refused(on_stdio(request("tools/list", "")), invalid_params, 400);
  EXPECT_EQ(result_of(on_stdio(initialize("2025-06-18"))),
            Json::parse(R"({"protocolVersion":"2025-06-18","capabilities":{"tools":{}},
                            "serverInfo":{"name":"self","version":"1.0"}})"));
  const auto listed = on_stdio(request("tools/list", ""));
  expect_accepted(listed, Era::legacy, "tools/list");
  EXPECT_EQ(std::get<Accepted>(listed).protocol_version, "2025-06-18");
  EXPECT_EQ(result_of(on_stdio(request("ping", ""))), Json::object());
  // One connection's era is no other's, and modern requests are still served.
  expect_refused(on_stdio(request("tools/list", ""), 2), invalid_params, 400);
  expect_accepted(on_stdio(modern("tools/list")), Era::modern, "tools/list");
  rules_.connection_closed(1);
  expect_refused(on_stdio(request("tools/list", "")), invalid_params, 400);
}

TEST_F(ServerRulesTest, AcceptsTraceContextInLegacyMeta) {
  on_stdio(initialize());
  expect_accepted(on_stdio(request("tools/list", R"("_meta":{"traceparent":"00-a","progressToken":1})")), Era::legacy,
                  "tools/list");
}

TEST_F(ServerRulesTest, NegotiatesTheLegacyVersion) {
  for (const char* version : {"2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"}) {
    EXPECT_EQ(result_of(on_stdio(initialize(version)))["protocolVersion"], version);
  }
  for (const char* version : {"2026-07-28", "1900-01-01", ""}) {
    EXPECT_EQ(result_of(on_stdio(initialize(version)))["protocolVersion"], "2025-11-25");
  }
  expect_refused(on_stdio(request("initialize", "")), invalid_params, 400);
}

TEST_F(ServerRulesTest, PingsBeforeInitialize) {
  EXPECT_EQ(result_of(on_stdio(request("ping", ""))), Json::object());
}

TEST_F(ServerRulesTest, EchoesIdsWithTheirType) {
  on_stdio(initialize());
  EXPECT_EQ(std::get<Reply>(on_stdio(request("ping", "", "\"7\""))).text, R"({"jsonrpc":"2.0","id":"7","result":{}})");
  EXPECT_EQ(std::get<Reply>(on_stdio(request("ping", "", "7"))).text, R"({"jsonrpc":"2.0","id":7,"result":{}})");
}

TEST_F(ServerRulesTest, KeepsLegacyHttpSessions) {
  const auto session = open_session();
  EXPECT_EQ(session, "session-1");
  const auto listed = on_http(request("tools/list", ""), session_fields(session));
  expect_accepted(listed, Era::legacy, "tools/list");
  EXPECT_EQ(std::get<Accepted>(listed).session_id, session);
  EXPECT_EQ(std::get<Accepted>(listed).protocol_version, "2025-11-25");
  // Any supported version may stand in the header, none as well.
  auto fields = session_fields(session);
  fields.protocol_version = "2025-03-26";
  expect_accepted(on_http(request("tools/list", ""), fields), Era::legacy, "tools/list");
  // Newer clients send the modern headers always.
  fields = modern_fields("tools/list");
  fields.session_id = session;
  expect_accepted(on_http(request("tools/list", ""), fields), Era::legacy, "tools/list");
  expect_refused(on_http(request("tools/list", ""), session_fields("unknown")), invalid_request, 404);
  const char* notification = R"({"jsonrpc":"2.0","method":"notifications/initialized"})";
  EXPECT_EQ(std::get<Reply>(on_http(notification, session_fields(session))).http_status, 202);
  expect_refused(on_http(notification, session_fields("unknown")), invalid_request, 404);
  expect_refused(on_http(request("tools/list", ""), {}), invalid_params, 400);
  EXPECT_EQ(result_of(on_http(request("ping", ""), session_fields(session))), Json::object());
}

TEST_F(ServerRulesTest, EndsSessionsOnDelete) {
  const auto session = open_session();
  const auto ended = std::get<Reply>(on_http("", session_fields(session), "DELETE"));
  EXPECT_EQ(ended.http_status, 200);
  EXPECT_EQ(ended.text, "");
  expect_refused(on_http(request("ping", ""), session_fields(session)), invalid_request, 404);
  expect_refused(on_http("", session_fields(session), "DELETE"), invalid_request, 404);
  expect_refused(on_http("", {}, "DELETE"), invalid_request, 405);
  EXPECT_EQ(rules_.sessions(), 0u);
}

TEST_F(ServerRulesTest, DropsTheSessionUnusedTheLongest) {
  for (int i = 0; i < 3; ++i) open_session();
  on_http(request("ping", ""), session_fields("session-1"));
  EXPECT_EQ(open_session(), "session-4");
  EXPECT_EQ(rules_.sessions(), 3u);
  expect_refused(on_http(request("ping", ""), session_fields("session-2")), invalid_request, 404);
  for (const char* kept : {"session-1", "session-3", "session-4"}) {
    EXPECT_EQ(result_of(on_http(request("ping", ""), session_fields(kept))), Json::object());
  }
}

TEST_F(ServerRulesTest, OffersNoStream) {
  for (const char* method : {"GET", "PUT", "HEAD", "OPTIONS"}) {
    const auto decision = on_http("", {}, method);
    expect_refused(decision, invalid_request, 405);
    EXPECT_EQ(std::get<Reply>(decision).allow, "POST, DELETE");
  }
}

TEST_F(ServerRulesTest, TakesNotificationsAndAnswersWithoutAWord) {
  for (const char* text : {R"({"jsonrpc":"2.0","method":"notifications/initialized"})",
                           R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":null}})",
                           R"({"jsonrpc":"2.0","id":1,"result":{}})"}) {
    for (const auto& decision : {on_stdio(text), on_http(text, {})}) {
      EXPECT_EQ(std::get<Reply>(decision).text, "");
      EXPECT_EQ(std::get<Reply>(decision).http_status, 202);
    }
  }
}

TEST_F(ServerRulesTest, RefusesForeignPages) {
  const std::pair<const char*, bool> table[] = {
      {"http://localhost", true},
      {"http://localhost:5173", true},
      {"https://127.0.0.1:8443", true},
      {"http://[::1]:80", true},
      {"http://[::1]", true},
      {"https://evil.example", false},
      {"http://localhost.evil.example", false},
      {"http://127.0.0.1.evil.example", false},
      {"null", false},
      {"", false},
      {"http://[::1].evil.example", false},
      {"http://[::1", false},
      {"http://", false},
  };
  for (const auto& [origin, allowed] : table) {
    SCOPED_TRACE(origin);
    auto fields = modern_fields("tools/list");
    fields.origin = origin;
    if (allowed) {
      expect_accepted(on_http(modern("tools/list"), fields), Era::modern, "tools/list");
    } else {
      expect_refused(on_http(modern("tools/list"), fields), invalid_request, 403);
      HttpFields handshake;
      handshake.origin = origin;
      expect_refused(rules_.decide({TransportKind::ws, 1, {}, handshake, modern("tools/list"), false}), invalid_request,
                     403);
    }
  }
}

TEST_F(ServerRulesTest, TakesJsonOnly) {
  for (const auto& [type, accepted] : {std::pair{"application/json", true},
                                       {"application/JSON; charset=utf-8", true},
                                       {"text/plain", false},
                                       {"application/jsonp", false},
                                       {"", false}}) {
    SCOPED_TRACE(type);
    auto fields = modern_fields("tools/list");
    fields.content_type = type;
    const auto decision = on_http(modern("tools/list"), fields);
    if (accepted) {
      expect_accepted(decision, Era::modern, "tools/list");
    } else {
      expect_refused(decision, invalid_request, 415);
    }
  }
}

TEST_F(ServerRulesTest, AnswersWhatIsNoMessage) {
  expect_refused(on_http("", {}), parse_error, 400);
  expect_refused(on_stdio("garbage"), parse_error, 400);
  expect_refused(on_stdio("[" + modern("tools/list") + "]"), invalid_request, 400);
  expect_refused(rules_.decide({TransportKind::http, 1, "POST", {}, "", true}), invalid_request, 413);
}

TEST_F(ServerRulesTest, FinishesModernResults) {
  const auto call = std::get<Accepted>(on_stdio(modern("tools/call", R"("name":"x")")));
  const auto reply = rules_.finish(call, Json::parse(R"({"content":[],"_meta":{"k":1}})"));
  EXPECT_EQ(Json::parse(reply.text),
            Json::parse(R"({"jsonrpc":"2.0","id":1,"result":{"content":[],"resultType":"complete",
      "_meta":{"k":1,"io.modelcontextprotocol/serverInfo":{"name":"self","version":"1.0"}}}})"));
  const auto list = std::get<Accepted>(on_stdio(modern("tools/list")));
  EXPECT_EQ(Json::parse(rules_.finish(list, Json::parse(R"({"tools":[],"ttlMs":5})")).text)["result"],
            Json::parse(R"({"tools":[],"resultType":"complete","ttlMs":5,"cacheScope":"public",
                "_meta":{"io.modelcontextprotocol/serverInfo":{"name":"self","version":"1.0"}}})"));
}

TEST_F(ServerRulesTest, FinishesLegacyResults) {
  on_stdio(initialize());
  const auto list = std::get<Accepted>(on_stdio(request("tools/list", "")));
  const auto modern_result = Json::parse(R"({"tools":[],"resultType":"complete","ttlMs":5,"cacheScope":"public",
      "_meta":{"io.modelcontextprotocol/serverInfo":{"name":"backend","version":"9"}}})");
  EXPECT_EQ(rules_.finish(list, modern_result).text, R"({"jsonrpc":"2.0","id":1,"result":{"tools":[]}})");
}

TEST_F(ServerRulesTest, FinishesErrorsWithTheirStatus) {
  const auto call = std::get<Accepted>(on_stdio(modern("tools/call", R"("name":"x")")));
  on_stdio(initialize());
  const auto old = std::get<Accepted>(on_stdio(request("tools/call", R"("name":"x")")));
  const std::pair<int, int> table[] = {{invalid_params, 200},
                                       {method_not_found, 404},
                                       {header_mismatch, 400},
                                       {internal_error, 200},
                                       {unsupported_protocol_version, 400},
                                       {backend_timeout, 200},
                                       {missing_client_capability, 400}};
  for (const auto& [code, status] : table) {
    const auto reply = rules_.finish(call, ErrorObject{code, "no"});
    EXPECT_EQ(reply.http_status, status) << code;
    EXPECT_TRUE(reply.refused);
    EXPECT_EQ(Json::parse(reply.text)["error"]["code"], code);
    EXPECT_EQ(rules_.finish(old, ErrorObject{code, "no"}).http_status, 200) << code;
  }
  EXPECT_EQ(rules_.finish(call, ErrorObject{unauthorized, "no"}, 401).http_status, 401);
  const auto broken = rules_.finish(call, Json("not an object"));
  EXPECT_EQ(Json::parse(broken.text)["error"]["code"], internal_error);
}

}  // namespace
}  // namespace tracetax::mcp
