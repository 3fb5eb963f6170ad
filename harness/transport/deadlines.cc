#include "harness/transport/deadlines.h"

#include <boost/system/error_code.hpp>

namespace tracetax::transport {

Deadlines::Entries::iterator Deadlines::add(Clock::time_point when, Expiring& what) {
  // Calls of one timeout come in order: the end is the right hint.
  const auto entry = entries_.emplace_hint(entries_.end(), when, &what);
  if (!armed_ || when < timer_.expiry()) arm();
  return entry;
}

// Removing an entry leaves the timer as it is: when it fires early it is set anew, once in a timeout's length.
void Deadlines::arm() {
  armed_ = true;
  timer_.expires_at(entries_.begin()->first);
  timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (!error && self) self->fire();
  });
}

void Deadlines::fire() {
  armed_ = false;
  const auto now = Clock::now();
  while (!entries_.empty() && entries_.begin()->first <= now) {
    Expiring* const due = entries_.begin()->second;
    entries_.erase(entries_.begin());
    due->expire();
  }
  if (!entries_.empty() && !armed_) arm();
}

}  // namespace tracetax::transport
