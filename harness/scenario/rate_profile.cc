#include "harness/scenario/rate_profile.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/base/ensure.h"

namespace tracetax {

double RateProfile::Piece::calls_in(double seconds) const {
  return seconds * (from + (to - from) * seconds / (2 * length_s));
}

void RateProfile::add(Nanos length, double from_per_s, double to_per_s) {
  ensure(length > Nanos{} && from_per_s >= 0 && to_per_s >= 0, "a piece of a profile needs a length and rates");
  const Piece piece{to_seconds(length_), to_seconds(length), from_per_s, to_per_s, calls_};
  calls_ += piece.calls_in(piece.length_s);
  length_ += length;
  pieces_.push_back(piece);
}

double RateProfile::highest_per_s() const {
  double highest = 0;
  for (const Piece& piece : pieces_) highest = std::max({highest, piece.from, piece.to});
  return highest;
}

double RateProfile::mean_per_s() const {
  ensure(!pieces_.empty(), "a profile without pieces has no rate");
  return calls_ / to_seconds(length_);
}

double RateProfile::expected_within(double seconds) const {
  const auto after = std::ranges::upper_bound(pieces_, seconds, {}, &Piece::begins_s);
  const Piece& piece = *(after == pieces_.begin() ? after : after - 1);
  return piece.before + piece.calls_in(std::min(seconds - piece.begins_s, piece.length_s));
}

double RateProfile::expected(Nanos time) const {
  ensure(!pieces_.empty(), "a profile without pieces has no rate");
  const double seconds = to_seconds(time);
  const double whole = to_seconds(length_);
  if (seconds <= whole) return expected_within(seconds);
  if (after_ == After::stays) return calls_ + (seconds - whole) * pieces_.back().to;
  const double rounds = std::floor(seconds / whole);
  return rounds * calls_ + expected_within(seconds - rounds * whole);
}

double RateProfile::seconds_within(double calls) const {
  const auto after = std::ranges::upper_bound(pieces_, calls, {}, &Piece::before);
  const Piece& piece = *(after == pieces_.begin() ? after : after - 1);
  const double left = calls - piece.before;
  const double slope = (piece.to - piece.from) / piece.length_s;
  // from · t + slope · t² / 2 = left, in the form that does not cancel when the slope is small or negative.
  const double root = std::sqrt(std::max(0.0, piece.from * piece.from + 2 * slope * left));
  const double divisor = piece.from + root;
  const double seconds = divisor > 0 ? 2 * left / divisor : piece.length_s;
  return piece.begins_s + std::min(seconds, piece.length_s);
}

double RateProfile::time_ns_of(double calls) const {
  ensure(calls_ > 0, "a profile must expect calls");
  if (calls <= calls_) return 1e9 * seconds_within(calls);
  const double whole = to_seconds(length_);
  if (after_ == After::repeats) {
    const double rounds = std::floor(calls / calls_);
    return 1e9 * (rounds * whole + seconds_within(calls - rounds * calls_));
  }
  const double rate = pieces_.back().to;
  if (rate <= 0) return std::numeric_limits<double>::infinity();
  return 1e9 * (whole + (calls - calls_) / rate);
}

}  // namespace tracetax
