// Calls and results whose bytes pass through: what is found in them, what is written anew, and that the rest stays.

#include "harness/mcp/call_text.h"

#include <limits>

#include <gtest/gtest.h>

#include "harness/mcp/client_rules.h"
#include "harness/mcp/server_rules.h"

namespace tracetax::mcp {
namespace {

const ClientInfo hop{"hop", "1.0"};
constexpr const char* own_info = R"({"name":"self","version":"2"})";
constexpr const char* trace_parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

constexpr const char* modern_keys =
    R"("io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"roots":{}})";
constexpr const char* client_key = R"("io.modelcontextprotocol/clientInfo":{"name":"c","version":"9"})";

// What a tree would write otherwise: order, blanks, escapes, digits, members that come twice.
constexpr const char* odd_arguments =
    R"({ "z":1, "a" : "\u00e9\ud83d\ude00\/ é 😀", "n":[123456789012345678901234567890,1.000,-0,1E2], "d":1,"d":2 })";

std::string call(const std::string& meta, const std::string& id = "7") {
  return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":"tools/call","params":{"name":"lookup",)" +
         (meta.empty() ? "" : R"("_meta":{)" + meta + "},") + R"("arguments":)" + odd_arguments + "}}";
}
std::string modern(const std::string& more = "") {
  return std::string(modern_keys) + "," + client_key + (more.empty() ? "" : "," + more);
}
CallText read(const std::string& text) {
  auto parts = read_call(text);
  EXPECT_TRUE(parts) << text;
  return {text, parts.value_or(CallParts{})};
}
std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return at == std::string::npos ? text : text.replace(at, what.size(), with);
}

TEST(ReadCall, FindsWhatHopsLookAt) {
  const auto found =
      read(call(modern(R"("traceparent":"tp","tracestate":"a=1","dev.tracetax/draw":9007199254740991)")));
  EXPECT_EQ(found.parts.id, Id(7));
  EXPECT_EQ(found.name(), "lookup");
  EXPECT_EQ(found.era(), Era::modern);
  EXPECT_TRUE(found.parts.has_client_info);
  EXPECT_EQ(found.parts.version.in(found.text), "2026-07-28");
  EXPECT_EQ(found.traceparent(), "tp");
  EXPECT_EQ(found.tracestate(), "a=1");
  EXPECT_EQ(found.parts.draw, 9007199254740991u);
  EXPECT_EQ(found.params(), Json::parse(found.text)["params"]);
}

TEST(ReadCall, TakesAnyOrderAndLayout) {
  const auto found = read(
      "\n{ \"params\" : { \"_meta\" : { \"dev.tracetax/draw\" : 5 } , \"name\" : \"é\" } ,\r\n "
      "\"method\":\"tools/call\","
      "\t\"id\":\"a b\",\"jsonrpc\":\"2.0\" } ");
  EXPECT_EQ(found.parts.id, Id("a b"));
  EXPECT_EQ(found.parts.id_at.in(found.text), "\"a b\"");
  EXPECT_EQ(found.name(), "é");
  EXPECT_EQ(found.era(), Era::legacy);
  EXPECT_EQ(found.parts.draw, 5u);
  EXPECT_TRUE(read(call("")).parts.meta.empty());
}

TEST(ReadCall, LeavesOtherFormsToTheTree) {
  const std::string good = call(modern());
  for (const auto& text : {
           replaced(good, "7", "null"),
           replaced(good, "7", "1.0"),
           replaced(good, "7", "9223372036854775808"),
           replaced(good, "7", R"("\u0061")"),
           replaced(good, "7", R"(7,"id":8)"),
           replaced(good, "2.0", "1.0"),
           replaced(good, "tools/call", "tools/list"),
           replaced(good, "tools/call", R"(tools\/call)"),
           replaced(good, R"("method")", R"("extra":1,"method")"),
           replaced(good, R"("method")", R"("result":{},"method")"),
           replaced(good, R"("lookup")", "5"),
           replaced(good, R"("lookup")", R"("look\u0075p")"),
           replaced(good, R"("lookup")", R"("lookup","name":"other")"),
           replaced(good, R"("name")", R"("n\u0061me")"),
           replaced(good, odd_arguments, "[]"),
           replaced(good, odd_arguments, "null"),
           replaced(good, odd_arguments, R"({"a":tru})"),
           replaced(good, odd_arguments, R"({"a":1e999})"),
           replaced(good, odd_arguments, R"({},"arguments":{})"),
           replaced(good, R"({"roots":{}})", "[]"),
           replaced(good, R"("2026-07-28")", "5"),
           replaced(good, R"("_meta":{)", R"("_meta":{},"_meta":{)"),
           call("\"traceparent\":5"),
           call(R"("traceparent":"a\n")"),
           call(R"("traceparent":"a","traceparent":"b")"),
           call(R"("dev.tracetax/draw":-1)"),
           call(R"("dev.tracetax/draw":9007199254740992)"),
           call(R"("dev.tracetax/draw":"1")"),
           call(client_key),
           call(R"("io.modelcontextprotocol/protocolVersion":"2026-07-28")"),
           call(R"("io.modelcontextprotocol/clientCapabilities":{})"),
           good.substr(0, good.size() - 1),
           good + "x",
           "[" + good + "]",
           std::string(),
           std::string(R"({"jsonrpc":"2.0","method":"tools/call","params":{"name":"x"}})"),
           std::string(R"({"jsonrpc":"2.0","id":1,"method":"tools/call"})"),
           std::string(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}})"),
           std::string(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":null})"),
       }) {
    EXPECT_FALSE(read_call(text)) << text;
  }
}

