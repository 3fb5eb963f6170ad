// `tracetax model` on a result that was really measured: are the columns what the arms did?

#include <string>

#include <gtest/gtest.h>

#include "tests/integration/tracetax/program.h"

namespace tracetax::test {
namespace {

using Json = nlohmann::json;

TEST(Model, ReadsWhatTheArmsDidFromTheirResult) {
  const Workplace place;
  const auto scenario = place.write(
      "s.yaml",
      short_scenario("topology: { servers: [ { name: tools, listen: http } ] }\n",
                     "load: { arrivals: { process: constant, rate: 100/s }, calls: [ { tool: lookup } ] }\n"
                     "arms:\n"
                     "  plain: { role: control, tracing: { sampler: none } }\n"
                     "  off: { tracing: { sampler: always_off } }\n"
                     "  off50: { tracing: { sampler: always_off }, tools: { lookup: { inner_spans: 50 } } }\n"
                     "  on: { tracing: { sampler: always_on } }\n"
                     "  on50: { tracing: { sampler: always_on }, tools: { lookup: { inner_spans: 50 } } }\n"
                     "  half: { tracing: { sampler: { type: parentbased_traceidratio, ratio: 0.5 } } }\n"
                     "  half50: { tracing: { sampler: { type: parentbased_traceidratio, ratio: 0.5 } },\n"
                     "            tools: { lookup: { inner_spans: 50 } } }\n"
                     "plan: { warmup: 100ms, settle: 50ms, window: 500ms, blocks: 3, seed: 1, phases: [blocks] }\n"
                     "budgets: [ { metric: error_rate, max: 50% } ]\n"));
  const auto out = place.folder() / "out";
  ASSERT_EQ(place.tracetax({"run", scenario, "-o", out, "--progress", "none"}).code, 0);

  const Ended ended = place.tracetax({"model", out, "--predict", "ratio=0.5,spans=26,rate=100/s", "--as", "json"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  const Json model = Json::parse(ended.out);
  EXPECT_EQ(model.at("schema"), "tracetax.model/1");
  const Json& settings = model.at("settings");
  ASSERT_EQ(settings.size(), 6u);
  for (std::size_t i = 0; i < 4; ++i) {
    const double started = i % 2 == 0 ? 1 : 51;
    // Calls of the client's own (ping, discovery) have spans too, a few among hundreds.
    EXPECT_NEAR(settings[i].at("spans_started_per_call").get<double>(), started, 0.05 * started);
    EXPECT_NEAR(settings[i].at("spans_sampled_per_call").get<double>(), i < 2 ? 0 : started, 0.05 * started);
    EXPECT_NEAR(settings[i].at("rate_per_s").get<double>(), 100, 10);
  }
  ASSERT_EQ(model.at("costs").size(), 4u);
  for (const Json& cost : model.at("costs")) {
    if (cost.at("metric") != "network_per_call") continue;
    // Exported bytes are what is sent more, and go with the spans that are sampled.
    ASSERT_TRUE(cost.at("fitted").get<bool>()) << cost;
    EXPECT_EQ(cost.at("collinear"), Json::array({"byte exported"}));
    const double per_span = settings[3].at("bytes_per_call").get<double>() / 51;
    EXPECT_GT(per_span, 50);
    EXPECT_NEAR(cost.at("coefficients")[2].at("coefficient").get<double>(), per_span, 0.3 * per_span);
    EXPECT_TRUE(cost.at("predictions")[0].at("inside").get<bool>());
  }

  EXPECT_NE(place.tracetax({"model", out}).out.find("span sampled"), std::string::npos);
  const Ended held = place.tracetax({"model", out, "--hold-out", "on50", "--as", "json"});
  EXPECT_TRUE(held.code == 0 || held.code == 1 || held.code == 3) << held.err;
  EXPECT_EQ(place.tracetax({"model", out, "--hold-out", "nobody"}).code, 2);
  EXPECT_EQ(place.tracetax({"model", out, "--predict", "speed=3"}).code, 2);
  EXPECT_EQ(place.tracetax({"model", place.folder() / "nowhere"}).code, 2);
}

}  // namespace
}  // namespace tracetax::test
