#pragma once
// The memory of an arm's services, read while the arm is under load.

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "harness/experiment/stack.h"

namespace tracetax {

// Reads the services' memory every 250 ms while the load goes on.
class MemoryClock {
 public:
  explicit MemoryClock(const Stack& stack) : stack_(stack) {}
  ~MemoryClock() { stop(); }
  MemoryClock(const MemoryClock&) = delete;
  MemoryClock& operator=(const MemoryClock&) = delete;

  void start();                       // the load begins now; without it nothing is read
  std::vector<MemoryReading> stop();  // what was read

 private:
  void work();

  const Stack& stack_;
  std::mutex mutex_{};
  std::condition_variable wake_{};
  bool over_ = false;
  std::vector<MemoryReading> readings_{};
  std::thread thread_{};
};

}  // namespace tracetax
