// HTTP messages in the usual form, and that every other form is left to the parser.

#include "harness/transport/plain_http.h"

#include <string>

#include <gtest/gtest.h>

namespace tracetax::transport {
namespace {

constexpr std::size_t limit = 100;

std::string request(const std::string& fields, const std::string& body = "{}") {
  return "POST /mcp HTTP/1.1\r\nHost: h\r\n" + fields + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

TEST(PlainRequest, IsReadInPlace) {
  const std::string bytes =
      request("content-type:  application/json \t\r\nX-Empty:\r\nCONNECTION: Keep-Alive\r\n") + "POST";
  const auto message = read_plain_request(bytes, limit);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->target(), "/mcp");
  EXPECT_EQ(message->content_type(), "application/json");
  EXPECT_EQ(message->body, "{}");
  EXPECT_EQ(message->size, bytes.size() - 4);
  std::string seen;
  for (const auto& [name, value] : message->headers()) seen += name + "=" + value + ";";
  EXPECT_EQ(seen, "Host=h;content-type=application/json;X-Empty=;CONNECTION=Keep-Alive;Content-Length=2;");
}

TEST(PlainRequest, MayHaveAnEmptyBodyOrOneAtTheLimit) {
  EXPECT_EQ(read_plain_request(request("", ""), limit)->body, "");
  EXPECT_TRUE(read_plain_request(request("", std::string(limit, 'x')), limit));
  EXPECT_FALSE(read_plain_request(request("", std::string(limit + 1, 'x')), limit));
}

TEST(PlainRequest, IsWhole) {
  const std::string bytes = request("Accept: */*\r\n");
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(read_plain_request(bytes.substr(0, size), limit));
  EXPECT_TRUE(read_plain_request(bytes, limit));
}

TEST(PlainRequest, OtherFormsAreTheParsers) {
  const std::string tail = "Content-Length: 2\r\n\r\n{}";
  for (const auto& bytes : {
           "GET /mcp HTTP/1.1\r\n" + tail,
           "post /mcp HTTP/1.1\r\n" + tail,
           "POST /mcp HTTP/1.0\r\n" + tail,
           "POST  /mcp HTTP/1.1\r\n" + tail,
           "POST /m cp HTTP/1.1\r\n" + tail,
           "POST  HTTP/1.1\r\n" + tail,
           "POST /mcp\r\n" + tail,
           "POST /m\xc3\xa9 HTTP/1.1\r\n" + tail,
           " POST /mcp HTTP/1.1\r\n" + tail,
           std::string("POST /mcp HTTP/1.1\r\n\r\n"),
           "POST /mcp HTTP/1.1\n" + tail,
           request("Content-Length: 2\r\n"),
           request("Transfer-Encoding: chunked\r\n"),
           request("Expect: 100-continue\r\n"),
           request("Upgrade: websocket\r\n"),
           request("Connection: close\r\n"),
           request("Connection: keep-alive, x\r\n"),
           request("Name : v\r\n"),
           request(" folded\r\n"),
           request("no colon\r\n"),
           request("nocolon\r\n"),
           request(": v\r\n"),
           request("X: a\nb\r\n"),
           request("X: a\rb\r\n"),
           request("X: \xc3\xa9\r\n"),
           request(std::string("X: a\0b\r\n", 8)),
           request("X: " + std::string(9000, 'x') + "\r\n"),
           std::string("POST / HTTP/1.1\r\nContent-Length: \r\n\r\n"),
           std::string("POST / HTTP/1.1\r\nContent-Length: +2\r\n\r\n{}"),
           std::string("POST / HTTP/1.1\r\nContent-Length: -2\r\n\r\n{}"),
           std::string("POST / HTTP/1.1\r\nContent-Length: 0x2\r\n\r\n{}"),
           std::string("POST / HTTP/1.1\r\nContent-Length: 2, 2\r\n\r\n{}"),
           std::string("POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n{}"),
           std::string(),
       }) {
    EXPECT_FALSE(read_plain_request(bytes, limit)) << bytes;
  }
}

TEST(PlainResponse, IsA200) {
  const std::string rest = "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
  const auto message = read_plain_response("HTTP/1.1 200 OK\r\n" + rest, limit);
  ASSERT_TRUE(message);
  const auto unnamed = read_plain_response("HTTP/1.1 200 \r\n" + rest, limit);
  EXPECT_TRUE(unnamed);
  for (const char* line :
       {"HTTP/1.1 100 Continue", "HTTP/1.1 204 No Content", "HTTP/1.1 404 Not Found", "HTTP/1.0 200 OK",
        "HTTP/1.1 2000 OK", "HTTP/1.1 200", "HTTP/2 200 OK", "HTTP/1.1 200 O\x01K", "POST / HTTP/1.1"}) {
    EXPECT_FALSE(read_plain_response(std::string(line) + "\r\n" + rest, limit)) << line;
  }
}

}  // namespace
}  // namespace tracetax::transport
