#include "mock_servers/sink/metric_counters.h"

#include <gtest/gtest.h>
#include <opentelemetry/proto/collector/metrics/v1/metrics_service.pb.h>

#include "mock_servers/sink/http_answer.h"

namespace tracetax::sink {
namespace {

using opentelemetry::proto::collector::metrics::v1::ExportMetricsServiceRequest;
namespace metrics = opentelemetry::proto::metrics::v1;

constexpr auto cumulative = metrics::AGGREGATION_TEMPORALITY_CUMULATIVE;
constexpr auto delta = metrics::AGGREGATION_TEMPORALITY_DELTA;

struct Point {
  std::int64_t start = 0, time = 0;
  std::int64_t value = 0;
  std::string span = "stdio.read";
};

std::string request(metrics::AggregationTemporality temporality, const std::vector<Point>& points,
                    bool monotonic = true) {
  ExportMetricsServiceRequest request;
  auto* const resource = request.add_resource_metrics();
  auto* const service = resource->mutable_resource()->add_attributes();
  service->set_key("service.name");
  service->mutable_value()->set_string_value("mcp-router");
  auto* const scope = resource->add_scope_metrics();
  auto* const metric = scope->add_metrics();
  metric->set_name("calls");
  metric->mutable_sum()->set_is_monotonic(monotonic);
  metric->mutable_sum()->set_aggregation_temporality(temporality);
  for (const Point& point : points) {
    auto* const data = metric->mutable_sum()->add_data_points();
    data->set_start_time_unix_nano(static_cast<std::uint64_t>(point.start));
    data->set_time_unix_nano(static_cast<std::uint64_t>(point.time));
    data->set_as_int(point.value);
    auto* const name = data->add_attributes();
    name->set_key("span.name");
    name->mutable_value()->set_string_value(point.span);
  }
  auto* const gauge = scope->add_metrics();
  gauge->set_name("other");
  gauge->mutable_gauge()->add_data_points()->set_as_int(7);
  return request.SerializeAsString();
}

double sum_of(const MetricCounters& counters) {
  double sum = 0;
  for (const CounterSum& one : counters.report().counters) sum += one.value;
  return sum;
}

TEST(MetricCounters, ACumulativeCounterIsItsLastValueAndNotTheSumOfAll) {
  MetricCounters counters;
  EXPECT_TRUE(counters.take(request(cumulative, {{1, 10, 100}})));
  EXPECT_TRUE(counters.take(request(cumulative, {{1, 20, 250}, {1, 20, 5, "other"}})));
  EXPECT_TRUE(counters.take(request(cumulative, {{1, 30, 250}})));
  const CounterReport report = counters.report();
  ASSERT_EQ(report.counters.size(), 2u);
  EXPECT_EQ(sum_of(counters), 255);
  EXPECT_EQ(report.counters.front().name, "calls");
  EXPECT_EQ(report.counters.front().resource.at("service.name"), "mcp-router");
  EXPECT_EQ(report.newest_unix_ns, 30);
  EXPECT_EQ(report.grew_unix_ns, 20);
  // What arrives late says nothing new.
  EXPECT_TRUE(counters.take(request(cumulative, {{1, 10, 100}})));
  EXPECT_EQ(sum_of(counters), 255);
}

TEST(MetricCounters, WhatBeginsAnewIsAdded) {
  MetricCounters counters;
  counters.take(request(cumulative, {{1, 10, 100}}));
  counters.take(request(cumulative, {{11, 20, 30}}));  // the Collector was started again
  EXPECT_EQ(sum_of(counters), 130);
  counters.take(request(cumulative, {{11, 30, 40}}));
  EXPECT_EQ(sum_of(counters), 140);
  counters.take(request(cumulative, {{1, 9, 90}}));  // from before
  EXPECT_EQ(sum_of(counters), 140);
}

TEST(MetricCounters, DeltasAreAddedAndOneThatComesTwiceCountsOnce) {
  MetricCounters counters;
  counters.take(request(delta, {{1, 10, 100}}));
  counters.take(request(delta, {{10, 20, 50}}));
  counters.take(request(delta, {{10, 20, 50}}));
  EXPECT_EQ(sum_of(counters), 150);
}

TEST(MetricCounters, WhatMayFallIsNoCounterAndWhatIsNoRequestIsCounted) {
  MetricCounters counters;
  EXPECT_TRUE(counters.take(request(cumulative, {{1, 10, 100}}, false)));
  EXPECT_FALSE(counters.take("\xff\xff\xff"));
  const CounterReport report = counters.report();
  EXPECT_TRUE(report.counters.empty());
  EXPECT_EQ(report.requests, 1u);
  EXPECT_EQ(report.malformed, 1u);
}

TEST(MetricCounters, ComeOverHttpAndAreNoSpans) {
  Store store(1 << 20);
  Faults faults;
  const std::string body = request(cumulative, {{1, 10, 100}});
  const auto post = [&](const char* type, std::string what) {
    return answer_export({"POST", "/v1/metrics", type, "", std::move(what)}, store, faults);
  };
  EXPECT_EQ(post("application/x-protobuf", body).status, 200);
  EXPECT_EQ(post("application/x-protobuf", "\xff\xff").status, 400);
  EXPECT_EQ(post("application/json", "{}").status, 415);
  EXPECT_EQ(sum_of(store.counters()), 100);
  EXPECT_EQ(store.flush().requests, 0u);
}

}  // namespace
}  // namespace tracetax::sink
