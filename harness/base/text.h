#pragma once
// Numbers as people read them, and texts as they write them. Pure.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "harness/base/time.h"

namespace tracetax {

// "212 µs", "1.07 ms", "-19.0 µs", "2.00 s", "0 ns": three significant digits and the unit that fits.
std::string format_duration(double nanoseconds);
// "+19.0 µs": as format_duration with a sign always.
std::string format_signed_duration(double nanoseconds);
// 0.0107 -> "1.07 %", "-0.02 %"; `digits` after the point.
std::string format_share(double fraction, int digits = 2);
std::string format_signed_share(double fraction, int digits = 2);
// "1,003", "-12,345,678".
std::string format_count(std::int64_t n);
// "512 B", "1.21 kB", "3.00 MB": decimal units, three significant digits.
std::string format_bytes(double bytes);

// A number and its unit as users write them: "2ms", "1.5 s", "100us", "100µs", "0s". Units: ns us µs ms s m h.
// Empty when the text is not of that form, is not finite, or does not fit 64-bit nanoseconds.
std::optional<Nanos> parse_duration(std::string_view text);

// The candidate nearest to `word` by Damerau-Levenshtein distance, when it is near enough to be meant
// (distance at most a third of the longer word, at least 1). Ties go to the first.
std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates);

// UTC as "2026-01-02T10:15:00Z" and as "20260102T101500Z" (for names of folders), from seconds since 1970.
std::string format_utc(std::int64_t unix_seconds);
std::string format_utc_compact(std::int64_t unix_seconds);

}  // namespace tracetax
