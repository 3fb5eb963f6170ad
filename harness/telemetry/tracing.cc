#include "harness/telemetry/tracing.h"

#include <vector>

#include <opentelemetry/common/key_value_iterable.h>
#include <opentelemetry/sdk/trace/batch_span_processor_factory.h>
#include <opentelemetry/sdk/trace/batch_span_processor_options.h>
#include <opentelemetry/sdk/trace/multi_span_processor.h>
#include <opentelemetry/sdk/trace/tracer_provider_factory.h>
#include <opentelemetry/trace/noop.h>
#include <opentelemetry/trace/span_context_kv_iterable.h>

#include "harness/telemetry/counting.h"
#include "harness/telemetry/keeper.h"
#include "harness/telemetry/redacting_exporter.h"
#include "harness/telemetry/samplers.h"
#include "harness/telemetry/sdk_parts.h"

namespace tracetax::telemetry {

namespace {

namespace common = opentelemetry::common;
namespace nostd = opentelemetry::nostd;
namespace sdk = opentelemetry::sdk::trace;

constexpr const char* scope_name = "tracetax";
constexpr Nanos last_export = std::chrono::seconds(2);

// Views: no attribute or link is copied on its way into the SDK.
class AttributesView final : public common::KeyValueIterable {
 public:
  explicit AttributesView(std::initializer_list<Attribute> attributes, std::string_view tool = {})
      : attributes_(attributes), tool_(tool) {}
  bool ForEachKeyValue(
      nostd::function_ref<bool(nostd::string_view, common::AttributeValue)> use) const noexcept override {
    if (!tool_.empty() && !use("gen_ai.tool.name", nostd::string_view(tool_.data(), tool_.size()))) return false;
    for (const Attribute& one : attributes_) {
      if (!use({one.key.data(), one.key.size()}, one.value)) return false;
    }
    return true;
  }
  std::size_t size() const noexcept override { return attributes_.size() + (tool_.empty() ? 0 : 1); }

 private:
  std::initializer_list<Attribute> attributes_;
  std::string_view tool_;
};

class LinkView final : public opentelemetry::trace::SpanContextKeyValueIterable {
 public:
  explicit LinkView(const SpanContext& link) : link_(link), size_(link.IsValid() ? 1 : 0) {}
  bool ForEachKeyValue(
      nostd::function_ref<bool(SpanContext, const common::KeyValueIterable&)> use) const noexcept override {
    return size_ == 0 || use(link_, AttributesView({}));
  }
  std::size_t size() const noexcept override { return size_; }

