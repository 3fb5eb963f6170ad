#pragma once
// A rate of arrivals that changes with time: what `ramp`, `steps` and `burst` mean.

#include <vector>

#include "harness/base/time.h"

namespace tracetax {

// Pieces one after the other from time 0, in each of which the rate goes in a straight line. After the last one the
// rate stays as it ended, or all of it begins again.
class RateProfile {
 public:
  enum class After { stays, repeats };

  explicit RateProfile(After after = After::stays) : after_(after) {}
  // `length` above 0, rates in calls per second, at least 0, and of a profile not all 0 (ensured when it is used).
  void add(Nanos length, double from_per_s, double to_per_s);

  Nanos length() const { return length_; }
  double highest_per_s() const;
  double mean_per_s() const;  // over its length
  // Calls that are due before `time` on average: the integral of the rate. `time` at least 0.
  double expected(Nanos time) const;
  // The inverse: when that many are due, in nanoseconds; fractions are kept, because arrivals are drawn from it. With a
  // Poisson process of rate 1 for `calls` the times are a Poisson process of this rate (Çinlar 1975, §4.7; Lewis and
  // Shedler 1979 call it inversion). Infinity: never, because the rate stays at 0.
  double time_ns_of(double calls) const;

 private:
  struct Piece {
    double begins_s = 0, length_s = 0;
    double from = 0, to = 0;  // per second
    double before = 0;        // calls expected before it begins
    double calls_in(double seconds) const;
  };
  double expected_within(double seconds) const;  // of one repetition
  double seconds_within(double calls) const;

  After after_;
  Nanos length_{};
  double calls_ = 0;  // expected in all pieces
  std::vector<Piece> pieces_{};
};

}  // namespace tracetax
