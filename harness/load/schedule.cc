#include "harness/load/schedule.h"

#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "harness/base/rng.h"
#include "harness/base/text.h"

namespace tracetax {
namespace {

constexpr std::uint64_t stream_gap = 1;
constexpr std::uint64_t stream_call = 2;
constexpr std::uint64_t stream_closed = 3;
constexpr std::uint64_t stream_deal = 4;

std::uint8_t pick_spec(std::span<const CallSpec> calls, double p) {
  double total = 0;
  for (const CallSpec& call : calls) total += call.weight;
  double below = 0;
  for (std::size_t i = 0; i + 1 < calls.size(); ++i) {
    below += calls[i].weight;
    if (p * total < below) return static_cast<std::uint8_t>(i);
  }
  return static_cast<std::uint8_t>(calls.size() - 1);
}

PlannedCall with_choices(const Load& load, std::uint64_t call_seed) {
  PlannedCall call;
  call.spec = pick_spec(load.calls, uniform_from_bits(mix64(call_seed)));
  call.draw = derive_seed({call_seed, 1}) >> 11;
  return call;
}

}  // namespace

ArrivalSchedule make_schedule(const OpenArrivals& arrivals, const Load& load, Nanos length, std::uint64_t seed) {
  ArrivalSchedule schedule;
  schedule.length = length;
  const RateProfile profile = profile_of(arrivals);
  schedule.calls.reserve(static_cast<std::size_t>(profile.expected(length) * 1.1) + 16);
  Rng gaps(derive_seed({seed, stream_gap}));
  const double mean_gap_ns = 1e9 / arrivals.rate_per_s;
  // Where the rate changes: on the scale of calls expected so far, on which it is 1.
  double expected = arrivals.by_chance() ? gaps.exponential(1) : 0;
  double due_ns = arrivals.changes() ? profile.time_ns_of(expected) : arrivals.by_chance() ? expected * mean_gap_ns : 0;
  for (std::uint64_t k = 0; due_ns < static_cast<double>(length.count()); ++k) {
    PlannedCall call = with_choices(load, derive_seed({seed, stream_call, k}));
    call.due = Nanos(static_cast<std::int64_t>(due_ns));
    call.session = static_cast<std::uint16_t>(k % load.sessions);
    schedule.calls.push_back(call);
    // Even arrivals are multiplied out, not summed, so that rounding does not drift.
    if (arrivals.changes()) {
      expected = arrivals.by_chance() ? expected + gaps.exponential(1) : static_cast<double>(k + 1);
      due_ns = profile.time_ns_of(expected);
    } else {
      due_ns = arrivals.by_chance() ? due_ns + gaps.exponential(mean_gap_ns) : static_cast<double>(k + 1) * mean_gap_ns;
    }
  }
  return schedule;
}

std::vector<ArrivalSchedule> deal_to_arms(const ArrivalSchedule& schedule, std::size_t arms, std::uint64_t seed) {
  std::vector<ArrivalSchedule> dealt(arms);
  const std::size_t rounds = schedule.calls.size() / arms;
  for (ArrivalSchedule& of_arm : dealt) {
    of_arm.length = schedule.length;
    of_arm.calls.reserve(rounds);
  }
  Rng rng(derive_seed({seed, stream_deal}));
  std::vector<std::size_t> order(arms);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t round = 0; round < rounds; ++round) {
    shuffle(order, rng);
    for (std::size_t k = 0; k < arms; ++k) {
      // The sessions took turns over all calls: those of the round's own number keep all of them in use by every arm.
      PlannedCall call = schedule.calls[round];
      call.due = schedule.calls[round * arms + k].due;
      dealt[order[k]].calls.push_back(call);
    }
  }
  return dealt;
}

PlannedCall closed_loop_call(const Load& load, std::uint64_t seed, std::uint16_t session, std::uint64_t k) {
  PlannedCall call = with_choices(load, derive_seed({seed, stream_closed, session, k}));
  call.session = session;
  return call;
}

std::string describe(const Load& load) {
  const std::string sessions = fmt::format("{} session{}", load.sessions, load.sessions == 1 ? "" : "s");
  if (const auto* closed = std::get_if<ClosedArrivals>(&load.arrivals)) {
    return fmt::format("closed loop, {}, think time {}", sessions,
                       format_duration(static_cast<double>(closed->think_time.count())));
  }
  return fmt::format("open loop, {}, {}", describe(std::get<OpenArrivals>(load.arrivals)), sessions);
}

}  // namespace tracetax
