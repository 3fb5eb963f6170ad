// https: whom the client believes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/certificates.h"
#include "tests/integration/peers_of_all_kinds/peer.h"

namespace tracetax::test {
namespace {

using ::testing::HasSubstr;

std::string why(const Target& target) {
  try {
    call(target);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "it was opened";
}

TEST(Https, APeerWithACertificateOfTheAuthorityIsCalled) {
  const Certificates certificates;
  for (const std::string mode : {"good", "sse", "bytewise", "sse_never_ends"}) {
    Peer peer(mode, "http", "both", {"--cert", certificates.server_cert(), "--key", certificates.server_key()});
    Target target = peer.target();
    ASSERT_TRUE(target.tls);
    target.ca = certificates.ca();
    const Seen seen = call(target);
    expect_accounts_add_up(seen);
    EXPECT_EQ(seen.calls.ok, 30u) << mode << seen.reasons();
  }
}

TEST(Https, EndingsAreToldAsOnPlainHttp) {
  const Certificates certificates;
  for (const auto& [mode, reason] : {std::pair{"cut", "the connection ended within the answer (30)\n"},
                                     std::pair{"hangs_up", "the connection ended before the answer (30)\n"}}) {
    Peer peer(mode, "http", "both", {"--cert", certificates.server_cert(), "--key", certificates.server_key()});
    Target target = peer.target();
    target.ca = certificates.ca();
    const Seen seen = call(target);
    expect_accounts_add_up(seen);
    EXPECT_EQ(seen.reasons(), reason);
    EXPECT_EQ(seen.calls.disconnected, 30u);
  }
}

TEST(Https, ACertificateOfAnotherAuthorityIsNotBelieved) {
  const Certificates theirs;
  const Certificates ours;
  Peer peer("good", "http", "both", {"--cert", theirs.server_cert(), "--key", theirs.server_key()});
  Target target = peer.target();
  EXPECT_THAT(why(target), HasSubstr("no TLS: the certificate is not believed: "));  // the system's authorities
  target.ca = ours.ca();
  EXPECT_THAT(why(target), HasSubstr("no TLS: the certificate is not believed: "));
}

TEST(Https, ACertificateForAnotherNameIsNotBelieved) {
  const Certificates certificates;
  Peer peer("good", "http", "both",
            {"--host", "127.0.0.2", "--cert", certificates.server_cert(), "--key", certificates.server_key()});
  Target target = peer.target();
  target.ca = certificates.ca();
  EXPECT_THAT(why(target), HasSubstr("no TLS: the certificate is not believed: IP address mismatch"));
}

TEST(Https, AFileThatHoldsNoCertificatesIsNamed) {
  const Certificates certificates;
  Peer peer("good", "http", "both", {"--cert", certificates.server_cert(), "--key", certificates.server_key()});
  Target target = peer.target();
  target.ca = "/nowhere/ca.pem";
  EXPECT_THAT(why(target), HasSubstr("tls.ca: cannot read certificates from /nowhere/ca.pem"));
}

TEST(Https, APeerWithoutTlsIsToldOf) {
  Peer peer("good");
  Target target = peer.target();
  target.tls = true;
  EXPECT_THAT(why(target), HasSubstr("no TLS: "));
}

// WebSocket over TLS -------------------------------------------------------------------------------------------------

std::vector<std::string> with(const Certificates& certificates) {
  return {"--cert", certificates.server_cert(), "--key", certificates.server_key()};
}

TEST(Wss, APeerWithACertificateOfTheAuthorityIsCalled) {
  const Certificates certificates;
  for (const std::string era : {"modern", "legacy"}) {
    Peer peer("good", "ws", era, with(certificates));
    Target target = peer.target();
    ASSERT_TRUE(target.tls) << peer.url();
    ASSERT_EQ(target.url.kind, TransportKind::ws);
    target.ca = certificates.ca();
    const Seen seen = call(echo_load(200, 2), {target, target}, 2);
    EXPECT_EQ(seen.calls.ok, 60u) << era << seen.reasons();
    EXPECT_TRUE(seen.calls.adds_up());
  }
}

TEST(Wss, LargeMessagesPassInBothDirections) {
  const Certificates certificates;
  Peer peer("good", "ws", "both", with(certificates));
  Target target = peer.target();
  target.ca = certificates.ca();
  Load load = echo_load(20);
  load.calls[0].arguments_json = R"({"text":")" + std::string(1 << 20, 'x') + "\"}";
  load.timeout = std::chrono::seconds(20);
  const Seen seen = call(load, {target});
  EXPECT_GT(seen.calls.planned, 3u);
  EXPECT_EQ(seen.calls.ok, seen.calls.planned) << seen.reasons();
}

TEST(Wss, WhoIsNotBelievedIsNotCalled) {
  const Certificates theirs;
  const Certificates ours;
  Peer peer("good", "ws", "both", with(theirs));
  Target target = peer.target();
  EXPECT_THAT(why(target), HasSubstr("no TLS: the certificate is not believed: "));
  target.ca = ours.ca();
  EXPECT_THAT(why(target), HasSubstr("cannot connect to wss://127.0.0.1:"));
  EXPECT_THAT(why(target), HasSubstr("no TLS: the certificate is not believed: "));
}

TEST(Wss, WhatIsNoWebSocketOrNoTlsIsToldOf) {
  const Certificates certificates;
  Peer http("good", "http", "both", with(certificates));
  Target target = http.target();
  target.url.kind = TransportKind::ws;
  target.ca = certificates.ca();
  EXPECT_THAT(why(target), HasSubstr("cannot connect to wss://127.0.0.1:"));
  Peer plain("good");
  target.url.port = plain.target().url.port;
  EXPECT_THAT(why(target), HasSubstr("no TLS: "));
}

}  // namespace
}  // namespace tracetax::test
