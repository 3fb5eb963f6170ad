#include "mock_servers/gateway/breaker.h"

namespace tracetax::gateway {

void Breaker::enter(State state) {
  state_ = state;
  trial_running_ = false;
  ++generation_;
}

Breaker::State Breaker::state(Nanos now) const {
  return state_ == State::open && now - opened_ >= rule_.open_for ? State::half_open : state_;
}

bool Breaker::allows(Nanos now) const {
  switch (state(now)) {
    case State::closed:
      return true;
    case State::open:
      return false;
    case State::half_open:
      return !trial_running_;
  }
  return false;
}

std::optional<Breaker::Ticket> Breaker::admit(Nanos now) {
  if (!allows(now)) return std::nullopt;
  if (state_ == State::open) enter(State::half_open);
  if (state_ == State::half_open) trial_running_ = true;
  return Ticket{generation_};
}

void Breaker::succeeded(Ticket ticket) {
  if (ticket.generation != generation_) return;
  failures_ = 0;
  if (state_ == State::half_open) enter(State::closed);
}

bool Breaker::failed(Ticket ticket, Nanos now) {
  if (ticket.generation != generation_ || rule_.failures == 0) return false;
  ++failures_;
  if (state_ == State::closed && failures_ < rule_.failures) return false;
  enter(State::open);
  opened_ = now;
  ++times_opened_;
  return true;
}

void Breaker::abandoned(Ticket ticket) {
  if (ticket.generation == generation_) trial_running_ = false;
}

}  // namespace tracetax::gateway
