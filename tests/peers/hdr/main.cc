// tracetax_hdr_peer write DIR: ours.hlog of random samples, and ours.json with what a reader should find in it.
// tracetax_hdr_peer read DIR: theirs.hlog, and what we find in it to stdout in the same form.
#include <cmath>
#include <cstdio>
#include <exception>
#include <string>

#include <nlohmann/json.hpp>

#include "harness/base/rng.h"
#include "harness/results/files.h"
#include "harness/results/histogram.h"

namespace tracetax {
namespace {

using nlohmann::json;

constexpr double start_time_s = 1767348900.25;

json described(const IntervalLog& log) {
  json intervals = json::array();
  for (const LogInterval& interval : log.intervals) {
    json percentiles = json::object();
    for (const double percentile : {0.0, 1.0, 10.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9, 99.99, 100.0}) {
      percentiles[json(percentile).dump()] = interval.histogram.percentile(percentile);
    }
    intervals.push_back({{"tag", interval.tag},
                         {"start_ms", std::llround((log.start_time_s + interval.start_s) * 1000)},
                         {"length_ms", std::llround(interval.length_s * 1000)},
                         {"count", interval.histogram.count()},
                         {"min", interval.histogram.min()},
                         {"max", interval.histogram.max()},
                         {"mean", interval.histogram.mean()},
                         {"percentiles", std::move(percentiles)}});
  }
  return intervals;
}

IntervalLog random_log() {
  IntervalLog log;
  log.start_time_s = start_time_s;
  log.comment = "values: nanoseconds; made by a test";
  Rng rng(20260102);
  const auto record = [&](Histogram& histogram, double value) { histogram.record(static_cast<std::int64_t>(value)); };
  for (int second = 0; second < 5; ++second) {
    for (const char* arm : {"untraced", "ratio10", ""}) {
      LogInterval interval{.tag = arm, .start_s = static_cast<double>(second), .length_s = 1};
      // Counts of one, of a few, and of many; the last interval of each arm stays empty.
      const int samples = second == 4 ? 0 : static_cast<int>(std::pow(17, second));
      for (int i = 0; i < samples; ++i) record(interval.histogram, std::exp(14.5 + rng.normal()));
      log.intervals.push_back(std::move(interval));
    }
  }
  LogInterval extremes{.tag = "extremes", .start_s = 5.125, .length_s = 0.5};
  for (const std::int64_t value :
       {std::int64_t{0}, std::int64_t{1}, std::int64_t{2047}, std::int64_t{2048}, std::int64_t{60'000'000'000}}) {
    extremes.histogram.record(value, 1 + value % 7);
  }
  log.intervals.push_back(std::move(extremes));

  LogInterval many{.tag = "many", .start_s = 5.625, .length_s = 0.25};
  many.histogram.record(123'456, std::int64_t{1} << 40);
  log.intervals.push_back(std::move(many));
  return log;
}

int run(const std::string& verb, const std::filesystem::path& dir) {
  if (verb == "write") {
    const IntervalLog log = random_log();
    write_file_atomically(dir / "ours.hlog", write_interval_log(log));
    write_file_atomically(dir / "ours.json", described(log).dump(1));
    return 0;
  }
  if (verb == "read") {
    std::puts(described(read_interval_log(read_file(dir / "theirs.hlog"))).dump(1).c_str());
    return 0;
  }
  std::fprintf(stderr, "unknown verb %s\n", verb.c_str());
  return 2;
}

}  // namespace
}  // namespace tracetax

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: tracetax_hdr_peer write|read DIR\n", stderr);
    return 2;
  }
  try {
    return tracetax::run(argv[1], argv[2]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tracetax_hdr_peer: %s\n", error.what());
    return 1;
  }
}
