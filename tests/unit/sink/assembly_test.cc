#include <gtest/gtest.h>

#include "mock_servers/sink/trace_assembly.h"
#include "tests/unit/sink/requests.h"

namespace tracetax::sink {
namespace {

// Through the decoder, so that flags and ids are those of OTLP.
TraceReport report_of(const std::vector<std::vector<TestSpan>>& requests) {
  std::vector<ServiceBatch> batches;
  for (const auto& spans : requests) {
    const auto decoded = decode(request(spans)).value();
    batches.insert(batches.end(), decoded.begin(), decoded.end());
  }
  return assemble(batches);
}

using Sets = std::map<std::string, std::uint64_t>;

TEST(Assembly, NothingIsNothing) {
  const TraceReport report = assemble({});
  EXPECT_EQ(report.spans + report.traces + report.roots + report.orphans + report.duplicates, 0u);
  EXPECT_TRUE(report.service_sets.empty());
}

TEST(Assembly, ATraceOfThreeServicesArrivesInAnyOrder) {
  const TraceReport report = report_of({{{"tools", 1, 5, 4}},
                                        {{"mcp-gateway", 1, 3, 2}, {"mcp-gateway", 1, 4, 3}},
                                        {{"mcp-router", 1, 1}, {"mcp-router", 1, 2, 1}}});
  EXPECT_EQ(report.spans, 5u);
  EXPECT_EQ(report.traces, 1u);
  EXPECT_EQ(report.roots, 1u);
  EXPECT_EQ(report.multi_root, 0u);
  EXPECT_EQ(report.orphans, 0u);
  EXPECT_EQ(report.service_sets, (Sets{{"mcp-gateway,mcp-router,tools", 1}}));
  EXPECT_EQ(report.services.at("mcp-gateway").spans, 2u);
  EXPECT_EQ(report.services.at("tools").spans, 1u);
}

TEST(Assembly, ServiceSetsCountTraces) {
  const TraceReport report = report_of({{{"a", 1, 1}, {"b", 1, 2, 1}, {"a", 2, 1}, {"b", 3, 1}, {"a", 4, 1}}});
  EXPECT_EQ(report.service_sets, (Sets{{"a,b", 1}, {"a", 2}, {"b", 1}}));
  EXPECT_EQ(report.traces, 4u);
}

TEST(Assembly, UpkeepIsNoTraceOfACall) {
  TestSpan connect{"mcp-gateway", 9, 1};
  connect.client = true;
  TestSpan forward{"mcp-gateway", 1, 2, 1};
  forward.client = true;
  const TraceReport report = report_of({{connect, {"mcp-gateway", 1, 1}, forward}});
  EXPECT_EQ(report.spans, 3u);
  EXPECT_EQ(report.background, 1u);
  EXPECT_EQ(report.traces, 1u);
  EXPECT_EQ(report.roots, 1u);
  EXPECT_EQ(report.service_sets, (Sets{{"mcp-gateway", 1}}));
}

TEST(Assembly, OneIdInTwoTracesIsTwoSpans) {
  const TraceReport report = report_of({{{"a", 1, 1}, {"a", 2, 1}, {"a", 2, 2, 1}}});
  EXPECT_EQ(report.spans, 3u);
  EXPECT_EQ(report.duplicates, 0u);
  EXPECT_EQ(report.orphans, 0u);
}

TEST(Assembly, DuplicatesAreCountedOnceAsSpans) {
  const std::vector<TestSpan> batch{{"a", 1, 1}, {"a", 1, 2, 1}};
  const TraceReport report = report_of({batch, batch, batch});
  EXPECT_EQ(report.spans, 2u);
  EXPECT_EQ(report.duplicates, 4u);
  EXPECT_EQ(report.services.at("a").spans, 2u);
  EXPECT_EQ(report.roots, 1u);
  EXPECT_EQ(report.multi_root, 0u);
}

struct RootCase {
  const char* what;
  std::vector<TestSpan> spans;
  std::uint64_t roots, multi_root, orphans;
};

TEST(Assembly, RootsAndOrphans) {
  const RootCase cases[] = {
      {"two roots", {{"a", 1, 1}, {"a", 1, 2}, {"a", 1, 3, 1}}, 2, 1, 0},
      {"a lost span in the middle", {{"a", 1, 1}, {"b", 1, 3, 2}}, 1, 0, 1},
      {"the same, whatever the flags say", {{"a", 1, 1}, {"b", 1, 3, 2, remote_parent}}, 1, 0, 1},
      {"two children of a lost span", {{"a", 1, 1}, {"b", 1, 3, 2}, {"b", 1, 4, 2}}, 1, 0, 2},
      {"called from outside", {{"a", 1, 2, 1, remote_parent}, {"a", 1, 3, 2, local_parent}}, 1, 0, 0},
      {"called from outside, an SDK without the flags", {{"a", 1, 2, 1}, {"a", 1, 3, 2}}, 1, 0, 0},
      {"two calls of one outside span", {{"a", 1, 2, 1}, {"a", 1, 3, 1}}, 1, 0, 0},
      {"a lost root: the child knows it was local", {{"a", 1, 2, 1, local_parent}}, 0, 0, 1},
      {"two different parents missing", {{"a", 1, 2, 1}, {"a", 1, 4, 3}}, 0, 0, 2},
      {"called from outside, and a span lost", {{"a", 1, 2, 1, remote_parent}, {"b", 1, 4, 3, local_parent}}, 0, 0, 2},
      {"its own parent", {{"a", 1, 1, 1}}, 0, 0, 0},
  };
  for (const RootCase& one : cases) {
    SCOPED_TRACE(one.what);
    const TraceReport report = report_of({one.spans});
    EXPECT_EQ(report.traces, 1u);
    EXPECT_EQ(report.roots, one.roots);
    EXPECT_EQ(report.multi_root, one.multi_root);
    EXPECT_EQ(report.orphans, one.orphans);
  }
}

}  // namespace
}  // namespace tracetax::sink
