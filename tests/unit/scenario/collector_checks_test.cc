// Keys about Collectors and about TLS that the harness makes itself.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "harness/scenario/load_scenario.h"
#include "harness/scenario/service_config.h"

namespace tracetax {
namespace {

const auto minimal = std::filesystem::path(TRACETAX_SOURCE_DIR) / "tests/data/scenarios/valid/minimal.yaml";

Scenario loaded(const std::vector<std::string>& sets) {
  return load_scenario(minimal, sets).scenario;
}

std::string mistakes(const std::vector<std::string>& sets) {
  try {
    loaded(sets);
  } catch (const ScenarioError& error) {
    return error.what();
  }
  return "none";
}

TEST(CollectorChecks, AreReadWithTheirDefaults) {
  const Scenario s = loaded({"collector={ config: c.yaml }",
                             "checks=[ same_again, { id: H2, span_metrics: {} }, refusals_counted, "
                             "{ collector_memory: { max: 512MiB } } ]"});
  ASSERT_EQ(s.checks.size(), 4u);
  EXPECT_TRUE(std::get<SameAgainCheck>(s.checks[0].kind).config.empty());
  EXPECT_EQ(std::get<SpanMetricsCheck>(s.checks[1].kind).counter, "traces.span.metrics.calls");
  EXPECT_EQ(s.checks[1].ids, std::vector<std::string>{"H2"});
  EXPECT_EQ(std::get<RefusalsCountedCheck>(s.checks[2].kind).least, 0u);
  EXPECT_EQ(std::get<CollectorMemoryCheck>(s.checks[3].kind).tier, 1u);
  EXPECT_EQ(std::get<CollectorMemoryCheck>(s.checks[3].kind).most, 512u << 20);
  for (const Check& check : s.checks) EXPECT_TRUE(needs_spans(check)) << kind_of(check);
}

TEST(CollectorChecks, MistakesAreToldAtTheirKey) {
  const std::pair<std::vector<std::string>, const char*> rows[] = {
      {{"checks=[ same_again ]"}, "checks.0: there is no Collector"},
      {{"checks=[ span_metrics ]"}, "checks.0: there is no Collector"},
      {{"checks=[ refusals_counted ]"}, "checks.0: there is no Collector"},
      {{"checks=[ collector_memory ]", "collector={ config: c }"}, "`collector_memory` needs keys of its own"},
      {{"checks=[ { collector_memory: { tier: 1 } } ]", "collector={ config: c }"}, "collector_memory.max: is missing"},
      {{"checks=[ { collector_memory: { tier: 2, max: 1MiB } } ]", "collector={ config: c }"},
       "collector_memory.tier: there is no tier 2: the scenario has 1"},
      {{"sampling={ fault: { how: kill, of: sink } }"}, "fault.of: the sink cannot be killed"},
      {{"arms.on.tracing.exporter={ tls: { generated: both } }"}, "tls.generated: unknown word `both`"},
      {{"arms.on.tracing.exporter={ endpoint: https://a:1, tls: { generated: server } }"},
       "exporter.tls: `generated` is for the harness's own sink"},
      {{"arms.on.tracing.exporter={ tls: { generated: mutual, ca: a } }"},
       "exporter.tls: `generated` is for the harness's own sink"},
      {{"arms.on.tracing.exporter={ type: console, tls: { generated: server } }"}, "exporter.tls: `console` has none"},
  };
  for (const auto& [sets, expected] : rows) {
    const std::string told = mistakes(sets);
    EXPECT_NE(told.find(expected), std::string::npos) << expected << "\nbut: " << told;
  }
}

TEST(CollectorChecks, TlsIsMadeForScenariosOnly) {
  const Scenario s = loaded({"arms.on.tracing.exporter={ tls: { generated: mutual } }"});
  EXPECT_EQ(s.arms.back().tracing.exporter.tls.generated, ExportTls::Generated::mutual);
  const auto file = std::filesystem::path(testing::TempDir()) / "generated-tls.yaml";
  std::ofstream(file) << "tracing: { sampler: always_on, exporter: { tls: { generated: server } } }\n";
  try {
    read_server_config(file);
    ADD_FAILURE() << "accepted";
  } catch (const ScenarioError& error) {
    EXPECT_NE(std::string(error.what()).find("tracing.exporter.tls.generated: is for scenarios"), std::string::npos)
        << error.what();
  }
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace tracetax
