#include "harness/search/knob.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/scenario/scalars.h"

namespace tracetax {
namespace {

std::optional<std::pair<Knob::Unit, double>> read(const std::string& text) {
  using Unit = Knob::Unit;
  if (const auto number = shapes::parse_number(text)) return std::pair{Unit::number, *number};
  if (const auto share = shapes::parse_share(text)) return std::pair{Unit::number, *share};
  if (const auto duration = parse_duration(text))
    return std::pair{Unit::duration, static_cast<double>(duration->count())};
  if (const auto rate = shapes::parse_rate(text)) return std::pair{Unit::rate, *rate};
  if (const auto bytes = shapes::parse_bytes(text)) return std::pair{Unit::bytes, *bytes};
  return std::nullopt;
}

// Of the last digit that is kept.
double step_at(const Knob& knob, double x) {
  const bool integral = knob.whole || knob.unit == Knob::Unit::duration || knob.unit == Knob::Unit::bytes;
  if (x == 0) return 1;
  const double step = std::pow(10.0, std::floor(std::log10(std::fabs(x)) + 1e-12) - 2);
  return integral ? std::max(step, 1.0) : step;
}

}  // namespace

std::optional<double> knob_value(const Knob& knob, const std::string& text) {
  const auto value = read(text);
  if (!value || (value->first != knob.unit && value->second != 0)) return std::nullopt;
  return value->second;
}

Knob make_knob(const std::string& path, const std::string& low, const std::string& high) {
  const auto from = read(low);
  const auto to = read(high);
  for (const auto& [value, text, option] : {std::tuple{from, low, "--min"}, std::tuple{to, high, "--max"}}) {
    if (!value || value->second < 0)
      throw std::invalid_argument(fmt::format(
          "{}: must be a number from 0 with the unit that the key has, such as 0.01, 5%, 200us or 400/s, got `{}`",
          option, text));
  }
  // 0 is of any kind.
  if (from->first != to->first && from->second != 0)
    throw std::invalid_argument(fmt::format("--min {} and --max {} are not of one kind", low, high));
  if (!(from->second < to->second))
    throw std::invalid_argument(fmt::format("--min {} must be below --max {}", low, high));
  Knob knob;
  knob.unit = to->first;
  knob.path = path;
  knob.low = from->second;
  knob.high = to->second;
  return knob;
}

std::string knob_text(const Knob& knob, double x) {
  switch (knob.unit) {
    case Knob::Unit::duration:
      return shapes::duration_text(Nanos(std::llround(x)));
    case Knob::Unit::rate:
      return fmt::format("{:.12g}/s", x);
    case Knob::Unit::bytes:
      return fmt::format("{:.0f}", x);
    case Knob::Unit::number:
      break;
  }
  return fmt::format("{:.12g}", x);
}

double knob_round(const Knob& knob, double x) {
  const double step = step_at(knob, x);
  return std::clamp(std::round(x / step) * step, knob.low, knob.high);
}

double knob_floor(const Knob& knob, double x) {
  const double step = step_at(knob, x);
  // 0.29 ÷ 0.001 is a hair below 290.
  return std::clamp(std::floor(x / step + 1e-9) * step, knob.low, knob.high);
}

double knob_middle(const Knob& knob, double a, double b) {
  return knob_round(knob, knob.logarithmic() ? std::sqrt(a * b) : (a + b) / 2);
}

}  // namespace tracetax
