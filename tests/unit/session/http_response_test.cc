#include "harness/session/http_response.h"

#include <string>

#include <gtest/gtest.h>

namespace tracetax {
namespace {

using State = HttpResponseReader::State;

struct Fed {
  State state = State::more;
  std::string body{};
};

// Feeds what is left over again, as a connection does, and takes the body while its bytes are there.
Fed feed(HttpResponseReader& reader, std::string_view bytes, std::size_t step) {
  std::string waiting;
  Fed fed;
  for (std::size_t at = 0; at < bytes.size() && reader.state() == State::more; at += step) {
    waiting.append(bytes.substr(at, step));
    const std::size_t used = reader.put(waiting);
    fed = {reader.state(), std::string(reader.body())};
    waiting.erase(0, used);
  }
  return fed;
}

TEST(HttpResponse, ABodyWithALengthHoweverItIsCut) {
  const std::string text =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 11\r\n"
      "mcp-session-id: abc-1\r\n\r\n{\"id\": 123}";
  for (const std::size_t step : {1u, 5u, 64u, 1000u}) {
    HttpResponseReader reader(1 << 20);
    const Fed fed = feed(reader, text, step);
    ASSERT_EQ(fed.state, State::done) << step;
    EXPECT_EQ(reader.status(), 200);
    EXPECT_TRUE(reader.is_json());
    EXPECT_FALSE(reader.is_event_stream());
    EXPECT_TRUE(reader.keep_alive());
    EXPECT_EQ(reader.session_id(), "abc-1");
    EXPECT_EQ(fed.body, "{\"id\": 123}");
  }
}

TEST(HttpResponse, AChunkedBody) {
  const std::string text =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
      "6\r\ndata: \r\n3;x=y\r\n{}\n\r\n0\r\n\r\n";
  for (const std::size_t step : {1u, 7u, 1000u}) {
    HttpResponseReader reader(1 << 20);
    const Fed fed = feed(reader, text, step);
    ASSERT_EQ(fed.state, State::done) << step << reader.error();
    EXPECT_TRUE(reader.is_event_stream());
    EXPECT_EQ(fed.body, "data: {}\n") << step;
  }
}

TEST(HttpResponse, OneAfterTheOther) {
  HttpResponseReader reader(1 << 20);
  for (int i = 0; i < 3; ++i) {
    reader.begin();
    const std::string body(static_cast<std::size_t>(10 + i), 'x');
    const std::string text =
        "HTTP/1.1 202 Accepted\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    const std::string bytes = text + "more";
    EXPECT_EQ(reader.put(bytes), text.size());
    EXPECT_EQ(reader.state(), State::done);
    EXPECT_EQ(reader.body(), body);
    EXPECT_EQ(reader.status(), 202);
  }
}

TEST(HttpResponse, TheEndOfTheConnectionEndsABodyWithoutALength) {
  HttpResponseReader reader(1 << 20);
  EXPECT_EQ(feed(reader, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}", 1000).state, State::more);
  reader.put_end();
  EXPECT_EQ(reader.state(), State::done);
  EXPECT_EQ(reader.body(), "{}");
  EXPECT_FALSE(reader.keep_alive());
}

TEST(HttpResponse, WhatIsNoHttpIsBad) {
  HttpResponseReader nonsense(1 << 20);
  EXPECT_EQ(feed(nonsense, "SSH-2.0-OpenSSH_9.2\r\n\r\n", 1000).state, State::bad);
  EXPECT_FALSE(nonsense.error().empty());
  HttpResponseReader large(10);
  EXPECT_EQ(feed(large, "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n01234567890", 1000).state, State::bad);
  HttpResponseReader cut(1 << 20);
  feed(cut, "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n0123", 1000);
  cut.put_end();
  EXPECT_EQ(cut.state(), State::bad);
}

}  // namespace
}  // namespace tracetax
