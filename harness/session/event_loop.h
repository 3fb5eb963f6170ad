#pragma once
// Readiness of descriptors for the one thread that drives load: epoll, level-triggered, nothing allocated per event.

#include <cstddef>
#include <memory>
#include <span>

#include "harness/base/time.h"
#include "harness/session/answer_reader.h"

namespace tracetax {

class EventLoop {
 public:
  // Hears of its descriptor. Must live until the poll() in which it was forgotten has returned.
  class Watcher {
   public:
    virtual void ready(bool readable, bool writable) = 0;

   protected:
    ~Watcher() = default;
  };

  EventLoop();  // throws std::system_error
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Readability always, writability when asked for. Both throw std::system_error.
  void watch(int fd, Watcher& watcher, bool writable);
  void change(int fd, Watcher& watcher, bool writable);
  // Before the descriptor is closed.
  void forget(int fd);

  // Waits at most `wait` for the first descriptor (0: looks only) and tells the watchers of all that are ready. Whether
  // any was.
  bool poll(Nanos wait);

  // Room for what one read brings, shared by all connections of the thread; json_padding readable bytes lie behind it.
  std::span<char> scratch();
  AnswerReader& reader() { return reader_; }

 private:
  int epoll_;
  std::unique_ptr<char[]> scratch_;
  AnswerReader reader_{};
};

}  // namespace tracetax
