#include "harness/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>
#include <vector>

#include <fmt/format.h>

namespace tracetax {
namespace {

struct Unit {
  double factor;
  std::string_view name;
};

// Three significant digits; the unit is chosen after rounding, so that 999.9 µs reads "1.00 ms".
template <std::size_t N>
std::string with_unit(double value, const std::array<Unit, N>& units, bool sign) {
  if (!std::isfinite(value)) return "n/a";
  if (std::fabs(value) < 0.005) value = 0;  // also -0.0: never "-0.00 ns"
  const double magnitude = std::fabs(value);
  std::size_t u = 0;
  while (u + 1 < N && magnitude / units[u].factor >= 999.5) ++u;
  const double scaled = value / units[u].factor;
  const double size = std::fabs(scaled);
  const int digits = (u == 0 && size == std::round(size)) || size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
  return fmt::format(fmt::runtime(sign ? "{:+.{}f} {}" : "{:.{}f} {}"), scaled, digits, units[u].name);
}

constexpr std::array<Unit, 4> time_units{{{1, "ns"}, {1e3, "µs"}, {1e6, "ms"}, {1e9, "s"}}};
constexpr std::array<Unit, 4> byte_units{{{1, "B"}, {1e3, "kB"}, {1e6, "MB"}, {1e9, "GB"}}};

// A share that would read "-0.00 %" is 0.
double percent(double fraction, int digits) {
  const double value = fraction * 100;
  return std::fabs(value) * std::pow(10, digits) < 0.5 ? 0 : value;
}

std::string utc(std::int64_t unix_seconds, const char* pattern) {
  const auto t = static_cast<std::time_t>(unix_seconds);
  std::tm parts{};
  gmtime_r(&t, &parts);
  std::array<char, 64> buffer{};
  return {buffer.data(), std::strftime(buffer.data(), buffer.size(), pattern, &parts)};
}

// Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace

std::string format_duration(double nanoseconds) {
  return with_unit(nanoseconds, time_units, false);
}
std::string format_signed_duration(double nanoseconds) {
  return with_unit(nanoseconds, time_units, true);
}
std::string format_bytes(double bytes) {
  return with_unit(bytes, byte_units, false);
}

std::string format_share(double fraction, int digits) {
  return std::isfinite(fraction) ? fmt::format("{:.{}f} %", percent(fraction, digits), digits) : "n/a";
}
std::string format_signed_share(double fraction, int digits) {
  return std::isfinite(fraction) ? fmt::format("{:+.{}f} %", percent(fraction, digits), digits) : "n/a";
}

std::string format_count(std::int64_t n) {
  std::string digits = std::to_string(n);
  const std::size_t first = n < 0 ? 1 : 0;
  for (std::size_t i = digits.size(); i > first + 3;) {
    i -= 3;
    digits.insert(i, 1, ',');
  }
  return digits;
}

std::optional<Nanos> parse_duration(std::string_view text) {
  static constexpr std::array<Unit, 8> units{
      {{1, "ns"}, {1e3, "us"}, {1e3, "µs"}, {1e6, "ms"}, {1e9, "s"}, {6e10, "m"}, {3.6e12, "h"}, {1e3, "μs"}}};
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc{}) return std::nullopt;
  std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  const auto found = std::ranges::find(units, unit, &Unit::name);
  if (found == units.end()) return std::nullopt;
  const double nanoseconds = value * found->factor;
  if (!std::isfinite(nanoseconds) || std::fabs(nanoseconds) > 9e18) return std::nullopt;
  return Nanos(static_cast<std::int64_t>(std::llround(nanoseconds)));
}

std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates) {
  std::optional<std::string_view> best;
  std::size_t best_distance = 0;
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    const std::size_t limit = std::max<std::size_t>(1, std::max(word.size(), candidate.size()) / 3);
    if (distance <= limit && (!best || distance < best_distance)) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string format_utc(std::int64_t unix_seconds) {
  return utc(unix_seconds, "%Y-%m-%dT%H:%M:%SZ");
}
std::string format_utc_compact(std::int64_t unix_seconds) {
  return utc(unix_seconds, "%Y%m%dT%H%M%SZ");
}

}  // namespace tracetax
