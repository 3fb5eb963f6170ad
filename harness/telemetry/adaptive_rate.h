#pragma once
// A ratio that follows the load. Time is given in; no part of the SDK is needed.
//
// At the end of each interval the traces offered in it give a rate, and the mean of it with the estimate so far is the
// new estimate (exponential smoothing, weight 1/2; the first interval's rate stands as it is). The ratio wanted is
// target / estimate, held within floor and max; it is taken when it differs from the one in force by more than delta of
// that. A step of the load is so halved in the estimate with every interval: after n intervals the part 2^-n is left,
// and the rate kept is within delta of the target, but for chance, after 4 to 7 intervals even of a step of 100 times.

#include <atomic>
#include <cstdint>
#include <mutex>

#include "harness/base/time.h"
#include "harness/scenario/sampler_config.h"

namespace tracetax::telemetry {

class AdaptiveRate {
 public:
  AdaptiveRate(const AdaptiveConfig&, Nanos now);
  // A trace is offered at `now` (monotonic clock): the threshold (ratio_threshold()) of the ratio in force for it.
  // Thread-safe; takes a lock once an interval.
  std::uint64_t offered(Nanos now);

  double ratio() const { return ratio_.load(std::memory_order_relaxed); }
  // Traces per second; -1 until the first interval is over.
  double estimate() const { return estimate_.load(std::memory_order_relaxed); }

 private:
  void close_interval(Nanos now);

  const AdaptiveConfig config_;
  std::atomic<std::int64_t> ends_at_;
  std::atomic<std::uint64_t> count_{0};
  std::atomic<std::uint64_t> threshold_;
  std::atomic<double> ratio_, estimate_{-1};
  std::mutex closing_{};
};

}  // namespace tracetax::telemetry
