#pragma once
// Redaction on the exporter's own thread: a call pays nothing for it, and a span that is dropped is never looked at.
// Until then secrets are in the process's memory, where they came from. Internal.

#include <memory>
#include <string>
#include <unordered_map>

#include <opentelemetry/sdk/common/attribute_utils.h>
#include <opentelemetry/sdk/trace/exporter.h>

#include "harness/telemetry/redaction.h"

namespace tracetax::telemetry {

// `next`, given spans without what `redactor` masks: names, attributes, events, links, status descriptions. For
// recordables of OTLP and SpanData; a span of any other kind is not handed on, and the export fails. A redactor that
// masks nothing adds nothing.
std::unique_ptr<opentelemetry::sdk::trace::SpanExporter> redact_exports(
    std::unique_ptr<opentelemetry::sdk::trace::SpanExporter> next, std::shared_ptr<const Redactor> redactor);

void redact_attributes(const Redactor& redactor,
                       std::unordered_map<std::string, opentelemetry::sdk::common::OwnedAttributeValue>& attributes);

}  // namespace tracetax::telemetry
