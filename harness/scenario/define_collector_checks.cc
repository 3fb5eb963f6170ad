#include "harness/scenario/check_kinds.h"

namespace tracetax::shapes {
namespace {

constexpr std::uint64_t most_bytes = std::uint64_t{1} << 50;
constexpr std::uint32_t most_tiers = 4;

}  // namespace

// What the Collectors between the services and the sink did.
std::vector<CheckKind> collector_check_kinds() {
  using A = SameAgainCheck;
  using S = SpanMetricsCheck;
  using M = CollectorMemoryCheck;
  using R = RefusalsCountedCheck;
  return {
      check_kind<A>("same_again", true,
                    record<A>({
                        arm_field<A>(),
                        field<A>("config", &A::config, text(),
                                 "configuration of the Collector that gets everything a second time; if left out, the "
                                 "first one's"),
                    })),
      check_kind<S>("span_metrics", true,
                    record<S>({
                        arm_field<S>(),
                        field<S>("counter", &S::counter, text(300), "the metric that counts the calls"),
                    })),
      check_kind<M>("collector_memory", false,
                    record<M>({
                        arm_field<M>(),
                        field<M>("tier", &M::tier, whole<std::uint32_t>(1, most_tiers), "which Collector, from 1"),
                        required(field<M>("max", &M::most, bytes(most_bytes), "proportional set size at any time")),
                    })),
      check_kind<R>("refusals_counted", true,
                    record<R>({
                        arm_field<R>(),
                        field<R>("least", &R::least, whole<std::uint64_t>(0, 1'000'000'000),
                                 "refused and dropped spans that there must be for the check to say anything"),
                    })),
  };
}

}  // namespace tracetax::shapes
