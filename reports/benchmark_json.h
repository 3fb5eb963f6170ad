#pragma once
// A Result for services that keep the history of benchmarks.

#include <string>

#include "harness/results/result.h"

namespace tracetax {

// What github-action-benchmark reads as `tool: customSmallerIsBetter`: an array of {name, unit, value, range, extra}
// (github.com/benchmark-action/github-action-benchmark#readme, "customSmallerIsBetter"). The action compares two values
// by their ratio, which means nothing for an overhead near 0; so a value is the treatment in per cent of its control,
// and the ratio of two of them is the growth that `tracetax compare` speaks of. Of throughput it is control ÷
// treatment, so that smaller is better. What has no relative change (the control's value is 0) is in its own unit.
std::string render_benchmark_action(const Result& result);

// Bencher Metric Format: {"benchmark": {"measure": {value, lower_value, upper_value}}}
// (bencher.dev/docs/reference/bencher-metric-format). A benchmark is "scenario/arm" or "scenario/arm/service"; measures
// are "latency-p50-cost" (treatment − control in ns, bytes, a fraction or calls a second) and "latency-p50-ratio"
// (treatment ÷ control), with "-pairs" behind them for that phase.
std::string render_bencher(const Result& result);

}  // namespace tracetax
