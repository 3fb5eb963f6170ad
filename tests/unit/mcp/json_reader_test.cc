// What the reader accepts is JSON, and the parts it names are where they are.

#include "harness/mcp/json_reader.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "harness/mcp/message.h"

namespace tracetax::mcp {
namespace {

using Kind = JsonPart::Kind;

bool accepts(std::string_view text) {
  JsonReader reader(text);
  JsonPart part;
  return reader.value(part) && reader.at_end();
}

std::string nested(int levels) {
  const auto count = static_cast<std::size_t>(levels);
  return std::string(count, '[') + std::string(count, ']');
}

TEST(JsonReader, NamesTheKindAndThePlace) {
  struct Row {
    std::string_view text;
    Kind kind;
    TextRange at;
    bool escaped;
  };
  const Row table[] = {
      {"null", Kind::null, {0, 4}, false},
      {" true ", Kind::boolean, {1, 5}, false},
      {"\tfalse", Kind::boolean, {1, 6}, false},
      {"-12.5e-3\n", Kind::number, {0, 8}, false},
      {"\"\"", Kind::string, {1, 1}, false},
      {" \"plain text\"", Kind::string, {2, 12}, false},
      {R"("a\nb")", Kind::string, {1, 5}, true},
      {"[ 1, [] ]", Kind::array, {0, 9}, false},
      {R"({"a":{"b":"}"}})", Kind::object, {0, 15}, false},
  };
  for (const auto& row : table) {
    JsonReader reader(row.text);
    JsonPart part;
    ASSERT_TRUE(reader.value(part)) << row.text;
    EXPECT_EQ(part.kind, row.kind) << row.text;
    EXPECT_EQ(part.at, row.at) << row.text;
    EXPECT_EQ(part.escaped, row.escaped) << row.text;
    EXPECT_TRUE(reader.at_end()) << row.text;
  }
}

TEST(JsonReader, WalksThroughMembers) {
  const std::string_view text = R"( { "a" : [1,{"x":"]"}] ,"b":"t\"", "é":{} } )";
  std::vector<std::string> seen;
  JsonReader reader(text);
  EXPECT_TRUE(reader.object([&](std::string_view key, std::size_t begin) {
    JsonPart part;
    const bool good = reader.value(part);
    seen.push_back(std::string(key) + " " + std::string(part.at.in(text)) + " " + text[begin]);
    return good;
  }));
  EXPECT_TRUE(reader.at_end());
  EXPECT_EQ(seen, (std::vector<std::string>{R"(a [1,{"x":"]"}] ")", R"(b t\" ")", R"(é {} ")"}));
}

TEST(JsonReader, StopsWhereTheMemberSaysSo) {
  const std::string_view text = R"({"a":1,"b":2})";
  JsonReader reader(text);
  int members = 0;
  EXPECT_FALSE(reader.object([&](std::string_view, std::size_t) {
    JsonPart part;
    ++members;
    return reader.value(part) && members < 1;
  }));
  EXPECT_EQ(members, 1);
}

TEST(JsonReader, AcceptsWhatIsJson) {
  for (const std::string_view text :
       {"0", "-0", "-1", "1234567890123456789012345678901234567890", "0.0001", "1e5", "1E+5", "12e-400", "1e299", "[]",
        "{}", "[[],{}]", "\"a string that is longer than eight bytes\"", "\"\\u0041\\ud83d\\ude00\\/\"", "\"\x7f\"",
        "\"\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"",
        "\"12345678\xf0\x9f\x98\x80\"", "{\"a\":1,\"a\":2}"}) {
    EXPECT_TRUE(accepts(text)) << text;
    EXPECT_TRUE(Json::accept(text)) << text;
  }
}

