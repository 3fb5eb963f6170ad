#include "harness/experiment/arm_clocks.h"

#include <utility>

namespace tracetax {
namespace {

constexpr Nanos memory_every = std::chrono::milliseconds(250);

}  // namespace

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

void MemoryClock::start() {
  thread_ = std::thread([this] { work(); });
}

std::vector<MemoryReading> MemoryClock::stop() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  return std::exchange(readings_, {});
}

void MemoryClock::work() {
  const Nanos started = monotonic_now();
  std::unique_lock lock(mutex_);
  for (Nanos next = started; !over_; next += memory_every) {
    const Nanos at = monotonic_now() - started;
    for (MemoryReading& reading : stack_.read_memory()) {
      reading.at = at;
      readings_.push_back(std::move(reading));
    }
    while (!over_ && monotonic_now() < next + memory_every) wake_.wait_for(lock, next + memory_every - monotonic_now());
  }
}

}  // namespace tracetax
