// The admin endpoint's texts.

#include "mock_servers/common/service_metrics.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace tracetax::service {
namespace {

ServiceNumbers numbers() {
  ServiceNumbers out{"mcp-server"};
  out.spans.started = 1;
  out.spans.sampled = 2;
  out.spans.ended = 3;
  out.spans.exported = 4;
  out.spans.export_failed = 5;
  out.spans.exports = 6;
  out.spans.kept_late = 7;
  out.spans.held_dropped = 8;
  out.spans.rejected = 11;
  out.spans.retries = 12;
  out.requests.ok = 7;
  out.requests.tool_error = 8;
  out.requests.protocol_error = 9;
  out.requests.in_flight = 10;
  out.started_at = 1700000000.25;
  return out;
}

TEST(OpenMetrics, HasEveryFamilyOnceAndEnds) {
  const auto text = openmetrics(numbers(), "# TYPE own gauge\nown 3\n");
  for (const char* line : {"# TYPE tracetax_spans_started counter\n",
                           "\ntracetax_spans_started_total 1\n",
                           "\ntracetax_spans_sampled_total 2\n",
                           "\ntracetax_spans_ended_total 3\n",
                           "\ntracetax_spans_exported_total 4\n",
                           "\ntracetax_spans_export_failed_total 5\n",
                           "\ntracetax_span_exports_total 6\n",
                           "\ntracetax_spans_kept_late_total 7\n",
                           "\ntracetax_spans_held_dropped_total 8\n",
                           "\ntracetax_requests_total{outcome=\"ok\"} 7\n",
                           "\ntracetax_requests_total{outcome=\"tool_error\"} 8\n",
                           "\ntracetax_requests_total{outcome=\"protocol_error\"} 9\n",
                           "\ntracetax_requests_in_flight 10\n",
                           "\ntracetax_spans_rejected_total 11\n",
                           "\ntracetax_span_export_retries_total 12\n",
                           "\nspans_created_total 1\n",
                           "\nspans_exported_total 4\n",
                           "\ntrace_errors_total 5\n",
                           "\nprocess_start_time_seconds 1700000000.250\n",
                           "\nown 3\n"}) {
    const auto first = text.find(line);
    EXPECT_NE(first, std::string::npos) << line;
    EXPECT_EQ(text.find(line, first + 1), std::string::npos) << line;
  }
  EXPECT_TRUE(text.ends_with("\n# EOF\n"));
}

TEST(OpenMetrics, TheExporterIsUpAsItsLastExportWas) {
  ServiceNumbers now = numbers();
  EXPECT_EQ(openmetrics(now, "").find("\nexporter_up "), std::string::npos);  // before the first
  now.spans.exporter_up = true;
  EXPECT_NE(openmetrics(now, "").find("\nexporter_up 1\n"), std::string::npos);
  now.spans.exporter_up = false;
  EXPECT_NE(openmetrics(now, "").find("\nexporter_up 0\n"), std::string::npos);
}

TEST(OpenMetrics, EndsLinesOfFamiliesThatDoNot) {
  EXPECT_TRUE(openmetrics(numbers(), "own 3").ends_with("own 3\n# EOF\n"));
  EXPECT_TRUE(openmetrics(numbers(), "").ends_with("250\n# EOF\n"));
}

TEST(Stats, AreJson) {
  EXPECT_EQ(nlohmann::json::parse(stats_json(numbers())), nlohmann::json({{"service", "mcp-server"},
                                                                          {"pid", getpid()},
                                                                          {"spans",
                                                                           {{"started", 1},
                                                                            {"sampled", 2},
                                                                            {"ended", 3},
                                                                            {"exported", 4},
                                                                            {"export_failed", 5},
                                                                            {"exports", 6},
                                                                            {"kept_late", 7},
                                                                            {"held_dropped", 8},
                                                                            {"rejected", 11},
                                                                            {"retries", 12}}},
                                                                          {"requests", 24}}));
  const auto flushed = nlohmann::json::parse(flush_json(true, numbers().spans));
  EXPECT_EQ(flushed["flushed"], true);
  EXPECT_EQ(flushed["spans"]["exported"], 4);
}

TEST(Arrivals, AreAFirstTimeAndGaps) {
  EXPECT_EQ(arrivals_json({}, 0), "{\"missed\":0,\"gaps_ns\":[]}\n");
  const std::vector<Nanos> times{Nanos(5'000'000'000'123), Nanos(5'000'000'000'200), Nanos(5'000'000'001'200)};
  EXPECT_EQ(arrivals_json(times, 7), "{\"missed\":7,\"first_ns\":5000000000123,\"gaps_ns\":[77,1000]}\n");
}

TEST(Arrivals, BeyondTheRoomTheyAreCounted) {
  ArrivalLog log(2);
  const std::size_t room = log.times.capacity();
  for (std::size_t i = 0; i < room + 3; ++i) log.add(Nanos(static_cast<std::int64_t>(i)));
  EXPECT_EQ(log.times.size(), room);
  EXPECT_EQ(log.missed, 3u);
}

}  // namespace
}  // namespace tracetax::service
