#pragma once
// details.json (schema "tracetax.details/1"): what the pictures of a report need beyond result.json. Columns, not rows,
// because a page holds it whole. docs/results.md says what each key means.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/results/trial.h"

namespace tracetax {

// Where curves over percentiles have their points, in percent.
inline constexpr std::array percent_grid{1.0,  5.0,  10.0, 20.0,  25.0,  30.0,   40.0, 50.0, 60.0,
                                         70.0, 75.0, 80.0, 85.0,  90.0,  92.5,   95.0, 97.0, 98.0,
                                         99.0, 99.5, 99.9, 99.95, 99.99, 99.999, 100.0};

// One call as a trace, as its receiver got it.
struct ExampleSpan {
  std::string id{}, parent{};  // hexadecimal; no parent: the root
  std::string service{}, name{}, kind{}, status{};
  std::int64_t start_ns = 0, duration_ns = 0;  // start: since the trace's first span began
  std::map<std::string, std::string> attributes{};
};
struct ExampleTrace {
  std::string arm{};
  std::string kind{};  // "fast", "median", "slow", "failed"
  std::string trace_id{};
  std::uint64_t of = 0;  // traces it was chosen from
  std::int64_t duration_ns = 0;
  std::vector<ExampleSpan> spans{};  // by start
};

// NaN, which the file has as null: too few calls for that quantile, or it was not measured.
struct Details {
  struct Curve {
    std::string arm{};
    Phase phase = Phase::blocks;
    std::uint64_t count = 0;                              // calls of all windows together
    std::vector<double> latency_ns{}, service_time_ns{};  // at percent_grid
  };
  // Treatment - control at each percentile: means over blocks, each with its own interval.
  struct Difference {
    std::string treatment{};
    Phase phase = Phase::blocks;
    std::uint32_t blocks = 0;
    double confidence = 0.95;  // of one point; the band is not a band for the whole curve
    std::vector<double> estimate_ns{}, low_ns{}, high_ns{};
  };
  struct Trials {
    std::vector<std::uint32_t> number{}, block{}, launch{}, position{};
    std::vector<std::string> phase{}, arm{};
    std::vector<double> began_s{}, window_s{};  // began: since the first trial did
    std::vector<std::uint64_t> calls{}, failed{};
    std::vector<double> per_s{}, p50_ns{}, p99_ns{}, cpu_per_call_ns{}, steal{};
    std::vector<bool> valid{};
  };
  // Within the windows, step by step. Empty where it would have more than `most_steps`.
  struct Timeline {
    double step_s = 1;
    std::vector<std::uint32_t> trial{};
    std::vector<double> at_s{};
    std::vector<std::uint64_t> calls{};
    std::vector<double> p50_ns{}, max_ns{};
    std::vector<std::uint64_t> export_bytes{};  // OTLP payload that reached the sink in this step
  };
  static constexpr std::size_t most_steps = 5000;
  struct Ratio {
    std::string arm{};
    double ratio = 0;
  };

  std::vector<Curve> curves{};
  std::vector<Difference> differences{};
  Trials trials{};
  Timeline timeline{};
  std::vector<Ratio> ratios{};  // of arms whose head sampler has one; 0: always_off, 1: always_on
  std::vector<ExampleTrace> traces{};
  std::string scenario{};  // scenario.resolved.yaml
  std::string command{};   // that runs it again
};

std::string write_details_json(const Details&);

// examples.json of a result folder (schema "tracetax.examples/1"). Reading throws std::runtime_error that names the key
// at fault.
std::string write_examples_json(const std::vector<ExampleTrace>&);
std::vector<ExampleTrace> read_examples_json(const std::string& json);

}  // namespace tracetax
