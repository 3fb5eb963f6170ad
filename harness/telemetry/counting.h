#pragma once
// The SDK says nothing of what it drops, so spans are counted on both sides of its batch processor. Internal.

#include <atomic>
#include <cstdint>
#include <memory>

#include <opentelemetry/sdk/trace/exporter.h>
#include <opentelemetry/sdk/trace/processor.h>

namespace tracetax::telemetry {

struct Counters {
  std::atomic<std::uint64_t> started{0}, sampled{0}, ended{0}, exported{0}, export_failed{0}, exports{0};
  std::atomic<std::uint64_t> kept_late{0}, held_dropped{0};
  std::atomic<std::uint64_t> rejected{0}, retries{0};
  std::atomic<int> last_export{-1};  // 1: acknowledged, 0: failed, -1: there was none
  std::atomic<bool> closing{false};  // further batches fail at once
};

// For an exporter, in the middle of its Export(): the receiver took the request but not so many of its spans.
void count_rejected(std::int64_t spans, Counters& counters);

// In front of the batch processor: sampled spans that start and that are handed over. Spans that are recorded without
// being sampled wait before it (keeper.h), so a span that gets here is a sampled one.
std::unique_ptr<opentelemetry::sdk::trace::SpanProcessor> count_spans(
    std::unique_ptr<opentelemetry::sdk::trace::SpanProcessor> next, std::shared_ptr<Counters> counters);

// Behind it: what became of each batch.
std::unique_ptr<opentelemetry::sdk::trace::SpanExporter> count_exports(
    std::unique_ptr<opentelemetry::sdk::trace::SpanExporter> next, std::shared_ptr<Counters> counters);

}  // namespace tracetax::telemetry
