#include "harness/results/details.h"

#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tracetax {
namespace {

TEST(DetailsJson, IsOneLineOfColumns) {
  Details details;
  details.curves.push_back({"off", Phase::pairs, 7, {1, std::nan("")}, {2, 3}});
  details.trials.valid = {true, false};
  details.timeline.export_bytes = {5};
  details.scenario = "name: \"<b>\"\n";
  const std::string text = write_details_json(details);
  EXPECT_EQ(text.find('\n'), text.size() - 1);
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json.at("schema"), "tracetax.details/1");
  EXPECT_EQ(json.at("percent").size(), percent_grid.size());
  EXPECT_EQ(json.at("curves")[0].at("phase"), "pairs");
  EXPECT_TRUE(json.at("curves")[0].at("latency_ns")[1].is_null());
  EXPECT_EQ(json.at("trials").at("valid"), nlohmann::json({true, false}));
  EXPECT_EQ(json.at("scenario"), details.scenario);
}

TEST(ExamplesJson, ComesBackAsItWas) {
  ExampleTrace trace{.arm = "on", .kind = "slow", .trace_id = "ab", .of = 9, .duration_ns = 12};
  trace.spans.push_back({"1", "", "tools", "tools/call <x>", "server", "error", 3, 4, {{"k", "v"}}});
  const std::vector<ExampleTrace> read = read_examples_json(write_examples_json({trace}));
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].kind, "slow");
  EXPECT_EQ(read[0].of, 9u);
  EXPECT_EQ(read[0].spans.at(0).name, "tools/call <x>");
  EXPECT_EQ(read[0].spans.at(0).attributes.at("k"), "v");
  EXPECT_THROW(read_examples_json(R"({"schema":"other","traces":[]})"), std::runtime_error);
}

}  // namespace
}  // namespace tracetax
