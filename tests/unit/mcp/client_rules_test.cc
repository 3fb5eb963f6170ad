// What a client writes in each era, and how it reads answers.

#include "harness/mcp/client_rules.h"

#include <gtest/gtest.h>

namespace tracetax::mcp {
namespace {

const ClientInfo client{"probe", "1.2"};

TEST(RequestText, CarriesTheModernKeys) {
  const auto text = make_request_text(5, "tools/list", Json::object(), Era::modern, client);
  EXPECT_EQ(Json::parse(text), Json::parse(R"({"jsonrpc":"2.0","id":5,"method":"tools/list","params":{"_meta":{
      "io.modelcontextprotocol/protocolVersion":"2026-07-28",
      "io.modelcontextprotocol/clientCapabilities":{},
      "io.modelcontextprotocol/clientInfo":{"name":"probe","version":"1.2"}}}})"));
}

TEST(RequestText, SpeaksForACallerWhenForwarding) {
  auto params = Json::parse(R"({"name":"x","_meta":{
      "io.modelcontextprotocol/protocolVersion":"2025-11-25",
      "io.modelcontextprotocol/clientCapabilities":{"roots":{}},
      "io.modelcontextprotocol/clientInfo":{"name":"caller","version":"9"},
      "dev.tracetax/draw":7}})");
  const auto forwarded = Json::parse(make_request_text(1, "tools/call", params, Era::modern, client));
  params["_meta"][meta_key::protocol_version] = "2026-07-28";
  EXPECT_EQ(forwarded["params"], params);
}

TEST(RequestText, TakesTheModernKeysOutForLegacyPeers) {
  const auto modern = Json::parse(make_request_text(1, "tools/call", {{"name", "x"}}, Era::modern, client));
  const auto plain = Json::parse(make_request_text(2, "tools/call", modern["params"], Era::legacy, client));
  EXPECT_EQ(plain["params"], Json({{"name", "x"}}));
  auto traced = modern["params"];
  traced["_meta"]["traceparent"] = "00-a";
  const auto kept = Json::parse(make_request_text(3, "tools/call", traced, Era::legacy, client));
  EXPECT_EQ(kept["params"], Json::parse(R"({"name":"x","_meta":{"traceparent":"00-a"}})"));
}