TEST(ForwardText, WritesTheIdAndNothingElse) {
  for (const auto& meta : {modern(), modern(R"("traceparent":"tp","x":1)"), std::string(), std::string(R"("x":[])")}) {
    const auto text = call(meta);
    EXPECT_EQ(forward_text(read(text), 1234567890123, {}, hop), replaced(text, "7", "1234567890123"));
  }
  const std::string id_last = R"({"params":{"name":"x"},"method":"tools/call","jsonrpc":"2.0","id":"seven"})";
  EXPECT_EQ(forward_text(read(id_last), 8, {}, hop), replaced(id_last, "\"seven\"", "8"));
}

TEST(ForwardText, IsWhatATreeWouldSay) {
  const TraceEdit edits[] = {{},
                             {TraceEdit::Kind::remove},
                             {TraceEdit::Kind::write, trace_parent},
                             {TraceEdit::Kind::write, trace_parent, "a=\"1\",b=2"}};
  const std::string metas[] = {
      "",
      R"("x":{"traceparent":"deep"})",
      R"("traceparent":"tp")",
      R"("traceparent":"","tracestate":"")",
      R"("tracestate":"a=1" , "x":1)",
      modern(),
      modern_keys,
      modern(R"("traceparent":"tp","tracestate":"s","dev.tracetax/draw":3,"baggage":"k=v")"),
  };
  for (const auto& meta : metas) {
    for (const auto& edit : edits) {
      const auto source = read(call(meta));
      Json params = source.params();
      if (edit.kind != TraceEdit::Kind::keep) write_trace(params, edit.traceparent, edit.tracestate);
      const auto tree = make_request_text(5, "tools/call", params, source.era(), hop);
      const auto text = forward_text(source, 5, edit, hop);
      EXPECT_EQ(Json::parse(text), Json::parse(tree)) << text;
      EXPECT_NE(text.find(odd_arguments), std::string::npos) << text;
      const bool escaped = edit.tracestate.find('"') != std::string_view::npos;
      EXPECT_EQ(read_call(text).has_value(), !escaped) << text;
    }
  }
}

TEST(ForwardText, TakesAnEmptyMetaOutWhereverItStands) {
  for (
      const std::string text : {
          R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"_meta":{"traceparent":"t"} , "name":"x"}})",
          R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x" , "_meta" : {"traceparent":"t"} }})",
          R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","_meta":{"tracestate":""},"arguments":{}}})",
      }) {
    const auto out = Json::parse(forward_text(read(text), 2, {TraceEdit::Kind::remove}, hop));
    EXPECT_FALSE(out["params"].contains("_meta")) << out;
    EXPECT_EQ(out["params"]["name"], "x");
  }
}

std::string response(const std::string& members, const std::string& id = "5") {
  return R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":{)" + members + "}}";
}
ResultText read_response(const std::string& text) {
  const auto parts = read_result(text);
  EXPECT_TRUE(parts) << text;
  return {text, parts.value_or(ResultParts{})};
}

constexpr const char* odd_content =
    R"("content":[ {"type":"text", "text":"\u00e9 é 😀 \n"} ], "structuredContent":{"n":1.000,"big":123456789012345678901234567890})";
constexpr const char* foreign_info =
    R"("_meta":{"k":1,"io.modelcontextprotocol/serverInfo":{"name":"backend","version":"9"},"l":2})";

