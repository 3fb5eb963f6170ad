#pragma once
// When calls are due.

#include <string>
#include <variant>
#include <vector>

#include "harness/base/time.h"
#include "harness/scenario/rate_profile.h"

namespace tracetax {

struct RateStep {
  double rate_per_s = 0;
  Nanos length{};
};

struct OpenArrivals {
  enum class Process { constant, poisson, ramp, steps, burst, replay } process = Process::poisson;
  double rate_per_s = 0;  // constant, poisson; of burst: between them; of replay: the mean, by load_scenario()
  bool even = false;      // ramp, steps, burst: without chance, as constant is
  // ramp: in a straight line, then it stays.
  double from_per_s = 0, to_per_s = 0;
  Nanos over{};
  std::vector<RateStep> steps{};  // steps: one after the other; the last stays
  // burst: `burst_per_s` for the last `lasts` of every `every`.
  double burst_per_s = 0;
  Nanos every{}, lasts{};
  // replay: as recorded, `speed` times as fast; `loop`: from the beginning when it is over.
  std::string file{};
  double speed = 1;
  bool loop = false;

  bool changes() const { return process == Process::ramp || process == Process::steps || process == Process::burst; }
  bool by_chance() const { return process == Process::poisson || (changes() && !even); }
};
RateProfile profile_of(const OpenArrivals& arrivals);
// The same chance or evenness at one rate, which does not change; a replay becomes arrivals by chance.
OpenArrivals at_rate(const OpenArrivals& arrivals, double rate_per_s);
double mean_rate(const OpenArrivals& arrivals);     // calls per second, over the length of what changes
double highest_rate(const OpenArrivals& arrivals);  // calls per second
// "poisson 400/s", "ramp 100/s to 1000/s over 5.00 s".
std::string describe(const OpenArrivals& arrivals);

struct ClosedArrivals {
  Nanos think_time{};  // from an answer to the session's next call
};
using Arrivals = std::variant<OpenArrivals, ClosedArrivals>;

}  // namespace tracetax
