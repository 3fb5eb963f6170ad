#pragma once
// Brings a receiver of spans into trouble and out of it while the load goes on.

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "harness/experiment/stack.h"

namespace tracetax {

// Its thread lives as long as the object: a Collector that it starts again is ended by the kernel with the thread that
// started it. The stack must outlive it.
class FaultClock {
 public:
  FaultClock(Stack& stack, const SinkFault& fault);
  ~FaultClock();
  FaultClock(const FaultClock&) = delete;
  FaultClock& operator=(const FaultClock&) = delete;

  // The load begins now.
  void start();
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

}  // namespace tracetax