TEST(JsonReader, RefusesWhatIsNone) {
  const std::string_view zero_byte("\"\0\"", 3);
  for (const std::string_view text : std::initializer_list<std::string_view>{"",
                                                                             " ",
                                                                             "nul",
                                                                             "nulll",
                                                                             "True",
                                                                             "01",
                                                                             "-",
                                                                             "+1",
                                                                             "1.",
                                                                             ".5",
                                                                             "1e",
                                                                             "1e+",
                                                                             "0x10",
                                                                             "NaN",
                                                                             "1 2",
                                                                             "[1,]",
                                                                             "[,1]",
                                                                             "[1",
                                                                             "]",
                                                                             "[1}",
                                                                             "{",
                                                                             "{}}",
                                                                             "{a:1}",
                                                                             "{\"a\"}",
                                                                             "{\"a\":}",
                                                                             "{\"a\":1,}",
                                                                             "{\"a\" 1}",
                                                                             "{1:1}",
                                                                             "'a'",
                                                                             "\"",
                                                                             "\"a",
                                                                             "\"\\\"",
                                                                             "\"\\x\"",
                                                                             "\"\\u12\"",
                                                                             "\"\\u12g4\"",
                                                                             "\"\\",
                                                                             "\"\\u",
                                                                             "\"\n\"",
                                                                             "\"\x1f\"",
                                                                             "\"1234567\t\"",
                                                                             zero_byte,
                                                                             "\"\\ud800\"",
                                                                             "\"\\ud800x\"",
                                                                             "\"\\ud800\\u0041\"",
                                                                             "\"\\udc00\"",
                                                                             "\"\x80\"",
                                                                             "\"\xc0\x80\"",
                                                                             "\"\xc1\xbf\"",
                                                                             "\"\xe0\x80\x80\"",
                                                                             "\"\xed\xa0\x80\"",
                                                                             "\"\xf0\x80\x80\x80\"",
                                                                             "\"\xf4\x90\x80\x80\"",
                                                                             "\"\xf5\x80\x80\x80\"",
                                                                             "\"\xff\"",
                                                                             "\"\xe2\x82\"",
                                                                             "\"\xe2",
                                                                             "\"12345678\xc3\"",
                                                                             "1 //",
                                                                             "/**/1",
                                                                             "1e999"}) {
    EXPECT_FALSE(accepts(text)) << text;
    EXPECT_FALSE(Json::accept(text)) << text;
  }
}

// Beyond these the tree decides.
TEST(JsonReader, LeavesTheExtremesToTheTree) {
  EXPECT_TRUE(accepts(nested(64)));
  EXPECT_FALSE(accepts(nested(65)));
  EXPECT_TRUE(accepts(std::string(300, '9')));
  EXPECT_FALSE(accepts(std::string(301, '9')));
  EXPECT_FALSE(accepts("10e299"));
  EXPECT_FALSE(accepts("0e1000"));
  JsonReader escaped(R"({"\u0061":1})");
  EXPECT_FALSE(escaped.object([](std::string_view, std::size_t) { return true; }));
}

// A byte less, a byte more, a byte changed: never is anything accepted that the tree refuses.
TEST(JsonReader, NeverAcceptsWhatTheTreeRefuses) {
  const std::string good =
      R"({"jsonrpc":"2.0","id":-12,"a":[1.5e3,true,null,{"b":"\u00e9\ud83d\ude00 é 😀 text of some length"}],"c":{}})";
  ASSERT_TRUE(accepts(good));
  const std::string_view bytes("\0\t \"\\,:[]{}0-.eEu\x7f\x80\xbf\xc2\xed\xf4\xff", 24);
  int accepted = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::vector<std::string> changed{good.substr(0, at) + good.substr(at + 1), good.substr(0, at)};
    for (const char byte : bytes) {
      changed.push_back(good);
      changed.back()[at] = byte;
      changed.push_back(good.substr(0, at) + byte + good.substr(at));
    }
    for (const auto& text : changed) {
      if (!accepts(text)) continue;
      ++accepted;
      EXPECT_TRUE(Json::accept(text)) << text;
    }
  }
  EXPECT_GT(accepted, 100);
}

}  // namespace
}  // namespace tracetax::mcp