 private:
  const SpanContext& link_;
  std::size_t size_;
};

std::unique_ptr<sdk::SpanProcessor> make_processor(const TracingConfig& config,
                                                   std::unique_ptr<sdk::SpanExporter> exporter,
                                                   const std::shared_ptr<Counters>& counters) {
  const BatchConfig& batch = config.batch;
  std::unique_ptr<sdk::SpanProcessor> next;
  if (exporter) {
    sdk::BatchSpanProcessorOptions options;
    options.max_queue_size = batch.queue;
    options.max_export_batch_size = batch.size;
    options.schedule_delay_millis = std::chrono::duration_cast<std::chrono::milliseconds>(batch.delay);
    next = sdk::BatchSpanProcessorFactory::Create(count_exports(std::move(exporter), counters), options);
  } else {
    // As the specification has it for OTEL_TRACES_EXPORTER=none: no processor behind the SDK's spans.
    next = std::make_unique<sdk::MultiSpanProcessor>(std::vector<std::unique_ptr<sdk::SpanProcessor>>{});
  }
  next = count_spans(std::move(next), counters);
  return config.sampler.keeps_late() ? keep_late(std::move(next), config.sampler, counters) : std::move(next);
}

std::unique_ptr<sdk::Sampler> sampler_of(const SamplerConfig& config,
                                         const opentelemetry::sdk::resource::Resource& of) {
  const auto name = of.GetAttributes().find("service.name");
  const auto* const service = name == of.GetAttributes().end() ? nullptr : nostd::get_if<std::string>(&name->second);
  auto sampler = make_sampler(config, service ? *service : std::string());
  return config.keeps_late() ? record_all(std::move(sampler)) : std::move(sampler);
}

}  // namespace

Span& Span::operator=(Span&& other) noexcept {
  if (this != &other) {
    end();
    span_ = std::move(other.span_);
    sampled_ = other.sampled_;
    recording_ = std::exchange(other.recording_, false);
  }
  return *this;
}

SpanContext Span::context() const {
  if (!span_) return SpanContext::GetInvalid();
  const SpanContext context = span_->GetContext();
  if (sampled_ || !context.IsSampled()) return context;
  using opentelemetry::trace::TraceFlags;
  const auto flags = static_cast<std::uint8_t>(context.trace_flags().flags() & ~TraceFlags::kIsSampled);
  return {context.trace_id(), context.span_id(), TraceFlags(flags), false, context.trace_state()};
}

void Span::event(std::string_view name, std::initializer_list<Attribute> attributes) {
  if (recording_) span_->AddEvent({name.data(), name.size()}, AttributesView(attributes));
}

void Span::error(std::string_view type, std::string_view description) {
  if (!recording_) return;
  span_->SetAttribute("error.type", nostd::string_view(type.data(), type.size()));
  span_->SetStatus(opentelemetry::trace::StatusCode::kError, {description.data(), description.size()});
}

void Span::ok() {
  if (recording_) span_->SetStatus(opentelemetry::trace::StatusCode::kOk);
}

struct Tracing::Parts {
  TracingConfig config;
  std::shared_ptr<Counters> counters{};
  std::unique_ptr<sdk::TracerProvider> provider{};  // null: sampler none
  sdk::SpanProcessor* processor = nullptr;          // the provider's
  nostd::shared_ptr<opentelemetry::trace::Tracer> tracer{};
};

std::unique_ptr<Tracing> Tracing::start(const TracingConfig& config, const Identity& identity) {
  check(config);
  const auto counters = std::make_shared<Counters>();
  const bool traces = config.sampler.type != SamplerType::none;
  return start(config, identity, traces ? make_exporter(config, identity, counters) : nullptr, counters);
}

std::unique_ptr<Tracing> Tracing::start(const TracingConfig& config, const Identity& identity,
                                        std::unique_ptr<sdk::SpanExporter> exporter) {
  return start(config, identity, std::move(exporter), std::make_shared<Counters>());
}

std::unique_ptr<Tracing> Tracing::start(const TracingConfig& config, const Identity& identity,
                                        std::unique_ptr<sdk::SpanExporter> exporter,
                                        std::shared_ptr<Counters> counters) {
  check(config);
  auto parts = std::make_unique<Parts>();
  parts->config = config;
  parts->counters = std::move(counters);
  const auto redactor = std::make_shared<const Redactor>(config.redact);
  if (config.sampler.type == SamplerType::none) {
    opentelemetry::trace::NoopTracerProvider provider;
    parts->tracer = static_cast<opentelemetry::trace::TracerProvider&>(provider).GetTracer(scope_name);
  } else {
    auto processor = make_processor(config, redact_exports(std::move(exporter), redactor), parts->counters);
    parts->processor = processor.get();
    const auto resource = make_resource(identity, *redactor);
    parts->provider =
        sdk::TracerProviderFactory::Create(std::move(processor), resource, sampler_of(config.sampler, resource));
    parts->tracer = parts->provider->GetTracer(scope_name, TRACETAX_VERSION);
  }
  return std::unique_ptr<Tracing>(new Tracing(std::move(parts)));
}

Tracing::Tracing(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Tracing::~Tracing() {
  if (!parts_->provider) return;
  flush(last_export);
  parts_->counters->closing = true;
  parts_->provider->Shutdown();
}

Span Tracing::span(std::string_view name, const SpanStart& how) {
  parts_->counters->started.fetch_add(1, std::memory_order_relaxed);
  opentelemetry::trace::StartSpanOptions options;
  options.kind = how.kind;
  // For a root the SDK would look for the thread's active span; nothing in this project ever makes one active.
  if (how.parent.IsValid()) options.parent = how.parent;
  auto span = parts_->tracer->StartSpan({name.data(), name.size()}, AttributesView(how.attributes, how.tool),
                                        LinkView(how.link), options);
  return Span(std::move(span), !parts_->config.sampler.keeps_late() || last_was_sampled());
}

SpanCounts Tracing::counts() const {
  const Counters& now = *parts_->counters;
  SpanCounts counts;
  counts.exports = now.exports;
  counts.export_failed = now.export_failed;
  counts.exported = now.exported;
  counts.rejected = now.rejected;
  counts.retries = now.retries;
  if (const int last = now.last_export; last >= 0) counts.exporter_up = last == 1;
  // Earlier steps are read after later ones: a snapshot never shows more spans leaving than had come.
  counts.ended = now.ended;
  counts.held_dropped = now.held_dropped;
  counts.kept_late = now.kept_late;
  counts.sampled = now.sampled;
  counts.started = now.started;
  return counts;
}

bool Tracing::flush(Nanos timeout) {
  if (!parts_->provider) return true;
  // Not through the provider: what it answers when the time is up is true all the same (1.19).
  return parts_->processor->ForceFlush(std::chrono::duration_cast<std::chrono::microseconds>(timeout));
}

const TracingConfig& Tracing::config() const {
  return parts_->config;
}

}  // namespace tracetax::telemetry
