#pragma once
// A token bucket for one caller. Time is given in, so it is a value that tests can walk through a table.

#include "harness/base/time.h"
#include "harness/scenario/scenario.h"

namespace tracetax::gateway {

class TokenBucket {
 public:
  // Full at `now`. A rate of 0 never limits; a burst of 0 is one second's worth, at least one call.
  TokenBucket(const RateLimit& limit, Nanos now);

  struct Decision {
    bool allowed = true;
    double remaining = 0;  // whole calls that could still be made at once
    Nanos reset{};         // until one more call is allowed; 0 when one is allowed now
  };
  // Takes one token if there is one. `now` never goes back (monotonic_now()).
  Decision take(Nanos now);

  bool unlimited() const { return interval_ns_ == 0; }
  double burst() const { return burst_; }

 private:
  // Kept as the moment at which the bucket would be full again (Generic Cell Rate Algorithm, ITU-T I.371): one number,
  // and no error adds up over many small refills. Counted from the bucket's making, where doubles are exact to a
  // nanosecond for more than a hundred days.
  Nanos made_;
  double interval_ns_ = 0;  // between two tokens; 0: unlimited
  double burst_ = 0;        // tokens of a full bucket
  double full_at_ns_ = 0;
};

}  // namespace tracetax::gateway
