#include "harness/policy/hashes.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace tracetax::policy {
namespace {

__extension__ typedef unsigned __int128 Wide;

constexpr int threshold_digits = 14;

template <class Word>
Word fnv1a(Word hash, Word prime, std::string_view bytes) {
  for (const char c : bytes) {
    hash ^= static_cast<std::uint8_t>(c);
    hash *= prime;
  }
  return hash;
}

std::string_view bytes_of(const otlp::TraceId& trace) {
  return {reinterpret_cast<const char*>(trace.data()), trace.size()};
}

int bits_in(Wide value) {
  const auto high = static_cast<std::uint64_t>(value >> 64);
  return static_cast<int>(high != 0 ? 64 + std::bit_width(high) : std::bit_width(static_cast<std::uint64_t>(value)));
}

}  // namespace

std::uint64_t tail_hash(std::string_view salt, const otlp::TraceId& trace) {
  constexpr std::uint64_t offset = 14695981039346656037u, prime = 1099511628211u;
  return fnv1a(fnv1a(offset, prime, salt), prime, bytes_of(trace));
}

std::uint64_t tail_threshold(double percentage) {
  const double ratio = percentage / 100;
  if (!(ratio > 0)) return 0;
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  if (ratio >= 1) return most;
  int exponent = 0;
  const double fraction = std::frexp(ratio, &exponent);
  const auto mantissa = static_cast<std::uint64_t>(std::ldexp(fraction, 53));  // ratio = mantissa × 2^(exponent - 53)
  // Go's big.Float rounds the product to the 64 bits that its larger operand has, to the nearest, ties to even.
  Wide product = Wide{most} * mantissa;
  int scale = exponent - 53;
  if (const int extra = bits_in(product) - 64; extra > 0) {
    const Wide rest = product & ((Wide{1} << extra) - 1);
    const Wide half = Wide{1} << (extra - 1);
    product >>= extra;
    scale += extra;
    if (rest > half || (rest == half && (product & 1) != 0)) ++product;
  }
  if (scale >= 0) return static_cast<std::uint64_t>(product << scale);
  return -scale >= 128 ? 0 : static_cast<std::uint64_t>(product >> -scale);
}

Randomness hashed_randomness(std::uint32_t seed, const otlp::TraceId& trace) {
  constexpr std::uint32_t offset = 2166136261u, prime = 16777619u;
  std::uint32_t hash = offset;
  for (int shift = 0; shift < 32; shift += 8) {
    hash ^= (seed >> shift) & 0xff;
    hash *= prime;
  }
  hash = fnv1a(hash, prime, bytes_of(trace));
  constexpr std::uint64_t buckets = 0x4000;
  const std::uint64_t bucket = hash & (buckets - 1);
  const std::uint64_t unused = hash >> 18;
  const std::uint64_t mixed = unused ^ (unused << 10);
  return ((buckets - 1 - bucket) << 42) | (mixed << 14) | bucket;
}

Threshold hash_seed_threshold(float percentage) {
  // In 32-bit floating point and rounded towards zero, as the Collector has it since its first version.
  constexpr float scale = 163.84f;
  const auto accepted = static_cast<std::uint32_t>(std::min(percentage, 100.0f) * scale);
  if (accepted == 0) return never_sample;
  return std::uint64_t{0x4000 - accepted} << 42;
}

Randomness randomness_of(const otlp::TraceId& trace) {
  Randomness value = 0;
  for (std::size_t i = 9; i < trace.size(); ++i) value = value << 8 | trace[i];
  return value;
}

std::optional<Threshold> threshold_of(double probability, int precision) {
  if (!(probability >= std::ldexp(1, -56) && probability <= 1)) return std::nullopt;
  if (probability == 1) return always_sample;
  // Leading digits 0 or f say little, so they do not count as precision.
  int exponent = 0, exponent_of_rest = 0;
  std::frexp(probability, &exponent);
  std::frexp(1 - probability, &exponent_of_rest);
  const int digits = std::min(threshold_digits, std::max(precision + exponent / -4, precision + exponent_of_rest / -4));
  Threshold threshold = never_sample - static_cast<std::uint64_t>(std::round(std::ldexp(probability, 56)));
  if (const int shift = 4 * (threshold_digits - digits); shift != 0) {
    threshold += Threshold{1} << (shift - 1);
    threshold = threshold >> shift << shift;
  }
  return threshold;
}

double probability_of(Threshold threshold) {
  return std::ldexp(static_cast<double>(never_sample - threshold), -56);
}

}  // namespace tracetax::policy
