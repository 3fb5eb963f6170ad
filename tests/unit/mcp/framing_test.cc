// From bytes to texts, whatever pieces the bytes come in.

#include "harness/mcp/framing.h"

#include <vector>

#include <gtest/gtest.h>

namespace tracetax::mcp {
namespace {

// Texts as they are, "<too long>" for what was over the limit.
template <class Framer>
std::vector<std::string> take_all(Framer& framer) {
  std::vector<std::string> out;
  while (auto item = framer.next()) {
    if (std::holds_alternative<TooLong>(*item)) {
      out.push_back("<too long>");
    } else if constexpr (std::is_same_v<Framer, LineFramer>) {
      out.push_back(std::get<std::string>(*item));
    } else {
      const auto& event = std::get<SseParser::Event>(*item);
      out.push_back(event.type + "|" + event.id + "|" + event.data);
    }
  }
  return out;
}

template <class Framer>
std::vector<std::string> frames_of(const std::vector<std::string_view>& pieces, std::size_t limit) {
  Framer framer(limit);
  std::vector<std::string> out;
  for (const auto piece : pieces) {
    framer.push(piece);
    for (auto& text : take_all(framer)) out.push_back(std::move(text));
  }
  return out;
}

// The same texts come out of every cut into two and of single bytes.
template <class Framer>
void expect_at_every_split(std::string_view bytes, const std::vector<std::string>& texts, std::size_t limit = 1024) {
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    SCOPED_TRACE("cut at " + std::to_string(cut));
    EXPECT_EQ(frames_of<Framer>({bytes.substr(0, cut), bytes.substr(cut)}, limit), texts);
  }
  std::vector<std::string_view> single;
  for (std::size_t i = 0; i < bytes.size(); ++i) single.push_back(bytes.substr(i, 1));
  EXPECT_EQ(frames_of<Framer>(single, limit), texts);
}

TEST(LineFramer, SplitsAtLineEnds) {
  expect_at_every_split<LineFramer>("{\"a\":1}\n\n\r\nb\r\nc\n", {"{\"a\":1}", "b", "c"});
}

TEST(LineFramer, KeepsAnUnfinishedLine) {
  expect_at_every_split<LineFramer>("a\nrest", {"a"});
}

TEST(LineFramer, KeepsCarriageReturnsWithinALine) {
  expect_at_every_split<LineFramer>("a\rb\n", {"a\rb"});
}

TEST(LineFramer, SkipsOnlyTheLineThatIsTooLong) {
  expect_at_every_split<LineFramer>("12345\n123456\n12\n1234567890123\n12345\r\n",
                                    {"12345", "<too long>", "12", "<too long>", "12345"}, 5);
}

TEST(LineFramer, TellsOfALongLineBeforeItEnds) {
  LineFramer framer(4);
  framer.push("12345");
  EXPECT_EQ(take_all(framer), std::vector<std::string>{"<too long>"});
  framer.push(std::string(1000, 'x'));
  EXPECT_TRUE(take_all(framer).empty());
  framer.push("\nok\n");
  EXPECT_EQ(take_all(framer), std::vector<std::string>{"ok"});
}

TEST(LineFramer, CountsACarriageReturnWithoutLineFeed) {
  LineFramer framer(4);
  framer.push("1234\r");
  EXPECT_TRUE(take_all(framer).empty());
  framer.push("5\n");
  EXPECT_EQ(take_all(framer), std::vector<std::string>{"<too long>"});
}

TEST(SseParser, ReadsEvents) {
  expect_at_every_split<SseParser>("event: message\ndata: {\"a\":1}\n\ndata:two\n\n",
                                   {"message||{\"a\":1}", "message||two"});
}

TEST(SseParser, TakesEveryLineEnd) {
  expect_at_every_split<SseParser>("data: a\r\n\r\ndata: b\r\rdata: c\n\n", {"message||a", "message||b", "message||c"});
}

TEST(SseParser, JoinsDataLines) {
  expect_at_every_split<SseParser>("data: a\ndata:\ndata:  b\n\n", {"message||a\n\n b"});
}

TEST(SseParser, SwallowsWhatCarriesNoMessage) {
  // Priming event, comment, retry, an unknown field, a field without colon, an event without data.
  expect_at_every_split<SseParser>(
      "id: 7\ndata: \n\n: hello\n\nretry: 10\n\nfoo: x\ndata\n\nevent: ping\n\ndata: real\n\n", {"message|7|real"});
}

TEST(SseParser, KeepsIdButNotType) {
  expect_at_every_split<SseParser>("event: x\nid: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n",
                                   {"x|1|a", "message|1|b", "message||c"});
}

TEST(SseParser, IgnoresAnIdWithZeroByte) {
  expect_at_every_split<SseParser>(std::string_view("id: a\0b\ndata: x\n\n", 17), {"message||x"});
}

TEST(SseParser, SkipsAByteOrderMarkAtTheStartOnly) {
  expect_at_every_split<SseParser>(
      "\xef\xbb\xbf"
      "data: a\n\n\xef\xbb\xbf"
      "data: b\n\n",
      {"message||a"});
}

TEST(SseParser, LeavesAnUnfinishedEvent) {
  expect_at_every_split<SseParser>("data: a\n\ndata: b\n", {"message||a"});
}

TEST(SseParser, SkipsOnlyTheEventThatIsTooLong) {
  expect_at_every_split<SseParser>("data: 12345\n\ndata: 123456\ndata: 1\n\ndata: ok\n\n",
                                   {"message||12345", "<too long>", "message||ok"}, 5);
  expect_at_every_split<SseParser>("data: 123\ndata: 45\n\ndata: ok\n\n", {"<too long>", "message||ok"}, 5);
  expect_at_every_split<SseParser>("data: 1\n: a comment without end\n\ndata: ok\n\n", {"<too long>", "message||ok"},
                                   5);
}

TEST(SseEvent, ReadsBack) {
  for (const std::string text : {"{\"a\":1}", "two\nlines", "x\n"}) {
    EXPECT_EQ(frames_of<SseParser>({sse_event(text)}, 100), std::vector<std::string>{"message||" + text});
  }
  EXPECT_EQ(sse_event("{}"), "event: message\ndata: {}\n\n");
}

}  // namespace
}  // namespace tracetax::mcp
