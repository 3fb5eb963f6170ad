#include "harness/experiment/memory_watch.h"

namespace tracetax {
namespace {

constexpr Nanos interval = std::chrono::milliseconds(250);

}  // namespace

MemoryWatch::MemoryWatch(Stack& stack) : stack_(stack), thread_([this] { work(); }) {}

MemoryWatch::~MemoryWatch() {
  end();
}

void MemoryWatch::work() {
  std::unique_lock lock(mutex_);
  while (!over_) {
    lock.unlock();
    stack_.read_collector_memory(seen_);
    lock.lock();
    wake_.wait_for(lock, interval, [this] { return over_; });
  }
}

void MemoryWatch::end() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::vector<CollectorMemory> MemoryWatch::finish() {
  end();
  stack_.read_collector_memory(seen_);
  return seen_;
}

}  // namespace tracetax
