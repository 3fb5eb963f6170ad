#include "harness/telemetry/retry.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <thread>

namespace tracetax::telemetry {

namespace {

// How soon a pause ends when the service does.
constexpr Nanos slice = std::chrono::milliseconds(20);

double draw() {
  // Not from the run's seed: many exporters that a receiver refused at one time must not come back at one time.
  thread_local std::minstd_rand random(std::random_device{}());
  return std::uniform_real_distribution<double>(0, 1)(random);
}

void pause(Nanos length, const Counters& counters) {
  const Nanos end = monotonic_now() + length;
  while (!counters.closing.load(std::memory_order_relaxed)) {
    const Nanos rest = end - monotonic_now();
    if (rest <= Nanos::zero()) return;
    std::this_thread::sleep_for(std::min(rest, slice));
  }
}

}  // namespace

std::optional<Nanos> pause_after(const ExportRetry& retry, std::uint32_t made, std::optional<Nanos> server_says,
                                 Nanos left, double random) {
  if (made >= retry.attempts) return {};
  const double grown = static_cast<double>(retry.initial.count()) * std::pow(retry.multiplier, made - 1);
  const double longest = std::min(grown, static_cast<double>(retry.max.count()));
  Nanos pause(static_cast<std::int64_t>(longest * random));
  if (server_says) pause = std::max(pause, *server_says);
  if (pause >= left) return {};
  return pause;
}

bool attempt_export(const ExportRetry& retry, Nanos timeout, Counters& counters,
                    const std::function<Attempt(Nanos left)>& once) {
  const Nanos end = monotonic_now() + timeout;
  for (std::uint32_t made = 1;; ++made) {
    const Attempt attempt = once(end - monotonic_now());
    if (attempt.result != Attempt::Result::retryable) return attempt.result == Attempt::Result::accepted;
    const auto wait = pause_after(retry, made, attempt.server_says, end - monotonic_now(), draw());
    if (!wait) return false;
    pause(*wait, counters);
    if (counters.closing.load(std::memory_order_relaxed)) return false;
    counters.retries.fetch_add(1, std::memory_order_relaxed);
  }
}

}  // namespace tracetax::telemetry
