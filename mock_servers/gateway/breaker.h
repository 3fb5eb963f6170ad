#pragma once
// A circuit breaker for one replica: closed → (so many failures in a row) → open → (after a while) → half-open: one
// call tries; its success closes, its failure opens again. Time is given in.

#include <cstdint>
#include <optional>
#include <string_view>

#include "harness/base/time.h"
#include "harness/scenario/scenario.h"

namespace tracetax::gateway {

class Breaker {
 public:
  enum class State : std::uint8_t { closed, open, half_open };

  // What an admitted call shows when it reports. A call admitted before the breaker last changed its state says nothing
  // about the replica as it is now, so its report is not counted.
  struct Ticket {
    std::uint64_t generation = 0;
  };

  explicit Breaker(const CircuitBreaker& rule) : rule_(rule) {}

  // Would a call be let through? Half-open lets one through at a time.
  bool allows(Nanos now) const;
  // Lets a call through, or not. Every ticket is to be reported or abandoned.
  std::optional<Ticket> admit(Nanos now);
  void succeeded(Ticket);
  // True when this failure opened the breaker.
  bool failed(Ticket, Nanos now);
  // The call ended without saying anything about the replica.
  void abandoned(Ticket);

  State state(Nanos now) const;
  std::uint32_t failures() const { return failures_; }  // in a row
  std::uint64_t times_opened() const { return times_opened_; }

 private:
  void enter(State state);

  CircuitBreaker rule_;
  State state_ = State::closed;
  bool trial_running_ = false;  // half-open only
  std::uint32_t failures_ = 0;
  std::uint64_t generation_ = 0;
  std::uint64_t times_opened_ = 0;
  Nanos opened_{};
};

constexpr std::string_view to_string(Breaker::State state) {
  return state == Breaker::State::closed ? "closed" : state == Breaker::State::open ? "open" : "half_open";
}

}  // namespace tracetax::gateway
