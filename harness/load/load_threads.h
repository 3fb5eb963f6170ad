#pragma once
// The threads that drive the load. All arms of a launch share them: in a window of phase "pairs" the calls of all arms
// leave from the same thread, so that none has a generator on a better core.

#include <cstddef>
#include <functional>
#include <future>
#include <memory>
#include <span>
#include <vector>

#include "harness/session/event_loop.h"

namespace tracetax {

// How long a thread waits without sleeping.
struct Spin {
  Nanos before_due{};   // a call
  Nanos for_answers{};  // after it sent a call
};

class LoadThreads {
 public:
  // Their timers are as sharp as the kernel has them (timer slack 1 ns).
  explicit LoadThreads(std::size_t count);
  ~LoadThreads();
  LoadThreads(const LoadThreads&) = delete;
  LoadThreads& operator=(const LoadThreads&) = delete;

  std::size_t count() const { return threads_.size(); }
  // Has the thread do it, one job after the other; the future rethrows what it throws.
  std::future<void> run(std::size_t thread, std::function<void(EventLoop&)> job);
  // Puts thread i on cores[i]. Throws std::system_error.
  void place(std::span<const int> cores);
  // CPU time of the threads so far.
  Nanos cpu() const;

 private:
  struct Thread;
  std::vector<std::unique_ptr<Thread>> threads_;
};

}  // namespace tracetax
