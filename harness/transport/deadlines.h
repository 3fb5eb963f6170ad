#pragma once
// Private to the transport: one timer for all deadlines of a channel. Timers per call would be armed and cancelled for
// nearly every call; here an ordinary call only enters and leaves an ordered list.

#include <map>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "harness/base/time.h"

namespace tracetax::transport {

namespace asio = boost::asio;

class Expiring {
 public:
  virtual void expire() = 0;  // may destroy this and other deadlines

 protected:
  ~Expiring() = default;
};

class Deadlines : public std::enable_shared_from_this<Deadlines> {
 public:
  using Entries = std::multimap<Clock::time_point, Expiring*>;

  explicit Deadlines(asio::any_io_executor executor) : timer_(std::move(executor)) {}
  Entries::iterator add(Clock::time_point when, Expiring& what);
  void remove(Entries::iterator entry) { entries_.erase(entry); }
  Entries::iterator none() { return entries_.end(); }
  void stop() {
    armed_ = false;
    timer_.cancel();
  }

 private:
  void arm();
  void fire();

  asio::steady_timer timer_;
  Entries entries_{};
  bool armed_ = false;
};

// A deadline for as long as this lives. time_point::max() means none.
class Deadline : private Expiring {
 public:
  Deadline(std::shared_ptr<Deadlines> deadlines, Clock::time_point when, Expiring& target)
      : deadlines_(std::move(deadlines)), target_(target), entry_(deadlines_->none()) {
    if (when != Clock::time_point::max()) entry_ = deadlines_->add(when, *this);
  }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline() {
    if (entry_ != deadlines_->none()) deadlines_->remove(entry_);
  }

 private:
  void expire() override {
    entry_ = deadlines_->none();  // already taken out
    target_.expire();
  }

  std::shared_ptr<Deadlines> deadlines_;
  Expiring& target_;
  Deadlines::Entries::iterator entry_;
};

}  // namespace tracetax::transport
