#include "harness/load/call_bytes.h"

#include <string>

#include <gtest/gtest.h>

namespace tracetax {
namespace {

RequestStyle style() {
  RequestStyle out;
  out.url.kind = TransportKind::stdio;
  out.client = {"tracetax", "1"};
  return out;
}

mcp::Json params_of(std::string_view request) {
  return mcp::Json::parse(request).at("params");
}

Load load_of_every_kind() {
  Recording recording;
  recording.calls = {{.name = "b", .arguments_json = R"({"x":"${counter}"})"},
                     {.kind = CallKind::resource, .name = "file:///a"},
                     {.name = "a", .arguments_json = R"({"deep":{"n":1.50}})"}};
  Load load;
  load.calls = {{.tool = "a", .arguments_json = R"({"same":"$${x}"})"},
                {.tool = "a", .arguments_json = R"({"n":"${counter}","r":"${int:1..1000000}"})"},
                {.recording = "file"},
                {.arguments_json = R"({"n":"${counter}"})", .prompt = "p"}};
  load.calls[2].recorded = std::make_shared<const Recording>(recording);
  return load;
}

TEST(CallBytes, EveryKindOfCallHasItsNameAndArguments) {
  const Load load = load_of_every_kind();
  const CallTable table(load);
  EXPECT_EQ(call_names(load), (std::vector<std::string>{"a", "a", "b", "resource file:///a", "prompt p"}));
  CallBytes bytes(style(), table, {});
  EXPECT_FALSE(table.varies(0));
  EXPECT_EQ(params_of(bytes.fill(0, 7, first_id, 1, 8)).at("arguments"), (mcp::Json{{"same", "${x}"}}));
  EXPECT_TRUE(table.varies(1));
  EXPECT_EQ(table.name_of(1, 7), 1);
  EXPECT_EQ(params_of(bytes.fill(1, 7, first_id, 1, 8)).at("arguments").at("n"), 8);
  EXPECT_EQ(table.name_of(2, 0), 2);
  EXPECT_EQ(params_of(bytes.fill(2, 0, first_id, 1, 8)).at("arguments"), (mcp::Json{{"x", "${counter}"}}))
      << "recorded calls have no templates";
  EXPECT_EQ(table.name_of(2, 1), 3);
  EXPECT_EQ(table.kind_of(3), CallKind::resource);
  EXPECT_EQ(params_of(bytes.fill(2, 1, first_id, 1, 8)).at("uri"), "file:///a");
  EXPECT_EQ(table.name_of(2, 2), 0) << "the name that is known already";
  EXPECT_NE(bytes.fill(2, 2, first_id, 1, 8).find(R"("arguments":{"deep":{"n":1.50}})"), std::string_view::npos)
      << "as recorded, to the byte";
  EXPECT_EQ(table.name_of(3, 0), 4);
  EXPECT_EQ(params_of(bytes.fill(3, 0, first_id, 1, 8)).at("arguments"), (mcp::Json{{"n", "8"}}));
}

// Common random numbers: the arms have tables and sessions of their own.
TEST(CallBytes, BothArmsSendTheSameArguments) {
  const Load load = load_of_every_kind();
  const CallTable of_one(load);
  const CallTable of_other(load);
  CallBytes one(style(), of_one, {});
  CallBytes other(style(), of_other, {});
  std::string last;
  for (std::uint64_t call = 0; call < 200; ++call) {
    const std::uint64_t draw = (call * 0x123456789abcd) & 0xfffffffffffff;
    const std::string a(one.fill(1, 0, first_id, draw, call));
    EXPECT_EQ(a, other.fill(1, 0, first_id, draw, call));
    EXPECT_NE(a, last);
    last = a;
  }
}

// Room is made once: afterwards the bytes stay where they are.
TEST(CallBytes, NeedsNoNewRoomForFurtherCalls) {
  const Load load = load_of_every_kind();
  const CallTable table(load);
  CallBytes bytes(style(), table, {});
  bytes.fill(1, 0, first_id, 1, 999'999'999);
  const char* const at = bytes.fill(1, 0, first_id, 2, 999'999'999).data();
  for (std::uint64_t call = 0; call < 1000; ++call) EXPECT_EQ(bytes.fill(1, 0, first_id, call, call).data(), at);
}

TEST(CallBytes, NumbersOfWindowsDoNotMeet) {
  Load load = load_of_every_kind();
  load.arrivals = OpenArrivals{.rate_per_s = 5};
  EXPECT_EQ(first_number(load, {}), 1u);
  EXPECT_EQ(first_number(load, {.block = 9, .ordinal = 3}), 30'000'001u);
  load.arrivals = ClosedArrivals{};
  EXPECT_EQ(first_number(load, {.block = 0, .ordinal = 2}), 20'000'000'001u);
}

}  // namespace
}  // namespace tracetax
