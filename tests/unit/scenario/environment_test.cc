// Arms that are given standard variables: what these mean, and that nothing else is said to their services.

#include <gtest/gtest.h>

#include "harness/scenario/consistency.h"
#include "harness/scenario/environment_arm.h"
#include "harness/scenario/load_scenario.h"

namespace tracetax {
namespace {

using namespace std::chrono_literals;

Arm arm_with(const std::string& variables) {
  const std::string file = TRACETAX_SOURCE_DIR "/tests/data/scenarios/valid/minimal.yaml";
  const std::vector<std::string> sets{"arms.on.tracing=null", "arms.on.tracing={ environment: { " + variables + " } }"};
  return load_scenario(file, sets).scenario.arms.at(1);
}

TEST(EnvironmentArm, KeepsTheVariablesAsTheyAre) {
  const Arm arm = arm_with("OTEL_TRACES_SAMPLER: parentbased_traceidratio, OTEL_TRACES_SAMPLER_ARG: 0.1");
  EXPECT_EQ(arm.environment, (std::map<std::string, std::string>{{"OTEL_TRACES_SAMPLER", "parentbased_traceidratio"},
                                                                 {"OTEL_TRACES_SAMPLER_ARG", "0.1"}}));
  EXPECT_EQ(arm.tracing.sampler.type, SamplerType::parentbased_traceidratio);
  EXPECT_DOUBLE_EQ(arm.tracing.sampler.ratio, 0.1);
  EXPECT_TRUE(exports_to_sink(arm.tracing));
}

TEST(EnvironmentArm, HasTheSpecificationsDefaults) {
  const TracingConfig tracing = meaning_of({{"OTEL_BSP_SCHEDULE_DELAY", "250"}});
  EXPECT_EQ(tracing.sampler.type, SamplerType::parentbased_always_on);
  EXPECT_EQ(tracing.exporter.type, ExporterType::otlp_grpc);
  EXPECT_EQ(tracing.batch.delay, 250ms);
  EXPECT_EQ(tracing.batch.queue, 2048u);
}

TEST(EnvironmentArm, UnderstandsEachVariable) {
  using Variables = std::map<std::string, std::string>;
  const auto exporter = [](const Variables& variables) { return meaning_of(variables).exporter.type; };
  EXPECT_EQ(exporter({{"OTEL_TRACES_EXPORTER", "console"}}), ExporterType::console);
  EXPECT_EQ(exporter({{"OTEL_TRACES_EXPORTER", "none"}}), ExporterType::none);
  EXPECT_EQ(exporter({{"OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"}}), ExporterType::otlp_http);
  EXPECT_EQ(
      exporter({{"OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"}, {"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc"}}),
      ExporterType::otlp_grpc);
  EXPECT_EQ(meaning_of({{"OTEL_SDK_DISABLED", "true"}, {"OTEL_TRACES_SAMPLER", "always_on"}}).sampler.type,
            SamplerType::none);
  EXPECT_EQ(meaning_of({{"OTEL_TRACES_SAMPLER", "always_off"}}).sampler.type, SamplerType::always_off);
  EXPECT_FALSE(exports_to_sink(meaning_of({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://192.0.2.1:4317"}})));
  // The ratio is of samplers that have one.
  EXPECT_DOUBLE_EQ(meaning_of({{"OTEL_TRACES_SAMPLER", "always_on"}, {"OTEL_TRACES_SAMPLER_ARG", "0.5"}}).sampler.ratio,
                   1.0);
}

TEST(EnvironmentArm, CannotBeAskedForALog) {
  const Arm arm = arm_with("OTEL_TRACES_SAMPLER: always_on");
  EXPECT_FALSE(is_about(Check(IdsInLogsCheck{}), arm));
  EXPECT_TRUE(is_about(Check(SpansLostCheck{}), arm));
  EXPECT_TRUE(is_about(Check(ExporterRunsCheck{}), arm));
}

}  // namespace
}  // namespace tracetax
