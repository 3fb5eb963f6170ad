#include "harness/transport/url.h"

#include <gtest/gtest.h>

namespace tracetax::transport {
namespace {

TEST(Url, ReadsEachKind) {
  EXPECT_EQ(parse_url("stdio")->kind, Kind::stdio);
  const auto http = parse_url("http://127.0.0.1:8080/mcp");
  ASSERT_TRUE(http);
  EXPECT_EQ(http->kind, Kind::http);
  EXPECT_EQ(http->host, "127.0.0.1");
  EXPECT_EQ(http->port, 8080);
  EXPECT_EQ(http->path, "/mcp");
  const auto ws = parse_url("ws://gateway.local/a/b?c=d");
  ASSERT_TRUE(ws);
  EXPECT_EQ(ws->kind, Kind::ws);
  EXPECT_EQ(ws->host, "gateway.local");
  EXPECT_EQ(ws->port, 80);
  EXPECT_EQ(ws->path, "/a/b?c=d");
}

TEST(Url, FillsInPathAndPort) {
  const auto url = parse_url("http://localhost");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->port, 80);
  EXPECT_EQ(url->path, "/");
  EXPECT_EQ(parse_url("http://localhost:0/mcp")->port, 0);
  EXPECT_EQ(parse_url("http://localhost:65535")->port, 65535);
}

TEST(Url, TakesBracketedIpv6) {
  const auto url = parse_url("ws://[::1]:9000/mcp");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, 9000);
  EXPECT_EQ(url->authority(), "[::1]:9000");
  EXPECT_EQ(url->text(), "ws://[::1]:9000/mcp");
}

TEST(Url, TextRoundTrips) {
  for (const char* text : {"stdio", "http://127.0.0.1:1/", "ws://h:65535/mcp?x=1", "http://[fe80::1]:80/a"}) {
    const auto url = parse_url(text);
    ASSERT_TRUE(url) << text;
    EXPECT_EQ(url->text(), text);
  }
}

class NoUrl : public testing::TestWithParam<const char*> {};

TEST_P(NoUrl, IsRefused) {
  EXPECT_FALSE(parse_url(GetParam())) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Url, NoUrl,
                         testing::Values("", "stdio:", "STDIO", "https://h/", "wss://h/", "tcp://h:1", "http:/h",
                                         "http://", "http://:80/", "http://h:/", "http://h:65536/", "http://h:-1/",
                                         "http://h:8x/", "http://h:80:81/", "http://::1:80/", "http://[::1/",
                                         "http://[h]:80/", "http://[::1]80/", "http://u@h/", "http://h?x",
                                         "http://h/a#b", "http://h/a b", "http://h/a\r\nX: y", "http://h\n/",
                                         " http://h/"));

}  // namespace
}  // namespace tracetax::transport
