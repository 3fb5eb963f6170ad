#pragma once
// The numbers on which the Collector's samplers decide, bit for bit as its source computes them. Pure.
// Read in opentelemetry-collector-contrib v0.157.0; tests/data/policy holds them to the real code.

#include <cstdint>
#include <optional>
#include <string_view>

#include "harness/otlp/span.h"

namespace tracetax::policy {

// A threshold of the OpenTelemetry sampling specification: how many of 2^56 values of randomness are rejected. A span
// is kept when threshold ≤ randomness, so 2^56 keeps nothing and 0 everything.
using Threshold = std::uint64_t;
using Randomness = std::uint64_t;  // below 2^56
constexpr Threshold never_sample = std::uint64_t{1} << 56;
constexpr Threshold always_sample = 0;
constexpr Randomness most_random = never_sample - 1;

// tail_sampling, policy `probabilistic`: FNV-1a of 64 bits over the salt and the trace id; kept when hash ≤ threshold.
// (internal/sampling/probabilistic.go)
std::uint64_t tail_hash(std::string_view salt, const otlp::TraceId& trace);
// The part of 2^64-1 that a percentage is, with the rounding of a 64-bit mantissa; below 0 nothing, above 100
// everything.
std::uint64_t tail_threshold(double percentage);
// What an empty hash_salt stands for.
inline constexpr std::string_view default_salt = "default-hash-seed";

// probabilistic_sampler, mode hash_seed: FNV-1a of 32 bits over the seed (little endian) and the trace id, of which 14
// bits decide. (sampler_mode.go, randomnessFromBytes)
Randomness hashed_randomness(std::uint32_t seed, const otlp::TraceId& trace);
// never_sample when the percentage is less than one bucket of 16384.
Threshold hash_seed_threshold(float percentage);

// The last 56 bits of a trace id (W3C Trace Context 2, Random Trace ID Flag).
Randomness randomness_of(const otlp::TraceId& trace);
// With at least `precision` hexadecimal digits, 1 to 14. Empty outside of [2^-56, 1]. (pkg/sampling/probability.go)
std::optional<Threshold> threshold_of(double probability, int precision);
double probability_of(Threshold threshold);

}  // namespace tracetax::policy
