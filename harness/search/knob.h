#pragma once
// A number of a scenario that a search turns: how it is written, and on which scale its range is walked. Pure.

#include <optional>
#include <string>

namespace tracetax {

struct Knob {
  // As scenarios write numbers: 0.05, 200us, 400/s, 64kB.
  enum class Unit { number, duration, rate, bytes } unit = Unit::number;
  std::string path{};        // "arms.traced.tracing.sampler.ratio"
  double low = 0, high = 1;  // of the search; durations in ns, rates per second, sizes in bytes
  bool whole = false;        // only whole numbers mean something
  // Steps by factors where the range spans a decade or more and does not begin at 0.
  bool logarithmic() const { return low > 0 && high >= 10 * low; }
};

// From what --min and --max say: "0.001" and "1", "1%" and "100%", "10us" and "1ms". Throws std::invalid_argument when
// the two are not of one kind, or not in ascending order.
Knob make_knob(const std::string& path, const std::string& low, const std::string& high);

// A value as a scenario writes it. Empty: not of the knob's kind.
std::optional<double> knob_value(const Knob& knob, const std::string& text);

// As --set takes it. Shares are written as fractions; never more than 12 digits.
std::string knob_text(const Knob& knob, double x);

// The nearest value, and the largest that is not above, with three significant digits (or whole); within the range.
double knob_round(const Knob& knob, double x);
double knob_floor(const Knob& knob, double x);
// Halfway on the knob's scale, rounded.
double knob_middle(const Knob& knob, double a, double b);

}  // namespace tracetax
