#include "harness/verdict/digest.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "harness/base/rng.h"
#include "harness/stats/quantile.h"

namespace tracetax {
namespace {

using namespace std::chrono_literals;

std::vector<double> lognormal_times(std::size_t n, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<double> times(n);
  for (double& time : times) time = std::floor(2e6 * std::exp(0.5 * rng.normal()));
  return times;
}

TEST(PooledTimes, AreExactAsLongAsTheyAreFew) {
  std::vector<double> all;
  PooledTimes pooled;
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const std::vector<double> times = lognormal_times(1000, seed);
    pooled.add(times);
    all.insert(all.end(), times.begin(), times.end());
  }
  std::ranges::sort(all);
  const LatencySummary summary = pooled.summary();
  EXPECT_EQ(summary.count, 5000u);
  EXPECT_EQ(summary.p50_ns, std::llround(quantile_of_sorted(all, 0.5)));
  EXPECT_EQ(summary.p99_9_ns, std::llround(quantile_of_sorted(all, 0.999)));
  EXPECT_EQ(summary.trimmed_mean_ns, std::llround(trimmed_mean_of_sorted(all)));
  EXPECT_EQ(summary.mean_ns, std::llround(mean_of(all)));
  EXPECT_EQ(summary.max_ns, std::llround(all.back()));
}

// Beyond `most_exact` they come from 4 digits, and are within one of ten thousand.
TEST(PooledTimes, AreWithinFourDigitsWhenTheyAreMany) {
  std::vector<double> all;
  PooledTimes pooled;
  for (std::uint64_t seed = 0; all.size() <= 2 * PooledTimes::most_exact; ++seed) {
    const std::vector<double> times = lognormal_times(20'000, seed);
    pooled.add(times);
    all.insert(all.end(), times.begin(), times.end());
  }
  std::ranges::sort(all);
  const LatencySummary summary = pooled.summary();
  EXPECT_EQ(summary.count, all.size());
  EXPECT_EQ(summary.mean_ns, std::llround(mean_of(all)));
  EXPECT_EQ(summary.max_ns, std::llround(all.back()));
  const auto near = [](std::int64_t got, double expected) {
    EXPECT_NEAR(static_cast<double>(got) / expected, 1, 1e-4);
  };
  near(summary.p50_ns, quantile_of_sorted(all, 0.5));
  near(summary.p90_ns, quantile_of_sorted(all, 0.9));
  near(summary.p99_ns, quantile_of_sorted(all, 0.99));
  near(summary.trimmed_mean_ns, trimmed_mean_of_sorted(all));
}

TEST(PooledTimes, NothingIsNothing) {
  EXPECT_EQ(PooledTimes{}.summary().count, 0u);
}

TrialRecord trial_of(Phase phase, const std::string& failure) {
  TrialRecord trial;
  trial.arm = "on";
  trial.phase = phase;
  trial.failure = failure;
  Sample sample;
  sample.outcome = Outcome::ok;
  sample.sent = 1us;
  sample.received = 2ms;
  trial.samples.assign(3, sample);
  return trial;
}

TEST(Digest, KeepsValuesAndPoolsButNoSamples) {
  Digest digest;
  digest.add(trial_of(Phase::blocks, {}));
  digest.add(trial_of(Phase::pairs, {}));
  digest.add(trial_of(Phase::blocks, "died"));
  ASSERT_EQ(digest.trials().size(), 3u);
  for (const TrialRecord& trial : digest.trials()) EXPECT_TRUE(trial.samples.empty());
  EXPECT_EQ(digest.values(0).values.at({"latency.p50"}), 2e6);
  ASSERT_NE(digest.pool("on", Phase::blocks), nullptr);
  EXPECT_EQ(digest.pool("on", Phase::blocks)->latency.count(), 3u);
  EXPECT_EQ(digest.pool("on", Phase::blocks)->send_lag.quantile(0.5), 1000);
  EXPECT_EQ(digest.pool("on", Phase::pairs)->latency.count(), 3u);
  EXPECT_EQ(digest.pool("off", Phase::blocks), nullptr);
}

// Room that is kept for samples that are gone grows with the calls of a run: 2.4 MB a trial of 75,000.
TEST(Digest, LetsTheRoomOfSamplesGoToo) {
  TrialRecord trial;
  trial.arm = "a";
  trial.samples.resize(1000);
  Digest digest;
  digest.add(std::move(trial));
  EXPECT_EQ(digest.trials().back().samples.capacity(), 0u);
}

// What a program sent hides nothing of what another service lost.
TEST(Spans, OfAProgramThatDoesNotSayWhatItStartedAreAllThatIsKnown) {
  TrialRecord trial;
  trial.spans["ours"] = {.started = 100, .sampled = 50, .received = 40};
  trial.spans["theirs"] = {.received = 30};
  const SpanCounts total = total_spans(trial);
  EXPECT_EQ(total.started, 130u);
  EXPECT_EQ(total.sampled, 80u);
  EXPECT_EQ(total.received, 70u);
  EXPECT_EQ(total.lost(), 10u);
}

}  // namespace
}  // namespace tracetax
