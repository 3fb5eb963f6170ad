#pragma once
// The memory of an arm's Collectors, read every 250 ms while the arm runs.

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "harness/experiment/stack.h"

namespace tracetax {

class MemoryWatch {
 public:
  explicit MemoryWatch(Stack& stack);  // which must outlive it
  ~MemoryWatch();
  MemoryWatch(const MemoryWatch&) = delete;
  MemoryWatch& operator=(const MemoryWatch&) = delete;
  // Takes a last reading and ends. The services' first Collector comes first.
  std::vector<CollectorMemory> finish();

 private:
  void work();
  void end();

  Stack& stack_;
  std::mutex mutex_{};
  std::condition_variable wake_{};
  bool over_ = false;
  std::vector<CollectorMemory> seen_{};
  std::thread thread_{};
};

}  // namespace tracetax
