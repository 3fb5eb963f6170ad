// Why a call had no result, in words that are safe to show and the same for calls that fail alike.
#include "harness/session/trouble.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/session/address.h"
#include "harness/session/setup.h"

namespace tracetax {
namespace {

using ::testing::HasSubstr;

HttpAnswer answer(int status, std::string_view body = {}, bool json = false) {
  HttpAnswer out;
  out.status = status;
  out.body = body;
  out.is_json = json;
  return out;
}

TEST(Shown, IsOneLineOfUtf8) {
  EXPECT_EQ(shown("a\nb\tc\x1b[31m", 100), "a b c [31m");
  EXPECT_EQ(shown("Zürich", 100), "Zürich");
  EXPECT_EQ(shown("Zürich", 2), "Z…");  // not half of the ü
  EXPECT_EQ(shown("a\xff\xfe", 100), "a??");
  EXPECT_EQ(shown("abc", 3), "abc");
}

TEST(Trouble, ReasonsAreAlikeWhereCallsFailAlike) {
  HttpAnswer one = answer(429, "try again at 10:00:01");
  HttpAnswer other = answer(429, "try again at 10:00:02");
  one.fields.retry_after = "1";
  other.fields.retry_after = "2";
  EXPECT_EQ(trouble_of(one).reason, "HTTP 429, rate limited");
  EXPECT_EQ(trouble_of(one).reason, trouble_of(other).reason);
  EXPECT_EQ(trouble_of(one).detail, "Retry-After: 1; try again at 10:00:01");
}

TEST(Trouble, NamesWhereARedirectLeadsAndWhatToDo) {
  HttpAnswer one = answer(302);
  one.fields.location = "https://example.org/\x01";
  EXPECT_EQ(trouble_of(one).reason, "HTTP 302, a redirect");
  EXPECT_EQ(trouble_of(one).detail,
            "it sends to https://example.org/ ; redirects are not followed: write the URL that is meant");
}

TEST(Trouble, SessionsExpireWhereThereWasOne) {
  HttpAnswer one =
      answer(404, R"({"jsonrpc":"2.0","id":null,"error":{"code":-32001,"message":"Session not found"}})", true);
  EXPECT_FALSE(says_session_is_over(one));
  EXPECT_EQ(trouble_of(one).reason, "HTTP 404, not found, error -32001: Session not found");
  one.in_session = true;
  EXPECT_TRUE(says_session_is_over(one));
  EXPECT_EQ(trouble_of(one).reason, "HTTP 404, the session has expired, error -32001: Session not found");
  one.status = 400;
  EXPECT_TRUE(says_session_is_over(one));
  one.body = "bad arguments";
  EXPECT_FALSE(says_session_is_over(one));
}

TEST(Trouble, SaysWhatAJsonRpcAnswerIs) {
  EXPECT_EQ(failure_in(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"unknown tool"}})"),
            "error -32602: unknown tool");
  EXPECT_EQ(failure_in(R"({"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required"}})"),
            "a result of the type \"input_required\"");
  EXPECT_EQ(failure_in(R"({"jsonrpc":"2.0","id":1,"result":5})"), "a result that is none of tools/call");
  EXPECT_EQ(failure_in(R"({"jsonrpc":"2.0","method":"ping","id":1})"), std::nullopt);
  EXPECT_EQ(failure_in("no JSON"), std::nullopt);
}

TEST(Replies, PingHasAResultAndNothingElseIsKnown) {
  EXPECT_EQ(reply_to_request(R"({"jsonrpc":"2.0","id":"a","method":"ping"})"),
            R"({"jsonrpc":"2.0","id":"a","result":{}})");
  EXPECT_THAT(reply_to_request(R"({"jsonrpc":"2.0","id":5,"method":"sampling/createMessage"})").value_or(""),
              HasSubstr(R"("id":5,"error":{"code":-32601)"));
  EXPECT_EQ(reply_to_request(R"({"jsonrpc":"2.0","method":"notifications/message"})"), std::nullopt);
  EXPECT_EQ(reply_to_request(R"({"jsonrpc":"2.0","id":1,"result":{}})"), std::nullopt);
  EXPECT_TRUE(is_message(R"({"jsonrpc":"2.0","method":"notifications/message"})"));
  EXPECT_FALSE(is_message("Server running on stdio"));
}

TEST(PeerUrl, HttpsHasItsOwnPort) {
  const auto port = [](const char* text) {
    const auto url = parse_peer_url(text);
    return !url ? -1 : url->tls ? int{url->url.port} : -int{url->url.port};
  };
  EXPECT_EQ(port("https://example.org/mcp"), 443);
  EXPECT_EQ(port("https://example.org:8443/mcp"), 8443);
  EXPECT_EQ(port("https://[::1]/mcp"), 443);
  EXPECT_EQ(port("https://[::1]:8443"), 8443);
  EXPECT_EQ(port("http://example.org/mcp"), -80);
  EXPECT_EQ(port("https://user@example.org/mcp"), -1);
  EXPECT_EQ(port("https:///mcp"), -1);
  EXPECT_EQ(parse_peer_url("https://[::1]/mcp")->url.host, "::1");
  EXPECT_EQ(port("wss://example.org/mcp"), 443);
  EXPECT_EQ(port("wss://[::1]:8443"), 8443);
  EXPECT_EQ(port("ws://example.org/mcp"), -80);
  EXPECT_EQ(parse_peer_url("wss://example.org/mcp")->url.kind, TransportKind::ws);
  EXPECT_EQ(parse_peer_url("https://example.org/mcp")->url.kind, TransportKind::http);
}

}  // namespace
}  // namespace tracetax
