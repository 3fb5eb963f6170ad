// `_meta`, versions and header values.

#include "harness/mcp/protocol.h"

#include <gtest/gtest.h>

namespace tracetax::mcp {
namespace {

TEST(Versions, KnowTheirEra) {
  EXPECT_EQ(era_of("2026-07-28"), Era::modern);
  for (const char* version : {"2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"}) {
    EXPECT_EQ(era_of(version), Era::legacy) << version;
  }
  for (const char* version : {"", "1900-01-01", "2026-07-29", "DRAFT-2026"}) EXPECT_EQ(era_of(version), std::nullopt);
}

TEST(HeaderValue, HasTheFormsOfTheSpecification) {
  // The specification's own examples, revision 2026-07-28, "Value Encoding".
  const std::pair<std::string, std::string> table[] = {
      {"us-west1", "us-west1"},
      {"Hello, 世界", "=?base64?SGVsbG8sIOS4lueVjA==?="},
      {" padded ", "=?base64?IHBhZGRlZCA=?="},
      {"line1\nline2", "=?base64?bGluZTEKbGluZTI=?="},
      {"=?base64?literal?=", "=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?="},
      {"two words", "two words"},
      {"", ""},
  };
  for (const auto& [text, value] : table) {
    EXPECT_EQ(encode_header_value(text), value);
    EXPECT_EQ(decode_header_value(value), text);
  }
}

TEST(HeaderValue, RoundTripsEveryByte) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text = {'a', static_cast<char>(byte), 'b'};
    const auto value = encode_header_value(text);
    for (const char c : value) EXPECT_TRUE(c == '\t' || (c >= ' ' && c <= '~')) << byte;
    EXPECT_EQ(decode_header_value(value), text) << byte;
  }
}

TEST(HeaderValue, RefusesWhatIsNotCanonical) {
  for (const char* value : {"=?base64?%%%%?=", "=?base64?QQ?=", "=?base64?QR==?=", "=?base64?QQ==QQ==?=",
                            "=?base64?====?=", "=?base64?Q Q=?=", "caf\xc3\xa9", "a\nb"}) {
    EXPECT_EQ(decode_header_value(value), std::nullopt) << value;
  }
  EXPECT_EQ(decode_header_value("=?BASE64?QQ==?="), "=?BASE64?QQ==?=");  // the markers' case matters
  EXPECT_EQ(decode_header_value("=?base64?"
                                "?="),
            "");
}

TEST(TraceMeta, ReadsOnlyStrings) {
  const auto trace = read_trace(Json::parse(R"({"_meta":{"traceparent":"00-a","tracestate":5,"baggage":"k=v"}})"));
  EXPECT_EQ(trace.traceparent, "00-a");
  EXPECT_EQ(trace.tracestate, "");
  EXPECT_EQ(trace.baggage, "k=v");
  for (const char* params : {"{}", R"({"_meta":7})", "[]", "null"}) {
    EXPECT_EQ(read_trace(Json::parse(params)).traceparent, "") << params;
  }
}

TEST(TraceMeta, WritesOnlyTraceContext) {
  auto params = Json::parse(R"({"name":"x","_meta":{"traceparent":"old","tracestate":"old","baggage":"b","k":1}})");
  write_trace(params, "00-new", "");
  EXPECT_EQ(params, Json::parse(R"({"name":"x","_meta":{"traceparent":"00-new","baggage":"b","k":1}})"));
  write_trace(params, "", "");
  EXPECT_EQ(params, Json::parse(R"({"name":"x","_meta":{"baggage":"b","k":1}})"));
}

TEST(TraceMeta, LeavesNoEmptyMeta) {
  auto params = Json::parse(R"({"_meta":{"traceparent":"old"}})");
  write_trace(params, "", "");
  EXPECT_EQ(params, Json::object());
  write_trace(params, "", "");
  EXPECT_EQ(params, Json::object());
  write_trace(params, "00-a", "s=1");
  EXPECT_EQ(params, Json::parse(R"({"_meta":{"traceparent":"00-a","tracestate":"s=1"}})"));
}

TEST(Draw, TakesOnlyExactIntegers) {
  const auto draw_of = [](const char* value) {
    return read_draw(Json::parse(std::string(R"({"_meta":{"dev.tracetax/draw":)") + value + "}}"));
  };
  EXPECT_EQ(draw_of("0"), 0u);
  EXPECT_EQ(draw_of("9007199254740991"), 9007199254740991u);
  for (const char* value : {"9007199254740992", "18446744073709551615", "-1", "1.0", "\"1\"", "null", "true", "[]"}) {
    EXPECT_EQ(draw_of(value), std::nullopt) << value;
  }
  EXPECT_EQ(read_draw(Json::object()), std::nullopt);
  auto params = Json::object();
  write_draw(params, 12345);
  EXPECT_EQ(read_draw(params), 12345u);
}

TEST(NameOf, IsWhatTheHeaderRepeats) {
  const auto params = Json::parse(R"({"name":"n","uri":"u"})");
  EXPECT_EQ(name_of("tools/call", params), "n");
  EXPECT_EQ(name_of("prompts/get", params), "n");
  EXPECT_EQ(name_of("resources/read", params), "u");
  EXPECT_EQ(name_of("tools/list", params), "");
  EXPECT_EQ(name_of("tools/call", Json::parse(R"({"name":1})")), "");
}

}  // namespace
}  // namespace tracetax::mcp
