#include "harness/telemetry/propagation.h"

#include <string>

#include <gtest/gtest.h>

namespace tracetax::telemetry {
namespace {

constexpr const char* good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

struct Row {
  const char* text;
  const char* injected;  // what the next hop is sent; empty: the text is refused
};

TEST(Traceparent, IsReadAsW3cSays) {
  const std::string trace = "0af7651916cd43dd8448eb211c80319c", span = "b7ad6b7169203331";
  const Row rows[] = {
      {good, good},
      {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
       "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"},
      // Level 2: the random flag goes on, bits without a meaning do not.
      {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03",
       "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03"},
      {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff",
       "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03"},
      {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-08",
       "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"},
      // White space around a header's value.
      {" \t00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 ", good},
      // Later versions are read as the part that is known, and passed on as version 00.
      {"01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", good},
      {"cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-the-future-will-be-like", good},
      {"cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-", good},
      {"cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.what", ""},
      {"cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-011", ""},
      // Version ff is none, version 00 has no further fields.
      {"ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", ""},
      {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what", ""},
      {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-", ""},
      {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-011", ""},
      // All zeros.
      {"00-00000000000000000000000000000000-b7ad6b7169203331-01", ""},
      {"00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", ""},
      // Upper case.
      {"00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", ""},
      {"00-0af7651916cd43dd8448eb211c80319c-B7AD6B7169203331-01", ""},
      {"0A-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", ""},
      {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0A", ""},
      // Not hexadecimal, wrong lengths, wrong separators, nothing.
      {"00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01", ""},
      {"..-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", ""},
      {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0", ""},
      {"00-0af7651916cd43dd8448eb211c8031-b7ad6b716920333100-01", ""},
      {"00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", ""},
      {"00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01", ""},
      {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331_01", ""},
      {"0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", ""},
      {"", ""},
      {"   ", ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    const SpanContext context = extract(row.text, "");
    EXPECT_EQ(context.IsValid(), *row.injected != '\0');
    EXPECT_EQ(context.IsRemote(), context.IsValid());
    EXPECT_EQ(inject(context).traceparent, row.injected);
  }
}

TEST(Traceparent, BytesThatAreNotTextAreRefused) {
  std::string text = good;
  text[10] = '\0';
  EXPECT_FALSE(extract(text, "").IsValid());
  text[10] = static_cast<char>(0xc3);
  EXPECT_FALSE(extract(text, "").IsValid());
}

TEST(Tracestate, IsPassedOnOrDroppedButNeverCostsTheParent) {
  std::string many;
  for (int i = 0; i < 33; ++i) many += (i ? ",k" : "k") + std::to_string(i) + "=v";
  const std::string most = many.substr(0, many.rfind(','));
  const std::pair<std::string, std::string> rows[] = {
      {"", ""},
      {"vendor=value", "vendor=value"},
      {"ot=th:8,vendor=a", "ot=th:8,vendor=a"},
      {"rojo=00f067aa0ba902b7 , congo=t61rcWkgMzE", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"},
      {"tenant@vendor=1", "tenant@vendor=1"},
      {"a=1,,b=2", "a=1,b=2"},  // empty members are allowed
      {"UPPER=1", ""},
      {"novalue", ""},
      {most, most},
      {many, ""},
  };
  for (const auto& [text, injected] : rows) {
    SCOPED_TRACE(text);
    const SpanContext context = extract(good, text);
    EXPECT_TRUE(context.IsValid());
    EXPECT_EQ(inject(context).traceparent, good);
    EXPECT_EQ(inject(context).tracestate, injected);
  }
}

TEST(Inject, AnInvalidContextIsNoText) {
  const TraceText text = inject(SpanContext::GetInvalid());
  EXPECT_EQ(text.traceparent, "");
  EXPECT_EQ(text.tracestate, "");
}

TEST(ChooseParent, MetaIsTheParentAndADifferentHeaderTheLink) {
  const SpanContext none = SpanContext::GetInvalid(), meta = extract(good, "");
  const SpanContext other = extract("00-11111111111111111111111111111111-2222222222222222-01", "");
  const SpanContext same = extract("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", "");
  struct Case {
    const SpanContext& meta;
    const SpanContext& headers;
    const SpanContext& parent;
    const SpanContext& link;
  };
  for (const Case& one : {Case{none, none, none, none}, Case{meta, none, meta, none}, Case{none, other, other, none},
                          Case{meta, other, meta, other}, Case{meta, same, meta, none}}) {
    const Received received = choose_parent(one.meta, one.headers);
    EXPECT_EQ(received.parent, one.parent);
    EXPECT_EQ(received.link, one.link);
  }
}

}  // namespace
}  // namespace tracetax::telemetry
