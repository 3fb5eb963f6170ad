#include "harness/experiment/fault_clock.h"

namespace tracetax {

FaultClock::FaultClock(Stack& stack, const SinkFault& fault) : stack_(stack), fault_(fault) {
  if (fault.how == SinkFault::How::none) return;
  thread_ = std::thread([this] { work(); });
}

FaultClock::~FaultClock() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void FaultClock::start() {
  const std::lock_guard lock(mutex_);
  started_ = monotonic_now();
  wake_.notify_all();
}

std::string FaultClock::finish() {
  std::unique_lock lock(mutex_);
  if (thread_.joinable()) wake_.wait(lock, [this] { return done_; });
  return failure_;
}

void FaultClock::work() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return over_ || started_ != Nanos{}; });
  SinkFault none;
  none.of = fault_.of;
  apply_at(lock, started_ + fault_.at, fault_);
  apply_at(lock, started_ + fault_.at + fault_.length, none);
  done_ = true;
  wake_.notify_all();
  wake_.wait(lock, [this] { return over_; });
}

void FaultClock::apply_at(std::unique_lock<std::mutex>& lock, Nanos when, const SinkFault& fault) {
  while (!over_ && monotonic_now() < when) wake_.wait_for(lock, when - monotonic_now());
  if (over_) return;
  try {
    stack_.set_fault(fault);
  } catch (const std::exception& error) {
    failure_ = error.what();
  }
}

}  // namespace tracetax
