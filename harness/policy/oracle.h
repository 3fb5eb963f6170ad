#pragma once
// Which traces a Collector keeps, and why: its samplers' rules applied to the spans that it was sent. Pure.
//
// What depends on trace ids, tracestates and the content of spans is exact. What depends on when the Collector's clock
// ticked, in which order it took the traces of a tick, or on settings not known here is `uncertain`, with the reason.
// docs/collector.md.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/policy/collector_config.h"
#include "harness/policy/keep.h"

namespace tracetax::policy {

struct Decision {
  otlp::TraceId trace{};
  Keep keep = Keep::no;      // does any of its spans come out?
  Keep complete = Keep::no;  // do all of them?
  std::string policy{};      // the policy of tail_sampling that keeps or drops it, else the processor; may be empty
  std::string why{};
  std::uint64_t late_spans = 0;  // came after the decision, certainly
};

struct Expected {
  std::vector<Decision> decisions{};  // in the order of the traces
  // How many traces are kept. Without limits on rates: from all that are certain to all that are possible, and the
  // middle. With them: least, most and mean of simulated runs, in which the phase of the Collector's clock and the
  // order within a tick are drawn.
  double low = 0, expected = 0, high = 0;
  std::uint64_t evicted = 0;     // forgotten before a decision because there were too many, certainly
  std::uint64_t late_spans = 0;  // as above, of all traces
};

struct OracleOptions {
  // How far the times of arrival at hand may be from those at the sampler, and its clock may be late.
  Nanos tolerance = std::chrono::milliseconds(500);
  int runs = 200;  // of the simulation of limits
  std::uint64_t seed = 1;
};

// `traces` is all that the pipeline was sent, from its start. A trace none of whose spans has a time of arrival came at
// once.
Expected expect_kept(const Pipeline& pipeline, std::span<const otlp::Trace> traces, const OracleOptions& options = {});

}  // namespace tracetax::policy
