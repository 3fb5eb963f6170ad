// stdio and WebSocket as the world speaks them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/peers_of_all_kinds/peer.h"

namespace tracetax::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Values;

class Harmless : public ::testing::TestWithParam<std::string> {};

TEST_P(Harmless, EveryCallHasItsAnswerOverStdio) {
  for (const std::string era : {"modern", "legacy"}) {
    const StdioPeer peer(GetParam(), era);
    const Seen seen = call(peer.target());
    SCOPED_TRACE(era + ": " + seen.reasons() + seen.all_oddities());
    expect_accounts_add_up(seen);
    EXPECT_EQ(seen.calls.ok, GetParam() == "out_of_order" ? 28u : 30u);  // 30 is not a multiple of 4
  }
}

TEST_P(Harmless, EveryCallHasItsAnswerOverWebSockets) {
  Peer peer(GetParam(), "ws");
  const Seen seen = call(peer.target());
  SCOPED_TRACE(seen.reasons() + seen.all_oddities());
  expect_accounts_add_up(seen);
  EXPECT_EQ(seen.calls.ok, GetParam() == "out_of_order" ? 28u : 30u);
}

INSTANTIATE_TEST_SUITE_P(Ways, Harmless, Values("good", "rubbish", "stray", "asks", "out_of_order", "twice", "logs"),
                         [](const auto& way) { return way.param; });

TEST(StdioPeers, PiecesAndLineEndsDoNotMatter) {
  for (const char* mode : {"bytewise", "crlf"}) {
    const StdioPeer peer(mode);
    const Seen seen = call(peer.target());
    EXPECT_EQ(seen.calls.ok, 30u) << mode << seen.reasons();
  }
}

// Lines that are no messages harm no call, and the user hears of them.
TEST(StdioPeers, RubbishOnStdoutIsCountedWithTheFirstOfIt) {
  const StdioPeer peer("rubbish");
  const Seen seen = call(peer.target());
  EXPECT_EQ(seen.all_oddities(), "what was no message of MCP was skipped, such as `Server running on stdio` (180)\n");
}

TEST(StdioPeers, ABannerBeforeTheFirstMessageIsSkippedAndTold) {
  const StdioPeer peer("banner");
  const Seen seen = call(peer.target());
  EXPECT_EQ(seen.calls.ok, 30u) << seen.reasons();
  EXPECT_EQ(seen.all_oddities(), "what was no message of MCP was skipped, such as `Peer 1.0` (2)\n");
}

TEST(StdioPeers, AnswersToNobodyAreCounted) {
  const StdioPeer peer("stray");
  const Seen seen = call(peer.target());
  // Another call's id, a text, and null.
  EXPECT_EQ(seen.all_oddities(), "answers to calls that nobody waits for were skipped (90)\n");
}

TEST(StdioPeers, WhatItLogsIsKeptApart) {
  const StdioPeer peer("logs");
  EXPECT_EQ(call(peer.target()).oddities.size(), 0u);
  EXPECT_THAT(peer.errors(), HasSubstr("a line of log on stderr"));
}

TEST(StdioPeers, ALineWithoutMeasureEndsTheSession) {
  const StdioPeer peer("long");
  const Seen seen = call(peer.target());
  expect_accounts_add_up(seen);
  EXPECT_EQ(seen.calls.ok, 0u);
  EXPECT_GT(seen.calls.disconnected, 0u);
  EXPECT_EQ(seen.calls.disconnected + seen.calls.never_sent, 30u);
  EXPECT_THAT(seen.reasons(), HasSubstr("a line on stdout over the limit of 4 MiB"));
}

TEST(StdioPeers, AProcessThatDiesIsToldOf) {
  const StdioPeer peer("dies");
  const Seen seen = call(peer.target());
  expect_accounts_add_up(seen);
  EXPECT_EQ(seen.calls.disconnected + seen.calls.never_sent, 30u);
  EXPECT_THAT(seen.reasons(), HasSubstr("the peer closed the connection"));
}

// Ids go out as numbers; as texts they come back as somebody else's.
TEST(StdioPeers, AnswersThatAreNoneMeanSilence) {
  for (const char* mode : {"silent", "string_ids", "batch"}) {
    const StdioPeer peer(mode);
    const Seen seen = call(peer.target());
    expect_accounts_add_up(seen);
    EXPECT_EQ(seen.calls.timed_out, 30u) << mode;
    EXPECT_EQ(seen.reasons(), "no answer in time (30)\n");
  }
}

// One bridge in use sends every answer to all of its clients.
TEST(WebSocketPeers, AnswersForOthersAreNotOurs) {
  Peer peer("broadcast", "ws");
  const Seen seen = call(echo_load(100, 3), {peer.target(), peer.target(), peer.target()});
  expect_accounts_add_up(seen);
  EXPECT_EQ(seen.calls.ok, 30u) << seen.reasons();
  EXPECT_THAT(seen.all_oddities(), HasSubstr("answers to calls that nobody waits for were skipped ("));
}

TEST(WebSocketPeers, AHandshakeThatIsRefusedSaysWhy) {
  Peer peer("unauthorized", "ws");
  try {
    call(peer.target());
    FAIL() << "it was opened";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("HTTP 401, unauthorized: it wants to know who calls"));
  }
  Target target = peer.target();
  target.headers = {{"authorization", "Bearer let-me-in"}};
  EXPECT_EQ(call(target).calls.ok, 30u);
}

}  // namespace
}  // namespace tracetax::test
