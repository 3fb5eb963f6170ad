#pragma once
// Random numbers that are the same on every machine and with every standard library: the engine is std::mt19937_64
// (fixed by the standard bit for bit), the distributions are our own inverse CDFs on its bits (those of <random> are
// not fixed).

#include <cstdint>
#include <initializer_list>
#include <random>

namespace tracetax {

// SplitMix64's finaliser (Steele, Lea, Flood 2014): a bijection of 64 bits that mixes well.
constexpr std::uint64_t mix64(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

// A seed for an independent stream: order matters, {seed, block, call} differs from {seed, call, block}.
constexpr std::uint64_t derive_seed(std::initializer_list<std::uint64_t> parts) {
  std::uint64_t h = 0x2545f4914f6cdd1dULL;
  for (const std::uint64_t part : parts) h = mix64(h ^ mix64(part));
  return h;
}

// Uniform in the open interval (0, 1) from 64 random bits: 52 bits, never 0 and never 1. With 53 the half added to the
// largest would be rounded up to 1, of which there is no quantile.
constexpr double uniform_from_bits(std::uint64_t bits) {
  return (static_cast<double>(bits >> 12) + 0.5) * 0x1.0p-52;
}

// Quantile of the standard normal distribution, p in (0, 1). Wichura's algorithm AS 241 (PPND16, 1988), relative
// error about 1e-16.
double normal_quantile(double p);

// Quantile of the exponential distribution with the given mean.
double exponential_quantile(double p, double mean);

class Rng {
 public:
  explicit Rng(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t bits() { return engine_(); }
  double uniform() { return uniform_from_bits(engine_()); }
  double exponential(double mean) { return exponential_quantile(uniform(), mean); }
  double normal() { return normal_quantile(uniform()); }
  // Uniform in 0 .. n-1, n > 0. Lemire's multiply-shift with rejection: exactly uniform.
  std::uint64_t below(std::uint64_t n);

 private:
  std::mt19937_64 engine_;
};

// Fisher-Yates with our own draws, so that an order can be replayed on any machine.
template <class Range>
void shuffle(Range& range, Rng& rng) {
  for (std::uint64_t i = range.size(); i > 1; --i) {
    using std::swap;
    swap(range[static_cast<std::size_t>(i - 1)], range[static_cast<std::size_t>(rng.below(i))]);
  }
}

}  // namespace tracetax
