#pragma once
// Something done again and again on a thread of its own.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "harness/base/time.h"

namespace tracetax {

class Repeating {
 public:
  // `what` is called at once and then every `period`; a call that takes longer delays the next ones. It must not throw.
  Repeating(Nanos period, std::function<void()> what);
  ~Repeating() { stop(); }
  Repeating(const Repeating&) = delete;
  Repeating& operator=(const Repeating&) = delete;

  // Returns when `what` is not running any more and will not be called again.
  void stop();

 private:
  void work();

  const Nanos period_;
  const std::function<void()> what_;
  std::mutex mutex_{};
  std::condition_variable wake_{};
  bool over_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace tracetax
