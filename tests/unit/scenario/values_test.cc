// Single values: what is taken for what.

#include <gtest/gtest.h>

#include "harness/scenario/load_scenario.h"
#include "harness/scenario/metric.h"
#include "harness/scenario/scalars.h"

namespace tracetax::shapes {
namespace {

using namespace std::chrono_literals;

struct Case {
  const char* text;
  std::optional<double> value;
};

void expect(std::optional<double> (*parse)(std::string_view), std::initializer_list<Case> cases) {
  for (const Case& c : cases) {
    const auto value = parse(c.text);
    ASSERT_EQ(value.has_value(), c.value.has_value()) << c.text;
    if (value) {
      EXPECT_DOUBLE_EQ(*value, *c.value) << c.text;
    }
  }
}

TEST(Values, Shares) {
  expect(parse_share, {{"0.1", 0.1},
                       {"10%", 0.1},
                       {"10 %", 0.1},
                       {"0.5%", 0.005},
                       {"100%", 1},
                       {"1e-3", 0.001},
                       {"-5%", -0.05},
                       {"%", {}},
                       {"", {}},
                       {"10%%", {}},
                       {"ten", {}},
                       {"nan", {}},
                       {"inf", {}},
                       {"10 percent", {}},
                       {"1,5%", {}}});
}

TEST(Values, Rates) {
  expect(parse_rate, {{"400/s", 400},
                      {"24000/m", 400},
                      {"3600/h", 1},
                      {"400 /s", 400},
                      {"400 / s", 400},
                      {"0.5/s", 0.5},
                      {"400", {}},
                      {"400/ms", {}},
                      {"/s", {}},
                      {"inf/s", {}},
                      {"400/min", {}}});
}

TEST(Values, Bytes) {
  expect(parse_bytes, {{"512", 512},
                       {"512B", 512},
                       {"4 KiB", 4096},
                       {"1MB", 1e6},
                       {"1kB", 1000},
                       {"1KB", 1000},
                       {"1.5MiB", 1572864},
                       {"2GiB", 2147483648.0},
                       {"4 Kib", {}},
                       {"1TB", {}},
                       {"MB", {}}});
}

TEST(Values, DurationsAreWrittenAsTheyAreRead) {
  const std::vector<std::pair<Nanos, const char*>> cases{{0s, "0s"}, {2ms, "2ms"}, {1500us, "1500us"},
                                                         {1s, "1s"}, {90s, "90s"}, {120s, "2m"},
                                                         {3h, "3h"}, {1ns, "1ns"}, {1001ns, "1001ns"}};
  for (const auto& [time, text] : cases) EXPECT_EQ(duration_text(time), text);
  EXPECT_EQ(rate_text(400), "400/s");
  EXPECT_DOUBLE_EQ(parse_rate(rate_text(1e-5)).value(), 1e-5);
}

TEST(Values, NamesAreSafeAsFileNamesTagsAndCells) {
  for (const char* good : {"a", "ratio10", "every.thing-1", "_x", "0", "A.B"}) EXPECT_TRUE(is_name(good)) << good;
  for (const char* bad : {"", "a b", "a,b", "a/b", "..", ".a", "-a", "a\n", "größe", "a\"b", "a=b", "a:b"})
    EXPECT_FALSE(is_name(bad)) << bad;
  EXPECT_TRUE(is_name(std::string(64, 'a')));
  EXPECT_FALSE(is_name(std::string(65, 'a')));
}

std::string arguments(const std::string& yaml) {
  return load_scenario_text(
             "version: 1\nname: a\ntopology: { servers: [ { name: s } ] }\n"
             "load: { arrivals: { process: closed }, calls: [ { tool: echo, arguments: " +
                 yaml + " } ] }\narms: { a: { role: control }, b: {} }\n",
             "a.yaml")
      .scenario.load.calls.at(0)
      .arguments_json;
}

TEST(Arguments, FollowTheCoreSchema) {
  EXPECT_EQ(arguments("{ a: 1, b: -1, c: +1, d: 0x1F, e: 0o17, f: 18446744073709551615 }"),
            R"({"a":1,"b":-1,"c":1,"d":31,"e":15,"f":18446744073709551615})");
  EXPECT_EQ(arguments("{ a: 1.5, b: -.5, c: 1e3, d: 1., e: 99999999999999999999 }"),
            R"({"a":1.5,"b":-0.5,"c":1000.0,"d":1.0,"e":1e+20})");
  EXPECT_EQ(arguments("{ a: true, b: False, c: null, d: ~, e: }"),
            R"({"a":true,"b":false,"c":null,"d":null,"e":null})");
  EXPECT_EQ(arguments("{ a: '1', b: \"true\", c: !!str 5, d: '', e: 'null' }"),
            R"({"a":"1","b":"true","c":"5","d":"","e":"null"})");
  EXPECT_EQ(
      arguments("{ a: yes, b: off, c: 1_000, d: 1.2.3, e: -, f: 2026-01-01, g: 0x, h: inf, i: nan, j: '+-5' }"),
      R"({"a":"yes","b":"off","c":"1_000","d":"1.2.3","e":"-","f":"2026-01-01","g":"0x","h":"inf","i":"nan","j":"+-5"})");
  EXPECT_EQ(arguments("{ z: 1, a: [ 1, [ ], { } ], \"k y\": \"\\u00e9\\n\" }"),
            "{\"z\":1,\"a\":[1,[],{}],\"k y\":\"é\\n\"}");
  EXPECT_EQ(arguments("{}"), "{}");
}

TEST(Metrics, AreThoseOfTheContract) {
  EXPECT_EQ(all_metrics().size(), 23U);
  for (const MetricInfo& metric : all_metrics()) {
    EXPECT_EQ(find_metric(metric.name), &metric);
    EXPECT_EQ(metric.higher_is_worse, metric.name != "throughput");
  }
  EXPECT_EQ(find_metric("latency"), nullptr);
  EXPECT_EQ(find_metric(""), nullptr);
  EXPECT_EQ(find_metric("memory")->unit, Unit::bytes);
  EXPECT_TRUE(find_metric("cpu_per_call")->per_service);
  EXPECT_FALSE(find_metric("latency.p50")->per_service);
}

TEST(Metrics, PairsCarryTheInlineCostOnly) {
  std::vector<std::string_view> by_default;
  std::vector<std::string_view> allowed;
  for (const MetricInfo& metric : all_metrics()) {
    if (metric.phase == Phase::pairs) by_default.push_back(metric.name);
    if (metric.pairs_allowed) allowed.push_back(metric.name);
    EXPECT_TRUE(metric.pairs_allowed || metric.phase == Phase::blocks) << metric.name;
  }
  using Names = std::vector<std::string_view>;
  EXPECT_EQ(by_default,
            (Names{"latency.trimmed_mean", "latency.p50", "service_time.trimmed_mean", "service_time.p50"}));
  EXPECT_EQ(allowed, (Names{"latency.mean", "latency.trimmed_mean", "latency.p50", "service_time.mean",
                            "service_time.trimmed_mean", "service_time.p50"}));
}

}  // namespace
}  // namespace tracetax::shapes
