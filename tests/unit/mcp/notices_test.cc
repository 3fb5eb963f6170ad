// Progress and log messages: who asks how, and what a hop makes of those that belong to its own requests.

#include "harness/mcp/notices.h"

#include <gtest/gtest.h>

#include "harness/mcp/call_text.h"

namespace tracetax::mcp {
namespace {

TEST(LogLevels, AreThoseOfSyslogMildestFirst) {
  EXPECT_EQ(read_log_level("debug"), LogLevel::debug);
  EXPECT_EQ(read_log_level("emergency"), LogLevel::emergency);
  EXPECT_EQ(read_log_level("warn"), std::nullopt);
  EXPECT_EQ(read_log_level(""), std::nullopt);
  EXPECT_LT(LogLevel::notice, LogLevel::warning);
  for (const char* word : {"debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"}) {
    EXPECT_EQ(to_string(*read_log_level(word)), word);
  }
}

TEST(Wishes, AreReadFromMeta) {
  const auto wishes =
      read_wishes(Json::parse(R"({"_meta":{"progressToken":"a","io.modelcontextprotocol/logLevel":"warning"}})"));
  EXPECT_EQ(wishes.progress_token, "a");
  EXPECT_FALSE(wishes.wants(LogLevel::notice));
  EXPECT_TRUE(wishes.wants(LogLevel::warning));
  EXPECT_EQ(read_wishes(Json::parse(R"({"_meta":{"progressToken":0}})")).progress_token, 0);
  for (const char* nothing : {R"({})", R"({"_meta":5})", R"({"_meta":{"progressToken":1.5}})",
                              R"({"_meta":{"progressToken":null}})", R"({"_meta":{"progressToken":{}}})"}) {
    EXPECT_FALSE(read_wishes(Json::parse(nothing)).any()) << nothing;
  }
}

TEST(Wishes, AWrongLevelIsNoticed) {
  EXPECT_TRUE(has_bad_log_level(Json::parse(R"({"_meta":{"io.modelcontextprotocol/logLevel":"loud"}})")));
  EXPECT_TRUE(has_bad_log_level(Json::parse(R"({"_meta":{"io.modelcontextprotocol/logLevel":3}})")));
  EXPECT_FALSE(has_bad_log_level(Json::parse(R"({"_meta":{"io.modelcontextprotocol/logLevel":"info"}})")));
  EXPECT_FALSE(has_bad_log_level(Json::object()));
}

TEST(Wishes, AreWrittenInPlaceOfOthers) {
  Json params = Json::parse(R"({"_meta":{"progressToken":"a","io.modelcontextprotocol/logLevel":"info","k":1}})");
  Wishes wishes;
  wishes.progress_token = 7;
  write_wishes(params, wishes);
  EXPECT_EQ(params, Json::parse(R"({"_meta":{"progressToken":7,"k":1}})"));
  params = Json::parse(R"({"name":"n","_meta":{"progressToken":"a"}})");
  write_wishes(params, {});
  EXPECT_EQ(params, Json::parse(R"({"name":"n"})"));
  params = Json::object();
  wishes.log_level = LogLevel::error;
  write_wishes(params, wishes);
  EXPECT_EQ(params, Json::parse(R"({"_meta":{"progressToken":7,"io.modelcontextprotocol/logLevel":"error"}})"));
}

TEST(Notices, AHopGivesProgressItsCallersToken) {
  Wishes caller;
  EXPECT_FALSE(forward_notice(make_progress(4, 1, 3, "read"), caller));
  caller.progress_token = "theirs";
  const auto out = forward_notice(make_progress(4, 1, 3, "read"), caller);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->params, Json::parse(R"({"progressToken":"theirs","progress":1.0,"total":3.0,"message":"read"})"));
  EXPECT_FALSE(make_progress(4, 1, 0, "").params.contains("total"));
}

TEST(Notices, AHopPassesOnWhatItsCallerWantsToRead) {
  Wishes caller;
  caller.log_level = LogLevel::warning;
  EXPECT_FALSE(forward_notice(make_log(LogLevel::info, "l", "x"), caller));
  auto notice = make_log(LogLevel::error, "l", "x");
  notice.params["_meta"] = {{meta_key::request, 9}};
  const auto out = forward_notice(notice, caller);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->params, Json::parse(R"({"level":"error","logger":"l","data":"x"})"));
  EXPECT_FALSE(forward_notice(make_log(LogLevel::error, "l", "x"), {}));
  EXPECT_FALSE(forward_notice({"notifications/tools/list_changed", Json::object()}, caller));
}

std::string call(const std::string& meta) {
  return R"({"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"n","_meta":{)" + meta + "}}}";
}

TEST(Notices, WishesAreReadFromTheBytesAsFromTheTree) {
  for (const char* meta :
       {R"("progressToken":"a b")", R"("progressToken":17,"io.modelcontextprotocol/logLevel":"debug")",
        R"("io.modelcontextprotocol/logLevel":"alert")", R"("traceparent":"")"}) {
    const auto text = call(meta);
    const auto parts = read_call(text);
    ASSERT_TRUE(parts) << meta;
    const auto from_text = wishes_of(text, *parts);
    const auto from_tree = read_wishes(Json::parse(text)["params"]);
    EXPECT_EQ(from_text.progress_token, from_tree.progress_token) << meta;
    EXPECT_EQ(from_text.log_level, from_tree.log_level) << meta;
  }
  // The tree has the word about these.
  for (const char* meta : {R"("progressToken":1.5)", R"("progressToken":null)", R"("progressToken":"a\u0041")",
                           R"("io.modelcontextprotocol/logLevel":"loud")", R"("progressToken":1,"progressToken":2)"}) {
    EXPECT_FALSE(read_call(call(meta))) << meta;
  }
}

TEST(Notices, AHopSendsItsOwnTokenOn) {
  for (const auto kind : {TraceEdit::Kind::keep, TraceEdit::Kind::write}) {
    TraceEdit edit;
    edit.kind = kind;
    edit.traceparent = "00-x";
    for (const char* token : {"\"theirs\"", "5", "12345"}) {
      const auto text = call(R"("k":1,"progressToken":)" + std::string(token));
      const auto out = Json::parse(forward_text({text, *read_call(text)}, 987, edit, {"c", "1"}));
      EXPECT_EQ(out["id"], 987);
      EXPECT_EQ(out["params"]["_meta"]["progressToken"], 987) << token;
      EXPECT_EQ(out["params"]["_meta"]["k"], 1);
    }
  }
}

}  // namespace
}  // namespace tracetax::mcp
