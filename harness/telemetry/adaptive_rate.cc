#include "harness/telemetry/adaptive_rate.h"

#include <algorithm>
#include <cmath>

#include "harness/telemetry/trace_ratio.h"

namespace tracetax::telemetry {
namespace {

constexpr double weight = 0.5;  // of the newest interval

}  // namespace

AdaptiveRate::AdaptiveRate(const AdaptiveConfig& config, Nanos now)
    : config_(config),
      ends_at_((now + config.interval).count()),
      threshold_(ratio_threshold(config.base)),
      ratio_(config.base) {}

std::uint64_t AdaptiveRate::offered(Nanos now) {
  if (now.count() >= ends_at_.load(std::memory_order_relaxed)) close_interval(now);
  count_.fetch_add(1, std::memory_order_relaxed);
  return threshold_.load(std::memory_order_relaxed);
}

void AdaptiveRate::close_interval(Nanos now) {
  const std::lock_guard lock(closing_);
  const std::int64_t ends_at = ends_at_.load(std::memory_order_relaxed);
  if (now.count() < ends_at) return;  // another thread was first
  const double rate = static_cast<double>(count_.exchange(0, std::memory_order_relaxed)) / to_seconds(config_.interval);
  const double before = estimate_.load(std::memory_order_relaxed);
  double estimate = before < 0 ? rate : weight * rate + (1 - weight) * before;
  // Nobody called in further intervals: nothing was offered in them.
  const std::int64_t empty = (now.count() - ends_at) / config_.interval.count();
  estimate *= std::pow(1 - weight, static_cast<double>(empty));
  const double wanted = std::clamp(estimate > 0 ? config_.target / estimate : config_.max, config_.floor, config_.max);
  const double ratio = ratio_.load(std::memory_order_relaxed);
  if (std::abs(wanted - ratio) > config_.delta * ratio) {
    ratio_.store(wanted, std::memory_order_relaxed);
    threshold_.store(ratio_threshold(wanted), std::memory_order_relaxed);
  }
  estimate_.store(estimate, std::memory_order_relaxed);
  ends_at_.store(ends_at + (empty + 1) * config_.interval.count(), std::memory_order_relaxed);
}

}  // namespace tracetax::telemetry
