#include "harness/telemetry/redacting_exporter.h"

#include <utility>

#include <opentelemetry/common/key_value_iterable_view.h>
#include <opentelemetry/exporters/otlp/otlp_recordable.h>
#include <opentelemetry/sdk/trace/span_data.h>

namespace tracetax::telemetry {

namespace {

namespace otlp = opentelemetry::exporter::otlp;
namespace proto = opentelemetry::proto;
namespace sdk = opentelemetry::sdk;
using sdk::common::OwnedAttributeValue;

// OTLP: arrays and maps may nest.
void redact(const Redactor& redactor, proto::common::v1::AnyValue& value);

template <class Attributes>
void redact_all(const Redactor& redactor, Attributes& attributes) {
  for (proto::common::v1::KeyValue& attribute : attributes) {
    if (redactor.masks_key(attribute.key())) {
      attribute.mutable_value()->set_string_value(redactor.replacement());
    } else {
      redact(redactor, *attribute.mutable_value());
    }
  }
}

void redact(const Redactor& redactor, proto::common::v1::AnyValue& value) {
  if (value.has_string_value()) {
    redactor.mask(*value.mutable_string_value());
  } else if (value.has_array_value()) {
    for (auto& item : *value.mutable_array_value()->mutable_values()) redact(redactor, item);
  } else if (value.has_kvlist_value()) {
    redact_all(redactor, *value.mutable_kvlist_value()->mutable_values());
  }
}

void redact(const Redactor& redactor, proto::trace::v1::Span& span) {
  redactor.mask(*span.mutable_name());
  redact_all(redactor, *span.mutable_attributes());
  if (span.has_status()) redactor.mask(*span.mutable_status()->mutable_message());
  for (auto& event : *span.mutable_events()) {
    redactor.mask(*event.mutable_name());
    redact_all(redactor, *event.mutable_attributes());
  }
  for (auto& link : *span.mutable_links()) redact_all(redactor, *link.mutable_attributes());
}

// SpanData shows what it holds as const, and its events have no setters at all. The objects themselves are not const,
// and this exporter is their owner.
using Attributes = std::unordered_map<std::string, OwnedAttributeValue>;

void redact(const Redactor& redactor, const Attributes& shown) {
  redact_attributes(redactor, const_cast<Attributes&>(shown));
}

void redact(const Redactor& redactor, const sdk::trace::SpanDataEvent& shown) {
  redact(redactor, shown.GetAttributes());
  std::string name = shown.GetName();
  if (!redactor.mask(name)) return;
  auto& event = const_cast<sdk::trace::SpanDataEvent&>(shown);
  const std::map<std::string, std::string> none;
  Attributes attributes = shown.GetAttributes();
  event = sdk::trace::SpanDataEvent(name, shown.GetTimestamp(),
                                    opentelemetry::common::KeyValueIterableView<decltype(none)>(none));
  const_cast<Attributes&>(event.GetAttributes()) = std::move(attributes);
}

void redact(const Redactor& redactor, sdk::trace::SpanData& span) {
  std::string text(span.GetName());
  if (redactor.mask(text)) span.SetName(text);
  redact(redactor, span.GetAttributes());
  text = std::string(span.GetDescription());
  if (redactor.mask(text)) span.SetStatus(span.GetStatus(), text);
  for (const auto& event : span.GetEvents()) redact(redactor, event);
  for (const auto& link : span.GetLinks()) redact(redactor, link.GetAttributes());
}

bool redact(const Redactor& redactor, sdk::trace::Recordable* recordable) {
  if (auto* const span = dynamic_cast<otlp::OtlpRecordable*>(recordable)) {
    redact(redactor, span->span());
    return true;
  }
  auto* const span = dynamic_cast<sdk::trace::SpanData*>(recordable);
  if (span) redact(redactor, *span);
  return span != nullptr;
}

class RedactingExporter final : public sdk::trace::SpanExporter {
 public:
  RedactingExporter(std::unique_ptr<SpanExporter> next, std::shared_ptr<const Redactor> redactor)
      : next_(std::move(next)), redactor_(std::move(redactor)) {}

  std::unique_ptr<sdk::trace::Recordable> MakeRecordable() noexcept override { return next_->MakeRecordable(); }
  sdk::common::ExportResult Export(
      const opentelemetry::nostd::span<std::unique_ptr<sdk::trace::Recordable>>& spans) noexcept override {
    for (const auto& span : spans) {
      if (!redact(*redactor_, span.get())) return sdk::common::ExportResult::kFailure;
    }
    return next_->Export(spans);
  }
  bool ForceFlush(std::chrono::microseconds timeout) noexcept override { return next_->ForceFlush(timeout); }
  bool Shutdown(std::chrono::microseconds timeout) noexcept override { return next_->Shutdown(timeout); }

 private:
  std::unique_ptr<SpanExporter> next_;
  std::shared_ptr<const Redactor> redactor_;
};

}  // namespace

void redact_attributes(const Redactor& redactor, std::unordered_map<std::string, OwnedAttributeValue>& attributes) {
  for (auto& [key, value] : attributes) {
    if (redactor.masks_key(key)) {
      value = redactor.replacement();
    } else if (auto* const text = opentelemetry::nostd::get_if<std::string>(&value)) {
      redactor.mask(*text);
    } else if (auto* const texts = opentelemetry::nostd::get_if<std::vector<std::string>>(&value)) {
      for (std::string& one : *texts) redactor.mask(one);
    }
  }
}

std::unique_ptr<sdk::trace::SpanExporter> redact_exports(std::unique_ptr<sdk::trace::SpanExporter> next,
                                                         std::shared_ptr<const Redactor> redactor) {
  if (!next || !redactor->active()) return next;
  return std::make_unique<RedactingExporter>(std::move(next), std::move(redactor));
}

}  // namespace tracetax::telemetry
