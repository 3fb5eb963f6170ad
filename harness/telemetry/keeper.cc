#include "harness/telemetry/keeper.h"

#include <cstring>
#include <string>
#include <utility>

#include <opentelemetry/common/key_value_iterable.h>
#include <opentelemetry/sdk/trace/recordable.h>
#include <opentelemetry/trace/span_context.h>
#include <opentelemetry/trace/span_context_kv_iterable.h>

#include "harness/telemetry/local_traces.h"

namespace tracetax::telemetry {
namespace {

namespace common = opentelemetry::common;
namespace nostd = opentelemetry::nostd;
namespace sdk = opentelemetry::sdk;
namespace trace = opentelemetry::trace;
using std::chrono::microseconds;

thread_local bool sampled = false;

class RecordAll final : public sdk::trace::Sampler {
 public:
  explicit RecordAll(std::unique_ptr<Sampler> sampler)
      : sampler_(std::move(sampler)), description_("RecordAll{" + std::string(sampler_->GetDescription()) + "}") {}
  sdk::trace::SamplingResult ShouldSample(const trace::SpanContext& parent, trace::TraceId id, nostd::string_view name,
                                          trace::SpanKind kind, const common::KeyValueIterable& attributes,
                                          const trace::SpanContextKeyValueIterable& links) noexcept override {
    auto result = sampler_->ShouldSample(parent, id, name, kind, attributes, links);
    sampled = result.IsSampled();
    if (!sampled) result.decision = sdk::trace::Decision::RECORD_ONLY;
    return result;
  }
  nostd::string_view GetDescription() const noexcept override { return description_; }

 private:
  std::unique_ptr<Sampler> sampler_;
  std::string description_;
};

std::uint64_t number(const trace::SpanId& id) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, id.Id().data(), sizeof bits);
  return bits;
}

// The exporter's own record, which can only be written to, with what has to be known of it.
class Watched final : public sdk::trace::Recordable {
 public:
  Watched(Recorded span, bool is_sampled) : inner(std::move(span)), was_sampled(is_sampled) {}

  void SetIdentity(const trace::SpanContext& context, trace::SpanId parent) noexcept override {
    id = number(context.span_id());
    flags = context.trace_flags();
    inner->SetIdentity(context, parent);
  }
  void SetAttribute(nostd::string_view key, const common::AttributeValue& value) noexcept override {
    inner->SetAttribute(key, value);
  }
  void AddEvent(nostd::string_view event, common::SystemTimestamp at,
                const common::KeyValueIterable& attributes) noexcept override {
    inner->AddEvent(event, at, attributes);
  }
  void AddLink(const trace::SpanContext& context, const common::KeyValueIterable& attributes) noexcept override {
    inner->AddLink(context, attributes);
  }
  void SetStatus(trace::StatusCode code, nostd::string_view description) noexcept override {
    failed = code == trace::StatusCode::kError;
    inner->SetStatus(code, description);
  }
  void SetName(nostd::string_view text) noexcept override {
    name.assign(text.data(), text.size());
    inner->SetName(text);
  }
  void SetTraceFlags(trace::TraceFlags value) noexcept override {
    flags = value;
    inner->SetTraceFlags(value);
  }
  void SetSpanKind(trace::SpanKind kind) noexcept override { inner->SetSpanKind(kind); }
  void SetResource(const sdk::resource::Resource& resource) noexcept override { inner->SetResource(resource); }
  void SetStartTime(common::SystemTimestamp time) noexcept override { inner->SetStartTime(time); }
  void SetDuration(std::chrono::nanoseconds time) noexcept override {
    duration = time;
    inner->SetDuration(time);
  }
  void SetInstrumentationScope(const sdk::trace::InstrumentationScope& scope) noexcept override {
    inner->SetInstrumentationScope(scope);
  }

  Recorded inner;
  const bool was_sampled;
  bool failed = false;
  std::uint64_t id = 0;
  trace::TraceFlags flags{};
  std::string name{};
  Nanos duration{};
  std::shared_ptr<LocalTraces::Trace> trace{};
};

class KeepingProcessor final : public sdk::trace::SpanProcessor {
 public:
  KeepingProcessor(std::unique_ptr<SpanProcessor> next, const SamplerConfig& config, std::shared_ptr<Counters> counters)
      : next_(std::move(next)), counters_(std::move(counters)), traces_(config) {}

  Recorded MakeRecordable() noexcept override {
    return std::make_unique<Watched>(next_->MakeRecordable(), last_was_sampled());
  }
  void OnStart(sdk::trace::Recordable& span, const trace::SpanContext& parent) noexcept override {
    auto& watched = static_cast<Watched&>(span);
    // A service that calls itself has the parent among its own spans.
    const bool is_root = !parent.IsValid() || parent.IsRemote();
    watched.trace = traces_.started(watched.id, is_root ? 0 : number(parent.span_id()));
    if (watched.was_sampled) next_->OnStart(*watched.inner, parent);
  }
  void OnEnd(Recorded&& span) noexcept override {
    const std::unique_ptr<Watched> watched(static_cast<Watched*>(span.release()));
    LocalTraces::Ended ended{watched->id, watched->trace, watched->name, watched->duration, watched->failed, {}};
    if (watched->was_sampled) {
      next_->OnEnd(std::move(watched->inner));
    } else {
      // It is exported only if it is kept, and then it is a sampled one.
      const auto flags = static_cast<std::uint8_t>(watched->flags.flags() | trace::TraceFlags::kIsSampled);
      watched->inner->SetTraceFlags(trace::TraceFlags(flags));
      ended.not_sampled = std::move(watched->inner);
    }
    LocalTraces::Outcome outcome = traces_.ended(std::move(ended));
    const auto relaxed = std::memory_order_relaxed;
    if (outcome.overflowed > 0) counters_->held_dropped.fetch_add(outcome.overflowed, relaxed);
    if (outcome.kept.empty()) return;
    counters_->sampled.fetch_add(outcome.kept.size(), relaxed);
    counters_->kept_late.fetch_add(outcome.kept.size(), relaxed);
    for (Recorded& one : outcome.kept) next_->OnEnd(std::move(one));
  }
  bool ForceFlush(microseconds timeout) noexcept override { return next_->ForceFlush(timeout); }
  bool Shutdown(microseconds timeout) noexcept override { return next_->Shutdown(timeout); }

 private:
  std::unique_ptr<SpanProcessor> next_;
  std::shared_ptr<Counters> counters_;
  LocalTraces traces_;
};

}  // namespace

std::unique_ptr<sdk::trace::Sampler> record_all(std::unique_ptr<sdk::trace::Sampler> sampler) {
  return std::make_unique<RecordAll>(std::move(sampler));
}

bool last_was_sampled() {
  return sampled;
}

std::unique_ptr<sdk::trace::SpanProcessor> keep_late(std::unique_ptr<sdk::trace::SpanProcessor> next,
                                                     const SamplerConfig& config, std::shared_ptr<Counters> counters) {
  return std::make_unique<KeepingProcessor>(std::move(next), config, std::move(counters));
}

}  // namespace tracetax::telemetry
