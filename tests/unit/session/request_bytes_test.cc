#include "harness/session/request_bytes.h"

#include <string>

#include <gtest/gtest.h>

namespace tracetax {
namespace {

RequestStyle style(TransportKind kind, Era era) {
  RequestStyle out;
  out.url.kind = kind;
  out.url.host = "127.0.0.1";
  out.url.port = 8080;
  out.url.path = "/mcp";
  out.era = era;
  out.client = {"tracetax", "1"};
  return out;
}

std::string body_of(std::string_view request) {
  return std::string(request.substr(request.find("\r\n\r\n") + 4));
}

TEST(RequestBytes, IdAndDrawAreWrittenInPlaceAndNothingElseChanges) {
  const mcp::Json arguments{{"text", "hello"}};
  RequestBytes bytes(style(TransportKind::ws, Era::modern), "lookup", arguments);
  const std::string first(bytes.fill(first_id, 0));
  const std::string last(bytes.fill(end_of_ids - 1, (std::uint64_t{1} << 53) - 1));
  const std::string again(bytes.fill(1234567890, 42));
  EXPECT_EQ(first.size(), last.size());
  auto one = mcp::Json::parse(first);
  auto other = mcp::Json::parse(last);
  EXPECT_EQ(one["id"], first_id);
  EXPECT_EQ(other["id"], end_of_ids - 1);
  EXPECT_EQ(one["params"]["_meta"][mcp::meta_key::draw], 0);
  EXPECT_EQ(other["params"]["_meta"][mcp::meta_key::draw], (std::uint64_t{1} << 53) - 1);
  EXPECT_EQ(mcp::Json::parse(again)["params"]["_meta"][mcp::meta_key::draw], 42);
  one["id"] = other["id"] = 0;
  one["params"]["_meta"].erase(mcp::meta_key::draw);
  other["params"]["_meta"].erase(mcp::meta_key::draw);
  EXPECT_EQ(one, other);
  EXPECT_EQ(one["params"]["name"], "lookup");
  EXPECT_EQ(one["params"]["arguments"], arguments);
}

// Arguments that look like the places to be filled.
TEST(RequestBytes, ArgumentsMayHoldAnything) {
  const mcp::Json arguments{{"id", 1000000000},
                            {mcp::meta_key::draw, 9007199254740991},
                            {"text", "\"id\":1000000000,\"dev.tracetax/draw\":9007199254740991 ü \\"}};
  for (const Era era : {Era::modern, Era::legacy}) {
    RequestBytes bytes(style(TransportKind::stdio, era), "lookup", arguments);
    const auto json = mcp::Json::parse(bytes.fill(5'000'000'000, 7));
    EXPECT_EQ(json["id"], 5'000'000'000);
    EXPECT_EQ(json["params"]["_meta"][mcp::meta_key::draw], 7);
    EXPECT_EQ(json["params"]["arguments"], arguments);
  }
}

TEST(RequestBytes, HttpCarriesHeadAndLength) {
  RequestStyle with = style(TransportKind::http, Era::modern);
  with.token = "secret";
  RequestBytes bytes(with, "lookup", mcp::Json::object());
  const std::string request(bytes.fill(first_id + 1, 3));
  EXPECT_TRUE(request.starts_with("POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n")) << request;
  EXPECT_NE(request.find("\r\nAuthorization: Bearer secret\r\n"), std::string::npos);
  EXPECT_NE(request.find("\r\nMcp-Method: tools/call\r\nMcp-Name: lookup\r\n"), std::string::npos) << request;
  const std::string body = body_of(request);
  EXPECT_NE(request.find("\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n"), std::string::npos);
  EXPECT_EQ(mcp::Json::parse(body)["id"], first_id + 1);
}

TEST(RequestBytes, LegacyHttpNamesItsSession) {
  RequestStyle with = style(TransportKind::http, Era::legacy);
  with.session_id = "abc";
  with.protocol_version = "2025-06-18";
  RequestBytes bytes(with, "lookup", mcp::Json::object());
  const std::string request(bytes.fill(first_id, 3));
  EXPECT_NE(request.find("\r\nMcp-Session-Id: abc\r\n"), std::string::npos) << request;
  EXPECT_NE(request.find("\r\nMCP-Protocol-Version: 2025-06-18\r\n"), std::string::npos) << request;
  EXPECT_EQ(request.find("Mcp-Method"), std::string::npos);
}

TEST(RequestBytes, HeadersOfTheUsersAndOfTheCallAreSent) {
  RequestStyle with = style(TransportKind::http, Era::modern);
  with.headers = {{"x-tenant", "blue"}};
  const std::string request(
      RequestBytes(with, "lookup", mcp::Json::object(), {{"Mcp-Param-Region", "eu"}}).fill(first_id, 3));
  EXPECT_NE(request.find("\r\nx-tenant: blue\r\n"), std::string::npos) << request;
  EXPECT_NE(request.find("\r\nMcp-Param-Region: eu\r\n"), std::string::npos) << request;
  // Servers of before do not know these.
  with.era = Era::legacy;
  const std::string before(
      RequestBytes(with, "lookup", mcp::Json::object(), {{"Mcp-Param-Region", "eu"}}).fill(first_id, 3));
  EXPECT_EQ(before.find("Mcp-Param"), std::string::npos);
}

TEST(RequestBytes, APortThatIsTheSchemesOwnIsLeftOut) {
  const auto host = [](std::uint16_t port, bool tls) {
    RequestStyle with = style(TransportKind::http, Era::modern);
    with.url.host = "::1";
    with.url.port = port;
    with.tls = tls;
    const std::string request = make_request_bytes(with, "tools/list", {}, "{}");
    const auto at = request.find("Host: ") + 6;
    return request.substr(at, request.find('\r', at) - at);
  };
  EXPECT_EQ(host(443, true), "[::1]");
  EXPECT_EQ(host(80, true), "[::1]:80");
  EXPECT_EQ(host(80, false), "[::1]");
  EXPECT_EQ(host(443, false), "[::1]:443");
}

}  // namespace
}  // namespace tracetax
