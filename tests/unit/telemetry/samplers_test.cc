// The SDK's samplers made from configurations, with a clock of the test's.

#include "harness/telemetry/samplers.h"

#include <stdexcept>

#include <gtest/gtest.h>
#include <opentelemetry/sdk/trace/span_data.h>

#include "harness/telemetry/propagation.h"
#include "harness/telemetry/tracing.h"
#include "tests/unit/telemetry/probe_exporter.h"

namespace tracetax::telemetry {
namespace {

using namespace std::chrono_literals;
Nanos test_time = 1'000'000s;
Nanos test_now() {
  return test_time;
}

TracingConfig tracing_with(const SamplerConfig& sampler) {
  TracingConfig config;
  config.sampler = sampler;
  config.batch = {.queue = 4096, .size = 512, .delay = 1h};
  return config;
}

std::unique_ptr<Tracing> start(const SamplerConfig& sampler, const std::string& service = "test") {
  return Tracing::start(tracing_with(sampler), {service}, std::make_unique<ProbeExporter>(std::make_shared<Probe>()));
}

SamplerConfig rate_limiting(double per_second) {
  SamplerConfig config;
  config.type = SamplerType::rate_limiting;
  config.traces_per_second = per_second;
  return config;
}

SamplerConfig rules(std::vector<SamplingRule> list, SamplerType otherwise = SamplerType::always_off) {
  SamplerConfig config;
  config.type = SamplerType::rules;
  config.rules = std::move(list);
  config.otherwise.type = otherwise;
  return config;
}

const PlainSampler on{SamplerType::always_on};

SpanContext caller(bool sampled) {
  return extract(sampled ? "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
                         : "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
                 "vendor=1");
}

bool decision(opentelemetry::sdk::trace::Sampler& sampler, const SpanContext& parent = SpanContext::GetInvalid()) {
  const std::uint8_t bytes[16] = {9};
  const opentelemetry::common::NoopKeyValueIterable no_attributes;
  const opentelemetry::trace::NullSpanContext no_links;
  return sampler
      .ShouldSample(parent, opentelemetry::trace::TraceId(bytes), "name", SpanKind::kServer, no_attributes, no_links)
      .IsSampled();
}

TEST(Samplers, RateLimitingLetsTheLimitThrough) {
  const auto sampler = make_sampler(rate_limiting(5), {}, test_now);
  int kept = 0;
  for (int i = 0; i < 20; ++i) kept += decision(*sampler) ? 1 : 0;
  EXPECT_EQ(kept, 5);
  test_time += 200ms;
  EXPECT_TRUE(decision(*sampler));
  EXPECT_FALSE(decision(*sampler));
}

TEST(Samplers, UnderACallerTheNewOnesDecideAsItDid) {
  SamplerConfig adaptive;
  adaptive.type = SamplerType::adaptive;
  adaptive.adaptive = {.target = 1, .cap = 5};
  for (SamplerConfig config : {rate_limiting(1), adaptive, rules({}, SamplerType::always_off)}) {
    SCOPED_TRACE(std::string(to_string(config.type)));
    const auto following = make_sampler(config, {}, test_now);
    for (int i = 0; i < 10; ++i) {
      EXPECT_TRUE(decision(*following, caller(true)));
      EXPECT_FALSE(decision(*following, caller(false)));
    }
    config.parent_based = false;
    const auto own = make_sampler(config, {}, test_now);
    int kept = 0;
    for (int i = 0; i < 10; ++i) kept += decision(*own, caller(true)) ? 1 : 0;
    EXPECT_LT(kept, 10);
  }
}

TEST(Samplers, SpansKeepTheirCallersTraceState) {
  SamplerConfig config = rate_limiting(1);
  config.parent_based = false;
  const auto tracing = start(config);
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(tracing->span("x", {.parent = caller(true)}).context().trace_state()->ToHeader(), "vendor=1");
}

TEST(Samplers, AdaptiveFollowsTheLoadUnderItsCap) {
  SamplerConfig config;
  config.type = SamplerType::adaptive;
  config.adaptive = {.target = 10, .cap = 20, .base = 1};
  const auto sampler = make_sampler(config, {}, test_now);
  int kept = 0;
  for (int i = 0; i < 100; ++i) kept += decision(*sampler) ? 1 : 0;  // the id is always the same, and low
  EXPECT_EQ(kept, 20);
  test_time += 1s;
  EXPECT_TRUE(decision(*sampler));
}

TEST(Rules, TheFirstThatMatchesDecides) {
  const auto tracing = start(rules({{.operation = "health*", .sampler = {SamplerType::always_off}},
                                    {.operation = "*check", .sampler = on},
                                    {.operation = "exact", .sampler = on}}));
  const auto kept = [&](const char* name) { return tracing->span(name, {}).context().IsSampled(); };
  EXPECT_FALSE(kept("healthcheck"));
  EXPECT_TRUE(kept("check"));
  EXPECT_TRUE(kept("exact"));
  EXPECT_FALSE(kept("exactly"));
  EXPECT_FALSE(kept("other"));
}

TEST(Rules, AServicesRulesAreItsOwn) {
  const SamplerConfig config = rules({{.service = "gateway", .sampler = on}});
  EXPECT_TRUE(start(config, "gateway")->span("x", {}).context().IsSampled());
  EXPECT_FALSE(start(config, "server")->span("x", {}).context().IsSampled());
}

TEST(Rules, AskForTheToolAndForAttributesOfTheStart) {
  const auto tracing =
      start(rules({{.tool = "lookup", .sampler = on},
                   {.attributes = {{"n", "7"}, {"yes", "true"}, {"share", "0.5"}, {"text", "a b"}}, .sampler = on}}));
  EXPECT_TRUE(tracing->span("x", {.tool = "lookup"}).context().IsSampled());
  EXPECT_FALSE(tracing->span("x", {.tool = "look"}).context().IsSampled());
  EXPECT_TRUE(tracing->span("x", {.attributes = {{"mcp.tool", "lookup"}}}).context().IsSampled());
  EXPECT_TRUE(tracing->span("x", {.attributes = {{"share", 0.5}, {"text", "a b"}, {"yes", true}, {"n", 7}}})
                  .context()
                  .IsSampled());
  EXPECT_FALSE(tracing->span("x", {.attributes = {{"share", 0.5}, {"text", "a b"}, {"yes", true}, {"n", 8}}})
                   .context()
                   .IsSampled());
  EXPECT_FALSE(tracing->span("x", {.attributes = {{"n", 7}}}).context().IsSampled());
}

TEST(Rules, TheToolIsAnAttributeOfTheSpan) {
  const auto probe = std::make_shared<Probe>();
  const auto tracing =
      Tracing::start(tracing_with(rules({}, SamplerType::always_on)), {"test"}, std::make_unique<ProbeExporter>(probe));
  tracing->span("x", {.tool = "lookup", .attributes = {{"n", 7}}}).end();
  ASSERT_TRUE(tracing->flush(30s));
  const auto spans = probe->take();
  ASSERT_EQ(spans.size(), 1u);
  EXPECT_EQ(spans[0]->GetAttributes().size(), 2u);
  EXPECT_EQ(opentelemetry::nostd::get<std::string>(spans[0]->GetAttributes().at("gen_ai.tool.name")), "lookup");
}

TEST(Samplers, RefuseWhatTheyCannotDo) {
  const auto refusal = [](SamplerConfig config) {
    try {
      check(config);
    } catch (const std::invalid_argument& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(refusal(rate_limiting(1)), "");
  EXPECT_NE(refusal(rate_limiting(0)), "");
  SamplerConfig config;
  config.type = SamplerType::adaptive;
  config.adaptive.interval = Nanos(0);
  EXPECT_EQ(refusal(config), "tracing.sampler.interval: must be above 0");
  config.adaptive = {.floor = 0.5, .max = 0.4};
  EXPECT_EQ(refusal(config), "tracing.sampler.floor: must be at most max");
  EXPECT_EQ(refusal(rules({{.sampler = {SamplerType::traceidratio, 2}}})),
            "tracing.sampler.rules.0.sampler.ratio: must be 0 to 1, got 2.000000");
  EXPECT_THROW(make_sampler(rules({}, SamplerType::none)), std::invalid_argument);
}

}  // namespace
}  // namespace tracetax::telemetry
