#pragma once
// The policies of a tail sampler together: facts about a trace first, which never change, then the decision, in which
// limits take part that remember what they let through. Within the module.

#include <cstdint>
#include <span>
#include <vector>

#include "harness/policy/leaf.h"

namespace tracetax::policy {

// What the policies without limits say of some spans of a trace, by their number in the tree.
struct Facts {
  std::vector<Keep> answers{};
  std::int64_t spans = 0;
};

// What the limits of a tree have let through.
struct Limits {
  struct Bucket {  // golang.org/x/time/rate
    double tokens = 0;
    double last_s = 0;
  };
  std::vector<Bucket> buckets{};
  std::vector<std::vector<std::int64_t>> composites{};  // spans in this tick, for each part
  double now_s = 0;
  bool refused = false;  // anything since the caller looked

  // Counters of composite policies are those of a second, and a tick comes once a second.
  void next_tick(double at_s);
};

struct Combined {
  Keep keep = Keep::no;
  const Policy* by = nullptr;  // who keeps it, or drops it; null: nobody, or not known who
  bool dropped = false;        // by a drop policy, certainly
};

class PolicyTree {
 public:
  // The settings must outlive the tree.
  explicit PolicyTree(const TailSampling& settings);

  Facts facts(const otlp::TraceId& trace, std::span<const SeenSpan> spans, bool content_known) const;
  // Without limits, what depends on them is uncertain.
  Combined decide(const Facts& facts, Limits* limits = nullptr) const;

  bool limited() const { return buckets_ + composites_ > 0; }
  Limits full_limits() const;

 private:
  struct Branch {
    const Policy* policy;
    Texts texts;
    std::size_t number;  // of the answer, the bucket or the composite
    std::vector<Branch> parts;
  };
  Branch grow(const Policy& policy);
  void collect(const Branch& branch, const otlp::TraceId& trace, std::span<const SeenSpan> spans, bool content_known,
               Facts& facts) const;
  Keep answer(const Branch& branch, const Facts& facts, Limits* limits) const;
  Keep all_of(const Branch& branch, const Facts& facts, Limits* limits) const;
  Keep answer_rate(const RateLimiting& rule, std::size_t number, const Facts& facts, Limits* limits) const;
  Keep answer_composite(const Composite& rule, const Branch& branch, const Facts& facts, Limits* limits) const;

  bool first_match_ = false;
  std::size_t answers_ = 0, buckets_ = 0, composites_ = 0;
  std::vector<Branch> drops_{}, others_{};
  std::vector<double> bursts_{};
  std::vector<std::size_t> composite_sizes_{};
};

}  // namespace tracetax::policy
