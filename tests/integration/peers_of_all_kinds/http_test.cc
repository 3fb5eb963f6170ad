// Streamable HTTP as the world answers it: each way has an outcome that is counted and a reason that is told.
#include <atomic>
#include <fstream>
#include <ostream>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/peers_of_all_kinds/peer.h"

namespace tracetax::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Values;

struct Case {
  std::string mode;
  Outcome outcome = Outcome::ok;
  std::string reason{};
};

void PrintTo(const Case& one, std::ostream* out) {
  *out << one.mode;
}
std::string name_of(const ::testing::TestParamInfo<Case>& info) {
  return info.param.mode;
}

std::uint64_t of(const OutcomeCounts& calls, Outcome outcome) {
  switch (outcome) {
    case Outcome::ok:
      return calls.ok;
    case Outcome::tool_error:
      return calls.tool_error;
    case Outcome::protocol_error:
      return calls.protocol_error;
    case Outcome::timed_out:
      return calls.timed_out;
    case Outcome::disconnected:
      return calls.disconnected;
    case Outcome::never_sent:
      return calls.never_sent;
  }
  return 0;
}

class HttpPeer : public ::testing::TestWithParam<Case> {};

// In both eras: what carries an answer does not depend on it.
TEST_P(HttpPeer, IsCountedAndSaidWhy) {
  for (const std::string era : {"modern", "legacy"}) {
    Peer peer(GetParam().mode, "http", era);
    Load load = echo_load();
    // What is large takes time to be refused.
    if (GetParam().outcome != Outcome::timed_out) load.timeout = std::chrono::seconds(10);
    const Seen seen = call(load, {peer.target()});
    SCOPED_TRACE(era + ": " + seen.reasons());
    expect_accounts_add_up(seen);
    EXPECT_EQ(of(seen.calls, GetParam().outcome), seen.calls.planned);
    EXPECT_THAT(seen.reasons(), HasSubstr(GetParam().reason));
    EXPECT_EQ(seen.window.reasons.size(), GetParam().reason.empty() ? 0u : 1u);
  }
}

constexpr Outcome wrong = Outcome::protocol_error;

INSTANTIATE_TEST_SUITE_P(Answers, HttpPeer,
                         Values(Case{"good"}, Case{"sse"}, Case{"sse_primed"}, Case{"sse_crlf"}, Case{"sse_cr"},
                                Case{"sse_lines"}, Case{"sse_by_close"}, Case{"sse_notifications"}, Case{"chunked"},
                                Case{"bytewise"}, Case{"early_hints"}, Case{"sse_never_ends"}, Case{"twice"}),
                         name_of);

