#include "mock_servers/sink/metric_counters.h"

#include <algorithm>

#include <google/protobuf/arena.h>
#include <nlohmann/json.hpp>
#include <opentelemetry/proto/collector/metrics/v1/metrics_service.pb.h>

namespace tracetax::sink {
namespace {

namespace pb = google::protobuf;
namespace otlp = opentelemetry::proto;
using otlp::collector::metrics::v1::ExportMetricsServiceRequest;
using Texts = std::map<std::string, std::string>;

std::string text_of(const otlp::common::v1::AnyValue& value) {
  using Any = otlp::common::v1::AnyValue;
  switch (value.value_case()) {
    case Any::kStringValue:
      return value.string_value();
    case Any::kBoolValue:
      return value.bool_value() ? "true" : "false";
    case Any::kIntValue:
      return std::to_string(value.int_value());
    case Any::kDoubleValue:
      return nlohmann::json(value.double_value()).dump();
    default:
      return value.ShortDebugString();
  }
}

template <class Attributes>
Texts texts_of(const Attributes& attributes) {
  Texts texts;
  for (const auto& attribute : attributes) texts[attribute.key()] = text_of(attribute.value());
  return texts;
}

// Lengths keep apart what separators in the texts themselves would run together.
void add_part(std::string& key, std::string_view text) {
  key += std::to_string(text.size());
  key += ':';
  key += text;
}

std::string key_of(const std::string& scope, const CounterSum& sum) {
  std::string key;
  add_part(key, sum.name);
  for (const Texts* texts : {&sum.resource, &sum.attributes}) {
    for (const auto& [name, value] : *texts) {
      add_part(key, name);
      add_part(key, value);
    }
    key += ';';
  }
  add_part(key, scope);
  return key;
}

double value_of(const otlp::metrics::v1::NumberDataPoint& point) {
  return point.value_case() == otlp::metrics::v1::NumberDataPoint::kAsInt ? static_cast<double>(point.as_int())
                                                                          : point.as_double();
}

}  // namespace

void MetricCounters::add(Series& series, bool cumulative, std::int64_t start, std::int64_t time, double value) {
  const bool first = series.time == 0;
  const double before = series.sum.value + series.current;
  if (!cumulative) {
    if (!first && start == series.start && time == series.time) return;
    series.sum.value += value;
  } else {
    // What comes late, or from before the present start, is in what is known already.
    if (!first && (start < series.start || (start == series.start && time < series.time))) return;
    if (!first && (start > series.start || value < series.current)) series.sum.value += series.current;
    series.current = value;
  }
  series.start = start;
  series.time = time;
  totals_.newest_unix_ns = std::max(totals_.newest_unix_ns, time);
  if (series.sum.value + series.current > before) totals_.grew_unix_ns = std::max(totals_.grew_unix_ns, time);
}

bool MetricCounters::take(std::string_view protobuf) {
  pb::Arena arena;
  auto* const request = pb::Arena::CreateMessage<ExportMetricsServiceRequest>(&arena);
  const bool readable = request->ParseFromArray(protobuf.data(), static_cast<int>(protobuf.size()));
  const std::lock_guard lock(mutex_);
  if (!readable) {
    ++totals_.malformed;
    return false;
  }
  ++totals_.requests;
  for (const auto& resource : request->resource_metrics()) {
    for (const auto& scope : resource.scope_metrics()) {
      for (const auto& metric : scope.metrics()) {
        if (!metric.has_sum() || !metric.sum().is_monotonic()) continue;
        const auto temporality = metric.sum().aggregation_temporality();
        for (const auto& point : metric.sum().data_points()) {
          if ((point.flags() & otlp::metrics::v1::DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK) != 0) continue;
          ++totals_.points;
          CounterSum sum{metric.name(), texts_of(resource.resource().attributes()), texts_of(point.attributes())};
          Series& series = series_[key_of(scope.scope().name(), sum)];
          if (series.sum.name.empty()) series.sum = std::move(sum);
          add(series, temporality != otlp::metrics::v1::AGGREGATION_TEMPORALITY_DELTA,
              static_cast<std::int64_t>(point.start_time_unix_nano()),
              static_cast<std::int64_t>(point.time_unix_nano()), value_of(point));
        }
      }
    }
  }
  return true;
}

CounterReport MetricCounters::report() const {
  const std::lock_guard lock(mutex_);
  CounterReport report = totals_;
  for (const auto& [key, series] : series_) {
    report.counters.push_back(series.sum);
    report.counters.back().value += series.current;
  }
  return report;
}

}  // namespace tracetax::sink