TEST(RequestHeaders, RepeatTheBodyInTheModernEraOnly) {
  EXPECT_EQ(request_headers("tools/call", "é", Era::modern), (HeaderFields{{"MCP-Protocol-Version", "2026-07-28"},
                                                                           {"Mcp-Method", "tools/call"},
                                                                           {"Mcp-Name", "=?base64?w6k=?="}}));
  EXPECT_EQ(request_headers("tools/list", "", Era::modern, {}, "s"),
            (HeaderFields{{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", "tools/list"}}));
  EXPECT_EQ(request_headers("tools/call", "x", Era::legacy, "2025-06-18", "s"),
            (HeaderFields{{"MCP-Protocol-Version", "2025-06-18"}, {"Mcp-Session-Id", "s"}}));
  EXPECT_EQ(request_headers("initialize", "", Era::legacy), HeaderFields{});
}

TEST(Initialize, AsksAndReads) {
  EXPECT_EQ(initialize_params(client), Json::parse(R"({"protocolVersion":"2025-11-25","capabilities":{},
                            "clientInfo":{"name":"probe","version":"1.2"}})"));
  const auto read = read_initialize(
      Json::parse(R"({"protocolVersion":"2025-06-18","capabilities":{},"serverInfo":{"name":"s","version":"3"}})"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->version, "2025-06-18");
  EXPECT_EQ(read->server.name, "s");
  EXPECT_EQ(read->server.version, "3");
  for (const char* result : {"{}", "[]", "null", R"({"protocolVersion":1})", R"({"protocolVersion":"1900-01-01"})",
                             R"({"protocolVersion":"2026-07-28"})"}) {
    EXPECT_FALSE(read_initialize(Json::parse(result))) << result;
  }
}

TEST(Discover, ReadsVersions) {
  const auto read = read_discover(Json::parse(
      R"({"supportedVersions":["2026-07-28","x"],
          "_meta":{"io.modelcontextprotocol/serverInfo":{"name":"s","version":"3"}}})"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->versions, (std::vector<std::string>{"2026-07-28", "x"}));
  EXPECT_EQ(read->server.name, "s");
  for (const char* result : {"{}", "null", R"({"supportedVersions":[]})", R"({"supportedVersions":"2026-07-28"})",
                             R"({"supportedVersions":[1]})"}) {
    EXPECT_FALSE(read_discover(Json::parse(result))) << result;
  }
}

TEST(ModernError, IsOneOfThree) {
  for (const int code : {-32020, -32021, -32022}) EXPECT_TRUE(is_modern_error({code, ""})) << code;
  for (const int code : {-32700, -32600, -32601, -32602, -32603, -32000, -31001, 0}) {
    EXPECT_FALSE(is_modern_error({code, ""})) << code;
  }
}

TEST(VersionOffered, IsTheNewestInCommon) {
  const auto offered = [](int code, const char* data) { return version_offered({code, "", Json::parse(data)}); };
  EXPECT_EQ(offered(-32022, R"({"supported":["2025-06-18","2025-11-25","3000-01-01"]})"), "2025-11-25");
  EXPECT_EQ(offered(-32022, R"({"supported":["3000-01-01"]})"), std::nullopt);
  EXPECT_EQ(offered(-32022, "null"), std::nullopt);
  EXPECT_EQ(offered(-32022, R"({"supported":"2025-11-25"})"), std::nullopt);
  EXPECT_EQ(offered(-32602, R"({"supported":["2025-11-25"]})"), std::nullopt);
}

TEST(CallResult, TellsFailuresApart) {
  const auto read = [](const char* text) { return read_call_result(Json::parse(text)); };
  EXPECT_EQ(read(R"({"content":[]})"), CallResult::ok);
  EXPECT_EQ(read(R"({"content":[],"isError":false,"resultType":"complete"})"), CallResult::ok);
  EXPECT_EQ(read(R"({"content":[],"isError":true})"), CallResult::tool_error);
  for (const char* text : {"{}", "[]", "null", R"({"content":{}})", R"({"content":[],"isError":"yes"})",
                           R"({"content":[],"resultType":"input_required"})", R"({"content":[],"resultType":"new"})"}) {
    EXPECT_EQ(read(text), CallResult::malformed) << text;
  }
}

Probe probe(const char* answer) {
  return read_probe(std::get<Response>(std::get<Message>(parse_message(answer))));
}

TEST(ClientRules, TheAnswerToTheFirstMessageSaysWhatThePeerSpeaks) {
  using Says = Probe::Says;
  Probe found = probe(R"({"jsonrpc":"2.0","id":1,"result":{"supportedVersions":["2025-11-25","2026-07-28"]}})");
  EXPECT_EQ(found.says, Says::modern);
  EXPECT_EQ(found.version, "2026-07-28");
  found = probe(R"({"jsonrpc":"2.0","id":1,"result":{"supportedVersions":["2024-11-05","2025-06-18"]}})");
  EXPECT_EQ(found.says, Says::legacy);
  EXPECT_EQ(found.version, "2025-06-18");
  found = probe(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32022,"message":"","data":{"supported":["2025-03-26"]}}})");
  EXPECT_EQ(found.says, Says::legacy);
  EXPECT_EQ(found.version, "2025-03-26");
  found = probe(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32022,"message":"","data":{"supported":["2030-01-01"]}}})");
  EXPECT_EQ(found.says, Says::nothing_common);
  EXPECT_EQ(found.theirs, std::vector<std::string>{"2030-01-01"});
  for (const int code : {-32020, -32021}) {
    const auto error = R"({"jsonrpc":"2.0","id":1,"error":{"code":)" + std::to_string(code) + R"(,"message":""}})";
    EXPECT_EQ(probe(error.c_str()).says, Says::modern);
  }
  for (const char* before : {R"({"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":""}})",
                             R"({"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"_meta"}})",
                             R"({"jsonrpc":"2.0","error":{"code":-32000,"message":"no session"}})",
                             R"({"jsonrpc":"2.0","id":1,"error":{"code":-32022,"message":""}})",
                             R"({"jsonrpc":"2.0","id":1,"result":{}})"}) {
    EXPECT_EQ(probe(before).says, Says::legacy) << before;
    EXPECT_EQ(probe(before).version, "") << before;
  }
}

}  // namespace
}  // namespace tracetax::mcp
