// The oracle against the Collector's own processors, trace by trace, for every configuration in
// tests/data/policy/cases.

#include <filesystem>

#include <gtest/gtest.h>

#include "answers.h"

namespace tracetax::policy {
namespace {

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(data_file("cases"))) {
    names.push_back(file.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class KnownAnswers : public testing::TestWithParam<std::string> {};

TEST_P(KnownAnswers, AreTheOracles) {
  const CollectorConfig config = load_collector_config(data_file("cases/" + GetParam() + ".yaml"));
  ASSERT_EQ(config.pipelines.size(), 1u);
  EXPECT_TRUE(config.unknown.empty()) << config.unknown.front().text();
  std::vector<otlp::Trace> traces = known_traces();
  // In their order, so close that none is decided before the last has come.
  std::int64_t arrival = 1'700'000'000'000'000'000;
  for (otlp::Trace& trace : traces) {
    arrival += 1'000'000;
    for (otlp::Span& span : trace.spans) span.arrived_unix_ns = arrival;
  }
  OracleOptions options;
  options.tolerance = Nanos(0);
  Pipeline pipeline = config.pipelines.front();
  // The answers were made without the processors that hold spans back.
  for (Processor& processor : pipeline.processors) {
    if (auto* passing = std::get_if<Passing>(&processor.work)) passing->delay = Nanos(0);
  }
  const Expected expected = expect_kept(pipeline, traces, options);
  const auto answer = known_answers()["cases"].at(GetParam()).get<std::string>();
  ASSERT_EQ(answer.size(), traces.size());
  ASSERT_EQ(expected.decisions.size(), traces.size());
  std::size_t uncertain = 0;
  double kept = 0;
  for (std::size_t i = 0; i < traces.size(); ++i) {
    const auto spans = static_cast<std::size_t>(answer[i] - '0');
    const Decision& decision = expected.decisions[i];
    kept += spans > 0 ? 1 : 0;
    if (decision.keep == Keep::uncertain) {
      ++uncertain;
      continue;
    }
    EXPECT_EQ(decision.keep, keep_if(spans > 0)) << i << " " << otlp::to_hex(traces[i].id) << ": " << decision.why;
    EXPECT_EQ(decision.complete, keep_if(spans == traces[i].spans.size())) << i << ": " << decision.why;
  }
  EXPECT_LE(expected.low, kept);
  EXPECT_GE(expected.high, kept);
  // Only one rule depends on an order that nobody knows.
  EXPECT_EQ(uncertain > 0, GetParam() == "latency_window") << uncertain;
  EXPECT_LT(uncertain, traces.size() / 2);
}

INSTANTIATE_TEST_SUITE_P(Cases, KnownAnswers, testing::ValuesIn(case_names()),
                         [](const auto& one) { return one.param; });

TEST(KnownAnswers, AreOfTheVersionThatTheDocumentationNames) {
  const std::string page = read_text(std::string(TRACETAX_SOURCE_DIR) + "/docs/collector.md");
  for (const auto& [module, version] : known_answers()["versions"].items()) {
    if (module == "go") continue;
    EXPECT_NE(page.find(version.get<std::string>()), std::string::npos) << module << " " << version;
  }
  EXPECT_EQ(known_answers()["cases"].size(), case_names().size());
}

}  // namespace
}  // namespace tracetax::policy
