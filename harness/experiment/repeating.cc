#include "harness/experiment/repeating.h"

#include <utility>

namespace tracetax {

Repeating::Repeating(Nanos period, std::function<void()> what)
    : period_(period), what_(std::move(what)), thread_([this] { work(); }) {}

void Repeating::stop() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Repeating::work() {
  std::unique_lock lock(mutex_);
  for (Nanos next = monotonic_now(); !over_;) {
    lock.unlock();
    what_();
    lock.lock();
    next += period_;
    while (!over_ && monotonic_now() < next) wake_.wait_for(lock, next - monotonic_now());
  }
}

}  // namespace tracetax