TEST(ReadResult, FindsWhatHopsLookAt) {
  const auto found = read_response(response(
      std::string(odd_content) + R"(,"isError":true,"resultType":"complete",)" + foreign_info, "-9223372036854775808"));
  EXPECT_EQ(found.parts.id, std::numeric_limits<std::int64_t>::min());
  EXPECT_TRUE(found.parts.is_error);
  EXPECT_TRUE(found.parts.has_type);
  EXPECT_FALSE(found.plain());
  EXPECT_EQ(found.parts.server_info.in(found.text), R"({"name":"backend","version":"9"})");
  EXPECT_EQ(found.result(), Json::parse(found.text)["result"]);
  EXPECT_TRUE(read_response(response(R"("content":[])")).plain());
  EXPECT_FALSE(read_response(response(R"("content":[],"isError":false)")).parts.is_error);
}

TEST(ReadResult, LeavesOtherFormsToTheTree) {
  for (const auto& text : {
           response(""),
           response(R"("content":{})"),
           response(R"("content":[],"content":[])"),
           response(R"("content":[],"isError":"true")"),
           response(R"("content":[],"isError":null)"),
           response(R"("content":[],"isError":true,"isError":false)"),
           response(R"("content":[],"resultType":"input_required")"),
           response(R"("content":[],"resultType":5)"),
           response(R"("content":[],"_meta":[])"),
           response(R"("content":[],"_meta":{"io.modelcontextprotocol/serverInfo":5})"),
           response(R"("content":[],"ttlMs":5)"),
           response(R"("content":[],"cacheScope":"public")"),
           response(R"("content":[],"x":)"),
           response(R"("content":["a)"
                    "\xff"
                    "\"]"),
           response(R"("c\u006fntent":[])"),
           response(R"("content":[])", "\"5\""),
           response(R"("content":[])", "null"),
           response(R"("content":[])", "5.0"),
           response(R"("content":[])", "9223372036854775808"),
           response(R"("content":[])") + "}",
           std::string(R"({"jsonrpc":"2.0","id":5,"result":[]})"),
           std::string(R"({"jsonrpc":"2.0","id":5,"error":{"code":1,"message":"content"}})"),
           std::string(R"({"jsonrpc":"2.0","id":5,"result":{"content":[]},"error":{}})"),
           std::string(R"({"id":5,"result":{"content":[]}})"),
           std::string(R"({"jsonrpc":"2.0","result":{"content":[]}})"),
           call(""),
           std::string(),
       }) {
    EXPECT_FALSE(read_result(text)) << text;
  }
}

TEST(AnswerText, IsWhatATreeWouldSay) {
  const std::string results[] = {
      odd_content,
      std::string(odd_content) + R"(,"isError":true)",
      std::string(odd_content) + R"(,"resultType":"complete")",
      std::string(odd_content) + R"(,"resultType":"complete",)" + foreign_info,
      std::string(foreign_info) + "," + odd_content,
      std::string(odd_content) + R"(,"_meta":{})",
      std::string(odd_content) + R"(, "_meta" : {  } )",
      std::string(odd_content) + R"(,"_meta":{"k":1})",
  };
  for (const auto& members : results) {
    for (const Id& id : {Id(1), Id("a\"\n")}) {
      const auto source = read_response(response(members));
      Json tree = source.result();
      dress_result(tree, "tools/call", Era::modern, {"self", "2"});
      const auto text = answer_text(source, id, Era::modern, own_info);
      EXPECT_EQ(Json::parse(text), Json::parse(serialize(Response{id, tree}))) << text;
      EXPECT_NE(text.find(odd_content), std::string::npos) << text;
    }
  }
}

TEST(AnswerText, WritesOnlyTheIdForALegacyCaller) {
  const auto text = response(std::string(odd_content) + R"(,"_meta":{"k":1})");
  EXPECT_EQ(answer_text(read_response(text), Id("seven"), Era::legacy, own_info), replaced(text, "5", "\"seven\""));
}

TEST(MakeResult, IsReadBackAsItWasMeant) {
  for (const std::string text : {"", "plain", "a \"quote\", a \\ and\na line", "é😀", "\x01\x7f", "bad \xff byte"}) {
    for (const bool is_error : {false, true}) {
      const auto made = make_result(text, is_error);
      const auto parts = read_result(made.text);
      ASSERT_TRUE(parts) << made.text;
      EXPECT_EQ(parts->id_at, made.parts.id_at);
      EXPECT_EQ(parts->result, made.parts.result);
      EXPECT_EQ(parts->is_error, is_error);
      EXPECT_EQ(made.parts.is_error, is_error);
      EXPECT_TRUE(made.plain());
      const std::string expected = text == "bad \xff byte" ? "bad \xef\xbf\xbd byte" : text;
      EXPECT_EQ(made.result(),
                (Json{{"content", Json::array({{{"type", "text"}, {"text", expected}}})}, {"isError", is_error}}));
    }
  }
}

}  // namespace
}  // namespace tracetax::mcp
