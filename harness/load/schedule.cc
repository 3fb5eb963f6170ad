#include "harness/load/schedule.h"

#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "harness/base/ensure.h"
#include "harness/base/rng.h"
#include "harness/base/text.h"
#include "harness/scenario/replay.h"

namespace tracetax {
namespace {

constexpr std::uint64_t stream_gap = 1;
constexpr std::uint64_t stream_call = 2;
constexpr std::uint64_t stream_closed = 3;
constexpr std::uint64_t stream_deal = 4;
constexpr std::uint64_t stream_recording = 5;

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

// One of `count`, from 64 random bits. That some are likelier by count ÷ 2^64 is far below what could be seen.
std::uint32_t one_of(std::uint64_t bits, std::size_t count) {
  __extension__ using u128 = unsigned __int128;
  return static_cast<std::uint32_t>((static_cast<u128>(bits) * count) >> 64);
}

// Which call of the spec's recording it is, when `before` of them have been made since the place that `from` draws.
std::uint32_t recorded_item(const CallSpec& spec, std::uint64_t call_seed, std::uint64_t from, std::uint64_t before) {
  const std::size_t count = spec.recorded->calls.size();
  if (spec.random_order) return one_of(derive_seed({call_seed, 2}), count);
  return static_cast<std::uint32_t>((one_of(from, count) + before) % count);
}

ArrivalSchedule replayed(const OpenArrivals& arrivals, const Load& load, Nanos length, std::uint64_t seed,
                         std::uint32_t block) {
  ensure(load.calls.size() == 1 && load.calls.front().recorded, "a replay has its recording");
  const Recording& recording = *load.calls.front().recorded;
  const std::vector<ReplayedCall> calls = Replay(recording, arrivals.speed, arrivals.loop).window(length, block);
  ArrivalSchedule schedule;
  schedule.length = length;
  schedule.calls.reserve(calls.size());
  for (std::size_t k = 0; k < calls.size(); ++k) {
    PlannedCall call = with_choices(load, derive_seed({seed, stream_call, k}));
    call.due = calls[k].due;
    call.item = calls[k].call;
    call.session = static_cast<std::uint16_t>(recording.calls[call.item].session % load.sessions);
    schedule.calls.push_back(call);
  }
  return schedule;
}

}  // namespace

ArrivalSchedule make_schedule(const OpenArrivals& arrivals, const Load& load, Nanos length, std::uint64_t seed,
                              std::uint32_t block) {
  if (arrivals.process == OpenArrivals::Process::replay) return replayed(arrivals, load, length, seed, block);
  std::vector<std::uint64_t> made(load.calls.size());  // calls of each spec so far
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
    const std::uint64_t call_seed = derive_seed({seed, stream_call, k});
    PlannedCall call = with_choices(load, call_seed);
    call.item = static_cast<std::uint32_t>(k);
    if (const CallSpec& spec = load.calls[call.spec]; spec.recorded)
      call.item = recorded_item(spec, call_seed, derive_seed({seed, stream_recording, call.spec}), made[call.spec]++);
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

std::uint64_t first_number(const Load& load, const WindowPlace& place) {
  // A window of an open loop has 5,000,000 calls at most, the numbers of a closed loop have 32 bits.
  const bool closed = std::holds_alternative<ClosedArrivals>(load.arrivals);
  return 1 + place.ordinal * (closed ? 10'000'000'000u : 10'000'000u);
}

PlannedCall closed_loop_call(const Load& load, std::uint64_t seed, std::uint16_t session, std::uint64_t k) {
  const std::uint64_t call_seed = derive_seed({seed, stream_closed, session, k});
  PlannedCall call = with_choices(load, call_seed);
  call.item = static_cast<std::uint32_t>(k * load.sessions + session);
  if (const CallSpec& spec = load.calls[call.spec]; spec.recorded)
    call.item = recorded_item(spec, call_seed, derive_seed({seed, stream_recording, call.spec, session}), k);
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
