#pragma once
// Counters out of OTLP metrics: what a Collector's connectors make of spans. Only sums that never fall are kept.

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace tracetax::sink {

struct CounterSum {
  std::string name{};
  std::map<std::string, std::string> resource{};    // attributes as text
  std::map<std::string, std::string> attributes{};  // of the data points
  double value = 0;                                 // all that was counted since the first point
};

struct CounterReport {
  std::uint64_t requests = 0;
  std::uint64_t points = 0;            // of counters
  std::uint64_t malformed = 0;         // requests that are no ExportMetricsServiceRequest
  std::int64_t newest_unix_ns = 0;     // the latest time of a point
  std::int64_t grew_unix_ns = 0;       // and of one with which a counter grew
  std::vector<CounterSum> counters{};  // by name, resource and attributes
};

// Follows OpenTelemetry's data model for sums ("Metrics Data Model", Sums, Resets and Gaps): a cumulative point says
// what has been counted since its start time, so of one start time the last one holds, and a later start time (or a
// value that falls) begins anew and is added; delta points are added up, and one that comes again, because its sender
// did not hear that it had arrived, counts once. Any thread.
class MetricCounters {
 public:
  // False, and counted, when the bytes are no ExportMetricsServiceRequest.
  bool take(std::string_view protobuf);
  CounterReport report() const;

 private:
  struct Series {
    CounterSum sum{};  // value: of earlier start times, and of delta points
    std::int64_t start = 0, time = 0;
    double current = 0;  // cumulative: since `start`
  };
  void add(Series& series, bool cumulative, std::int64_t start, std::int64_t time, double value);

  mutable std::mutex mutex_{};
  std::map<std::string, Series> series_{};
  CounterReport totals_{};  // without the counters
};

}  // namespace tracetax::sink