INSTANTIATE_TEST_SUITE_P(
    Refusals, HttpPeer,
    Values(Case{"accepted", wrong, "HTTP 202 without a body"}, Case{"redirect", wrong, "HTTP 308, a redirect"},
           Case{"call_401", wrong, "HTTP 401, unauthorized"}, Case{"call_405", wrong, "HTTP 405, no POST there"},
           Case{"call_500", wrong, "HTTP 500"}, Case{"unavailable", wrong, "HTTP 503, unavailable"},
           Case{"rpc_error", wrong, "error -32603: out of <b>luck</b> "}, Case{"tool_error", Outcome::tool_error}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Nonsense, HttpPeer,
    Values(Case{"gzip", wrong, "Content-Encoding: gzip"}, Case{"html", wrong, "HTTP 200, no JSON ("},
           Case{"not_json", wrong, "HTTP 200, no JSON-RPC answer"},
           Case{"not_utf8", wrong, "HTTP 200, no JSON-RPC answer"},
           Case{"batch", wrong, "HTTP 200, no JSON-RPC answer"}, Case{"other_id", wrong, "the answer to another call"},
           Case{"text_id", wrong, "the answer to another call"},
           Case{"null_id", wrong, "HTTP 400, error -32600: what?"},
           Case{"input_required", wrong, "a result of the type \"input_required\""},
           Case{"no_http", wrong, "an answer that is malformed HTTP"},
           Case{"large_head", wrong, "an answer over the limit"}, Case{"endless", wrong, "an answer over the limit"},
           Case{"sse_large", wrong, "an event over the limit"},
           Case{"sse_no_answer", wrong, "an event stream that ended without the answer"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(Endings, HttpPeer,
                         Values(Case{"silent", Outcome::timed_out, "no answer in time"},
                                Case{"cut", Outcome::disconnected, "the connection ended within the answer"},
                                Case{"cut_head", Outcome::disconnected, "the connection ended within the answer"},
                                Case{"sse_cut", Outcome::disconnected, "the connection ended within the answer"},
                                Case{"hangs_up", Outcome::disconnected, "the connection ended before the answer"},
                                Case{"resets", Outcome::disconnected, "the connection ended before the answer"}),
                         name_of);

// A server that asks before it answers gets its answers, and nobody waits for a person.
TEST(HttpPeers, RequestsOfTheServerAreAnswered) {
  Peer peer("sse_asks", "http", "legacy");
  const Seen seen = call(peer.target());
  expect_accounts_add_up(seen);
  EXPECT_EQ(seen.calls.ok, seen.calls.planned) << seen.reasons();
}

// An open loop goes on sending: what the server refuses is counted, and what it does not refuse is not held back.
TEST(HttpPeers, RateLimitsAreCountedAndNotObeyed) {
  Peer peer("rate_limited");
  const Seen seen = call(peer.target());
  expect_accounts_add_up(seen);
  EXPECT_EQ(seen.calls.protocol_error, 10u);
  EXPECT_EQ(seen.calls.ok, 20u);
  EXPECT_EQ(seen.reasons(), "HTTP 429, rate limited (10)\n");
  for (const Sample& sample : seen.window.samples) EXPECT_LT(sample.send_lag(), std::chrono::milliseconds(500));
}

// Of the session's calls the first five have an answer; the session is opened again before the next window only.
TEST(HttpPeers, ASessionThatExpiresIsOpenedAgainBetweenWindows) {
  for (const auto& [mode, reason] : {std::pair{"expires", "HTTP 404, the session has expired"},
                                     std::pair{"expires_with_400", "HTTP 400, the session has expired"}}) {
    Peer peer(mode, "http", "legacy");
    for (const int windows : {1, 2}) {
      const Seen seen = call(echo_load(), {peer.target()}, windows);
      expect_accounts_add_up(seen);
      EXPECT_EQ(seen.calls.ok, 5u) << mode << seen.reasons();
      EXPECT_THAT(seen.reasons(), HasSubstr(reason));
    }
  }
}

TEST(HttpPeers, WhatCannotBeOpenedSaysWhy) {
  const auto why = [](const std::string& mode) {
    Peer peer(mode);
    try {
      call(peer.target());
    } catch (const std::runtime_error& error) {
      return std::string(error.what());
    }
    return std::string("it was opened");
  };
  EXPECT_THAT(why("unauthorized"),
              HasSubstr("session 0 cannot be opened: HTTP 401, unauthorized: it wants to know who calls: "
                        "write `headers: { authorization: \"Bearer ${env:NAME}\" }`"));
  EXPECT_THAT(why("unauthorized"), HasSubstr("Bearer realm=\"peer\""));
  EXPECT_THAT(why("forbidden"), HasSubstr("HTTP 403, forbidden: no"));
  EXPECT_THAT(why("elsewhere"),
              HasSubstr("HTTP 307, a redirect: it sends to https://example.org/other; redirects are not "
                        "followed: write the URL that is meant"));
}

TEST(HttpPeers, HeadersOfTheUsersGoWithEveryRequest) {
  Peer peer("unauthorized", "http", "legacy");
  Target target = peer.target();
  target.headers = {{"authorization", "Bearer let-me-in"}};
  const Seen seen = call(target);
  EXPECT_EQ(seen.calls.ok, seen.calls.planned) << seen.reasons();
}

TEST(HttpPeers, AnIPv6UrlIsCalled) {
  if (std::ifstream("/proc/net/if_inet6").peek() == std::ifstream::traits_type::eof()) GTEST_SKIP() << "no IPv6 here";
  Peer peer("good", "http", "both", {"--host", "::1"});
  EXPECT_THAT(peer.url(), HasSubstr("http://[::1]:"));
  const Seen seen = call(peer.target());
  EXPECT_EQ(seen.calls.ok, seen.calls.planned) << seen.reasons();
}

// `localhost` is 127.0.0.1 and ::1 on most machines, and a server listens on one of them.
TEST(HttpPeers, ANameWithTwoAddressesIsCalledWhereSomebodyListens) {
  Peer peer("good");
  Target target = peer.target();
  target.url.host = "localhost";
  const Seen seen = call(target);
  EXPECT_EQ(seen.calls.ok, seen.calls.planned) << seen.reasons();
}

TEST(HttpPeers, ASessionIsKnownBeforeTheStreamThatOpensItIsOver) {
  Peer peer("opens_by_stream", "http", "legacy");
  const Seen seen = call(peer.target());
  EXPECT_EQ(seen.calls.ok, seen.calls.planned) << seen.reasons();
}

TEST(HttpPeers, ToolsAreListedPageByPageAndArgumentsAreRepeatedInHeaders) {
  Peer peer("mirrors", "http", "modern");
  Load load = echo_load();
  load.calls.front().tool = "regional";
  load.calls.front().arguments_json = R"({"region":"eu west ü","options":{"limit":5}})";
  LoadThreads threads(1);
  Generator generator(load, {peer.target()}, threads, {});
  generator.open();
  const std::vector<mcp::Tool> tools = generator.list_tools();
  ASSERT_EQ(tools.size(), 2u);
  EXPECT_EQ(tools[0].name, "echo");
  EXPECT_EQ(tools[1].name, "regional");
  const std::atomic<bool> stop{false};
  using std::chrono_literals::operator""ms;
  const auto without = count_outcomes(generator.run(100ms, 1, stop).samples);
  EXPECT_EQ(without.protocol_error, without.planned);
  load.calls.front().arguments_json = R"({"region":"eu","options":{"limit":5}})";
  Generator again(load, {peer.target()}, threads, {});
  again.open();
  const auto mirrored =
      mcp::mirrored_arguments(tools[1].input_schema, mcp::Json::parse(load.calls.front().arguments_json));
  EXPECT_EQ(mirrored.headers, (mcp::HeaderFields{{"Mcp-Param-Limit", "5"}, {"Mcp-Param-Region", "eu"}}));
  again.mirror({{"regional", tools[1].input_schema}});
  const auto with = count_outcomes(again.run(100ms, 1, stop).samples);
  EXPECT_EQ(with.ok, with.planned);
}

TEST(HttpPeers, AListOfToolsWithoutAnEndIsAnError) {
  Peer peer("list_without_end");
  LoadThreads threads(1);
  Generator generator(echo_load(), {peer.target()}, threads, {});
  generator.open();
  EXPECT_THROW(generator.list_tools(), std::runtime_error);
}

}  // namespace
}  // namespace tracetax::test
