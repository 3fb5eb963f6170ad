#pragma once
// What one trial measured: the samples, and what the kernel, the services and the sink said about the same window.
// Written when the trial ends and never changed afterwards; everything in a result is a function of these.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/time.h"
#include "harness/results/sample.h"
#include "harness/scenario/phase.h"

namespace tracetax {

struct OutcomeCounts {
  std::uint64_t planned = 0;
  std::uint64_t ok = 0, tool_error = 0, protocol_error = 0, timed_out = 0, disconnected = 0, never_sent = 0;

  void add(Outcome);  // also counts it as planned
  std::uint64_t sent() const { return planned - never_sent; }
  std::uint64_t failed() const { return planned - ok; }
  bool adds_up() const;
  OutcomeCounts& operator+=(const OutcomeCounts&);
};
OutcomeCounts count_outcomes(const std::vector<Sample>&);

// From the kernel, over the window and the flush that ends it. All processes of the service in this arm together.
struct ServiceUsage {
  std::string name;  // "router", "gateway", a server's name, "sink"
  std::uint32_t processes = 0;
  Nanos cpu{};                               // CPU time of all threads
  std::uint64_t memory_bytes = 0;            // PSS at the end of the window
  std::uint64_t network_sent_bytes = 0;      // TCP payload, from the kernel's socket statistics;
  std::uint64_t network_received_bytes = 0;  // connections that came and went within the window are missing
};

// started = not_sampled + sampled (counted in the services); sampled = received + lost (received: counted in the sink).
struct SpanCounts {
  std::uint64_t started = 0, sampled = 0, received = 0;
  std::uint64_t bytes = 0;  // OTLP payload received
  std::uint64_t lost() const { return sampled > received ? sampled - received : 0; }
  SpanCounts& operator+=(const SpanCounts&);
};

// How the spans of the trial fit together, as the sink saw it after the flush.
struct TraceSummary {
  std::uint64_t traces = 0;
  std::uint64_t orphans =
      0;  // spans whose parent was not received, roots and spans under a client's own context left out
  std::uint64_t multi_root = 0;  // traces with more than one root
  std::uint64_t requests = 0;    // export requests
  std::map<std::string, std::uint64_t>
      service_sets{};  // "mcp-gateway,mcp-router,tools" -> traces that passed exactly these
  std::uint64_t complete(const std::string& service_set) const;
};

// The calls as the first hop saw them come, by its own clock readings, which are of the generator's clock.
struct ArrivalSummary {
  std::uint64_t count = 0;       // 0: the first hop is no mock of ours, or an older one
  double rate_per_s = 0;         // gaps ÷ time from the first to the last
  double planned_per_s = 0;      // the same of the times at which the calls were due
  double variation = 0;          // coefficient of variation of the gaps
  double planned_variation = 0;  // the same of the times at which the calls were due
  double fit_distance = 0;       // poisson, phase "blocks": Kolmogorov-Smirnov distance from the process asked for,
  double fit_p = 1;              // and how often a true Poisson stream is as far away
  std::int64_t delay_p50_ns = 0, delay_p99_ns = 0;  // arrived − due, in the order of both; 0: their numbers differ
};

// OTLP payload that the sink took in one step of time.
struct ExportStep {
  std::int64_t at_ns = 0;  // since the window began, rounded up to the sink's milliseconds
  std::uint64_t bytes = 0;
};

struct TrialRecord {
  std::uint32_t number = 0;  // from 0, in the order in which they ran
  std::uint32_t block = 0;
  std::uint32_t launch = 0;    // which start of the stacks
  std::uint32_t position = 0;  // within the block
  Phase phase = Phase::blocks;
  std::string arm;
  std::int64_t started_at_unix_ns = 0;
  Nanos window{};    // planned length
  Nanos duration{};  // from the window's start to its last answer
  OutcomeCounts calls{};
  std::map<std::string, std::uint64_t> reasons{};  // why how many calls had no result; tool errors are none of them
  std::vector<Sample> samples{};
  std::vector<ServiceUsage> services{};
  std::map<std::string, SpanCounts> spans{};  // by service
  TraceSummary traces{};
  std::uint64_t bytes_in_window = 0;  // OTLP payload that had reached the sink when the window ended, before the flush
  std::vector<ExportStep> exports{};  // all of it, the flush included, by when it arrived
  Nanos flush{};                      // how long the services took to export what was pending
  Nanos generator_cpu{};   // CPU time of the load threads; this and the next two in pairs of all arms together
  Nanos generator_spun{};  // the part of it that was spent waiting awake
  std::uint64_t generator_preempted = 0;  // times that the kernel took a load thread off its core (ru_nivcsw)
  ArrivalSummary arrivals{};
  double steal_share = 0;  // of all cores' time over the window, taken by the hypervisor
  std::vector<std::string> warnings{};
  std::string failure{};  // not empty: the trial is not valid, and why
};

}  // namespace tracetax
