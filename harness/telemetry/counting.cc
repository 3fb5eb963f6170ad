#include "harness/telemetry/counting.h"

#include <algorithm>
#include <utility>

#include <opentelemetry/sdk/trace/recordable.h>
#include <opentelemetry/trace/span_context.h>

namespace tracetax::telemetry {

namespace {

namespace sdk = opentelemetry::sdk;
using std::chrono::microseconds;

constexpr auto relaxed = std::memory_order_relaxed;

class CountingProcessor final : public sdk::trace::SpanProcessor {
 public:
  CountingProcessor(std::unique_ptr<SpanProcessor> next, std::shared_ptr<Counters> counters)
      : next_(std::move(next)), counters_(std::move(counters)) {}

  std::unique_ptr<sdk::trace::Recordable> MakeRecordable() noexcept override { return next_->MakeRecordable(); }
  void OnStart(sdk::trace::Recordable& span, const opentelemetry::trace::SpanContext& parent) noexcept override {
    counters_->sampled.fetch_add(1, relaxed);
    next_->OnStart(span, parent);
  }
  void OnEnd(std::unique_ptr<sdk::trace::Recordable>&& span) noexcept override {
    counters_->ended.fetch_add(1, relaxed);
    next_->OnEnd(std::move(span));
  }
  bool ForceFlush(microseconds timeout) noexcept override { return next_->ForceFlush(timeout); }
  bool Shutdown(microseconds timeout) noexcept override { return next_->Shutdown(timeout); }

 private:
  std::unique_ptr<SpanProcessor> next_;
  std::shared_ptr<Counters> counters_;
};

class CountingExporter final : public sdk::trace::SpanExporter {
 public:
  CountingExporter(std::unique_ptr<SpanExporter> next, std::shared_ptr<Counters> counters)
      : next_(std::move(next)), counters_(std::move(counters)) {}

  std::unique_ptr<sdk::trace::Recordable> MakeRecordable() noexcept override { return next_->MakeRecordable(); }
  sdk::common::ExportResult Export(
      const opentelemetry::nostd::span<std::unique_ptr<sdk::trace::Recordable>>& spans) noexcept override {
    const std::uint64_t size = spans.size();
    // Exports of one processor never overlap: what is added is this one's.
    const std::uint64_t rejected_before = counters_->rejected.load(relaxed);
    counters_->exports.fetch_add(1, relaxed);
    const auto result = counters_->closing.load(relaxed) ? sdk::common::ExportResult::kFailure : next_->Export(spans);
    const bool acknowledged = result == sdk::common::ExportResult::kSuccess;
    const std::uint64_t failed =
        acknowledged ? std::min(counters_->rejected.load(relaxed) - rejected_before, size) : size;
    if (acknowledged) counters_->rejected.store(rejected_before + failed, relaxed);  // no more than were sent
    counters_->export_failed.fetch_add(failed, relaxed);
    counters_->exported.fetch_add(size - failed, relaxed);
    counters_->last_export.store(acknowledged ? 1 : 0, relaxed);
    return result;
  }
  bool ForceFlush(microseconds timeout) noexcept override { return next_->ForceFlush(timeout); }
  bool Shutdown(microseconds timeout) noexcept override { return next_->Shutdown(timeout); }

 private:
  std::unique_ptr<SpanExporter> next_;
  std::shared_ptr<Counters> counters_;
};

}  // namespace

void count_rejected(std::int64_t spans, Counters& counters) {
  if (spans > 0) counters.rejected.fetch_add(static_cast<std::uint64_t>(spans), relaxed);
}

std::unique_ptr<sdk::trace::SpanProcessor> count_spans(std::unique_ptr<sdk::trace::SpanProcessor> next,
                                                       std::shared_ptr<Counters> counters) {
  return std::make_unique<CountingProcessor>(std::move(next), std::move(counters));
}

std::unique_ptr<sdk::trace::SpanExporter> count_exports(std::unique_ptr<sdk::trace::SpanExporter> next,
                                                        std::shared_ptr<Counters> counters) {
  return std::make_unique<CountingExporter>(std::move(next), std::move(counters));
}

}  // namespace tracetax::telemetry
