#include "harness/experiment/memory_clock.h"

#include <utility>

namespace tracetax {
namespace {

constexpr Nanos memory_every = std::chrono::milliseconds(250);

}  // namespace

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
