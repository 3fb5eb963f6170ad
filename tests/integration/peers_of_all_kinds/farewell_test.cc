// Legacy sessions over HTTP are ended with DELETE, and nobody is kept waiting by it.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/certificates.h"
#include "tests/integration/peers_of_all_kinds/peer.h"
#include "tests/integration/tracetax/program.h"

namespace tracetax::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

// The sessions whose end the peer has heard of, once there are so many, and the rest of its lines.
std::vector<std::string> ended(const Peer& peer, std::size_t wanted) {
  std::vector<std::string> sessions;
  eventually([&] {
    sessions.clear();
    std::string text = peer.errors();
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
      const Json line = Json::parse(text.substr(0, end), nullptr, false);
      if (line.is_object() && line.value("event", "") == "ended")
        sessions.push_back(line.at("session").get<std::string>() + " " + line.at("version").get<std::string>());
      text.erase(0, end + 1);
    }
    return sessions.size() >= wanted;
  });
  return sessions;
}

TEST(Farewell, EveryLegacySessionIsEndedOnce) {
  Peer peer("good", "http", "legacy");
  const Seen seen = call(echo_load(100, 3), {peer.target(), peer.target(), peer.target()}, 2);
  EXPECT_EQ(seen.calls.ok, 30u) << seen.reasons();
  EXPECT_THAT(ended(peer, 3),
              UnorderedElementsAre("session-1 2025-06-18", "session-2 2025-06-18", "session-3 2025-06-18"));
}

TEST(Farewell, OverTlsAsWell) {
  const Certificates certificates;
  Peer peer("good", "http", "legacy", {"--cert", certificates.server_cert(), "--key", certificates.server_key()});
  Target target = peer.target();
  target.ca = certificates.ca();
  call(target);
  EXPECT_THAT(ended(peer, 1), UnorderedElementsAre("session-1 2025-06-18"));
}

TEST(Farewell, ThereIsNoneInTheModernEra) {
  Peer peer("good", "http", "both");
  EXPECT_EQ(call(peer.target()).calls.ok, 30u);
  EXPECT_THAT(ended(peer, 0), IsEmpty());
}

TEST(Farewell, WhateverThePeerSaysToItIsNoTrouble) {
  for (const std::string mode : {"ends_no_session", "never_ends_sessions"}) {
    Peer peer(mode, "http", "legacy");
    const Seen seen = call(peer.target());  // returns, and has forgotten nothing
    expect_accounts_add_up(seen);
    EXPECT_EQ(seen.calls.ok, 30u) << mode << seen.reasons();
    EXPECT_EQ(seen.all_oddities(), "") << mode;
    EXPECT_EQ(ended(peer, 1).size(), 1u) << mode;
  }
}

}  // namespace
}  // namespace tracetax::test
