#include "harness/policy/limit_runs.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "harness/base/rng.h"

namespace tracetax::policy {
namespace {

// The number of the tick in which a trace is decided; ticks come at number + phase seconds.
std::int64_t tick_of(const Timeline& line, const Clock& clock, double phase) {
  const auto tick = [&](double at_s, double wait_s) {
    return static_cast<std::int64_t>(std::ceil(at_s - phase) + wait_s);
  };
  const std::int64_t plain = tick(line.first_s, clock.wait_s);
  return line.root_s ? std::min(plain, tick(*line.root_s, *clock.wait_after_root_s)) : plain;
}

const Facts& facts_at(const Candidate& candidate, double at_s) {
  const auto later = std::ranges::upper_bound(candidate.line->from_s, at_s);
  const auto index = std::max<std::ptrdiff_t>(later - candidate.line->from_s.begin() - 1, 0);
  return candidate.facts[static_cast<std::size_t>(index)];
}

}  // namespace

LimitRuns run_limits(const PolicyTree& tree, std::span<const Candidate> candidates, const Clock& clock, int runs,
                     std::uint64_t seed) {
  // Large sets need fewer runs for the same certainty, and would take long.
  constexpr std::size_t most_decisions = 20'000'000;
  const std::size_t affordable = most_decisions / std::max<std::size_t>(candidates.size(), 1);
  LimitRuns all;
  all.runs = std::max(1, static_cast<int>(std::min<std::size_t>(static_cast<std::size_t>(runs),
                                                                std::max<std::size_t>(affordable, 20))));
  all.kept.resize(candidates.size());
  all.dropped.resize(candidates.size());
  all.contested.resize(candidates.size());
  all.low = std::numeric_limits<double>::max();
  for (int run = 0; run < all.runs; ++run) {
    Rng rng(derive_seed({seed, static_cast<std::uint64_t>(run)}));
    const double phase = rng.uniform();
    std::map<std::int64_t, std::vector<std::size_t>> ticks;
    for (std::size_t i = 0; i < candidates.size(); ++i) ticks[tick_of(*candidates[i].line, clock, phase)].push_back(i);
    Limits limits = tree.full_limits();
    double certain = 0, possible = 0;
    for (auto& [number, members] : ticks) {
      shuffle(members, rng);
      limits.next_tick(static_cast<double>(number) + phase);
      limits.refused = false;
      for (const std::size_t i : members) {
        Keep keep = tree.decide(facts_at(candidates[i], limits.now_s), &limits).keep;
        if (candidates[i].may_be_forgotten) keep = either(keep, Keep::no);
        if (keep == Keep::yes) ++all.kept[i], ++certain;
        if (keep == Keep::no) ++all.dropped[i];
        if (keep == Keep::uncertain) ++possible;
      }
      if (!limits.refused) continue;
      for (const std::size_t i : members) all.contested[i] = true;
    }
    all.low = std::min(all.low, certain);
    all.high = std::max(all.high, certain + possible);
    all.mean += (certain + possible / 2) / all.runs;
  }
  return all;
}

}  // namespace tracetax::policy
