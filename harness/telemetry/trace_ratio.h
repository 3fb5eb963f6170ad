#pragma once
// The decision by trace id of the SDK's TraceIdRatioBased, bit for bit, for ratios that change while it runs: a trace
// that a lower ratio keeps is kept by every higher one, here and in all services.

#include <cstdint>

#include <opentelemetry/trace/trace_id.h>

namespace tracetax::telemetry {

// Which of the ids a ratio keeps: those whose position is not above. 0 keeps none, not even the position 0.
std::uint64_t ratio_threshold(double ratio);

// Of the first eight bytes, as the SDK 1.19 takes them.
std::uint64_t position_of(const opentelemetry::trace::TraceId& id);

inline bool keeps(std::uint64_t threshold, const opentelemetry::trace::TraceId& id) {
  return threshold != 0 && position_of(id) <= threshold;
}

}  // namespace tracetax::telemetry
