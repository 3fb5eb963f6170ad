// Whom the client finds out to speak what.
#include <array>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/peers_of_all_kinds/peer.h"

namespace tracetax::test {
namespace {

using ::testing::HasSubstr;

constexpr const char* modern = "2026-07-28";
constexpr const char* legacy = "2025-06-18";  // the newest that peer.py speaks, not the newest of ours

struct Expected {
  const char* era;
  const char* version;
};
constexpr std::array<Expected, 3> servers{{{"modern", modern}, {"legacy", legacy}, {"both", modern}}};

TEST(Era, IsFoundOutOverEveryTransport) {
  for (const auto& [era, version] : servers) {
    for (const std::string transport : {"http", "ws"}) {
      Peer peer("good", transport, era);
      const Seen seen = call(echo_load(100, 3), {peer.target(), peer.target(), peer.target()});
      EXPECT_EQ(seen.version, version) << transport;
      EXPECT_EQ(seen.calls.ok, 30u) << era << transport << seen.reasons();
    }
    const StdioPeer peer("good", era);
    const Seen seen = call(peer.target());
    EXPECT_EQ(seen.version, version);
    EXPECT_EQ(seen.calls.ok, 30u) << era << seen.reasons();
  }
}

// Servers of before do not know the first message, and say so in their own ways.
TEST(Era, StrangeRefusalsOfTheFirstMessageMeanLegacy) {
  for (const char* mode : {"legacy_405", "legacy_500", "names_versions"}) {
    Peer peer(mode, "http", "legacy");
    const Seen seen = call(peer.target());
    EXPECT_EQ(seen.version, legacy) << mode;
    EXPECT_EQ(seen.calls.ok, 30u) << mode << seen.reasons();
  }
}

TEST(Era, AServerThatHangsUpOnTheFirstMessageIsCalledAgain) {
  Peer peer("hangs_up_at_first", "ws", "legacy");
  const Seen seen = call(peer.target());
  EXPECT_EQ(seen.version, legacy);
  EXPECT_EQ(seen.calls.ok, 30u) << seen.reasons();
}

TEST(Era, SilenceMeansLegacy) {
  const StdioPeer peer("silent_at_first", "legacy");
  const Seen seen = call(peer.target());
  EXPECT_EQ(seen.version, legacy);
  EXPECT_EQ(seen.calls.ok, 30u) << seen.reasons();
}

TEST(Era, AServerOfOtherVersionsOnlyIsAnErrorThatNamesThem) {
  Peer peer("from_the_future", "http", "legacy");
  try {
    call(peer.target());
    FAIL() << "it was opened";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("it speaks 2031-01-01, and tracetax none of these"));
  }
}

TEST(Era, WhatIsGivenIsNotFoundOut) {
  Peer peer("good", "http", "both");
  Target target = peer.target();
  target.era = Era::legacy;
  EXPECT_EQ(call(target).version, legacy);
}

TEST(Era, SessionsThatDisagreeAreAnError) {
  Peer one("good", "http", "modern");
  Peer other("good", "http", "legacy");
  try {
    call(echo_load(100, 2), {one.target(), other.target()});
    FAIL() << "it was opened";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("session 0 has come to speak 2026-07-28 and session 1 2025-06-18"));
  }
}

}  // namespace
}  // namespace tracetax::test
