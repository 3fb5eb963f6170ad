#pragma once
// The processor tail_sampling over all the traces that come to it. Within the module.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/policy/limit_runs.h"
#include "harness/policy/oracle.h"

namespace tracetax::policy {

struct TailTrace {
  const otlp::TraceId* id = nullptr;
  std::vector<SeenSpan>* spans = nullptr;  // at least one; sorted by arrival afterwards
  bool content_known = true;
};

struct TailAnswer {
  Keep keep = Keep::no;
  bool may_miss_some = false;  // kept, but late spans may not follow
  bool evicted = false;
  std::string policy{};
  std::string why{};
  std::uint64_t late_spans = 0;
};

class TailStage {
 public:
  // `slack` is how far times may be off; `timed` is false when they say nothing about this sampler.
  TailStage(const TailSampling& settings, Nanos slack, bool timed, const OracleOptions& options);
  std::vector<TailAnswer> answers(const std::vector<TailTrace>& traces);
  // Played through by answers(), when there are limits.
  const std::optional<LimitRuns>& runs() const { return runs_; }

 private:
  void prepare(const std::vector<TailTrace>& traces);
  void play_limits();
  TailAnswer answer(const TailTrace& trace, std::size_t i) const;
  Keep settled(std::size_t i) const;
  std::string why_uncertain(std::size_t i) const;
  void follow_late(const TailTrace& trace, std::size_t i, TailAnswer& answer) const;
  bool remembered(const Timeline& line, Keep keep) const;

  const TailSampling& settings_;
  const OracleOptions& options_;
  double slack_s_;
  bool timed_;
  PolicyTree tree_;
  Clock clock_;
  std::vector<Timeline> lines_{};
  std::vector<Candidate> candidates_{};
  std::vector<Keep> evicted_{};
  std::vector<double> starts_{};
  std::optional<LimitRuns> runs_{};
  std::vector<std::size_t> in_runs_{};  // the number of a trace among those played through
};

}  // namespace tracetax::policy
