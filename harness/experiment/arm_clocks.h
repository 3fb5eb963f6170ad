#pragma once
// What happens at its own time while an arm of `tracetax sampling` is under load. Internal.

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "harness/experiment/stack.h"

namespace tracetax {

// Brings the receiver into trouble and out of it while the load goes on. The thread lives as long as the arm: a
// Collector that it starts again is ended by the kernel with the thread that started it.
class FaultClock {
 public:
  FaultClock(Stack& stack, const SinkFault& fault);
  ~FaultClock();
  FaultClock(const FaultClock&) = delete;
  FaultClock& operator=(const FaultClock&) = delete;

  void start();  // the load begins now
  // Waits for the end of the fault. What could not be done, in words; empty: all went as planned.
  std::string finish();

 private:
  void work();
  void apply_at(std::unique_lock<std::mutex>& lock, Nanos when, const SinkFault& fault);

  Stack& stack_;
  const SinkFault fault_;
  std::mutex mutex_{};
  std::condition_variable wake_{};
  Nanos started_{};
  bool done_ = false;
  bool over_ = false;
  std::string failure_{};
  std::thread thread_{};
};

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
