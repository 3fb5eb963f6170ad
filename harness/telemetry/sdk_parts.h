#pragma once
// What a TracingConfig means in objects of the SDK. Internal.

#include <memory>

#include <opentelemetry/sdk/resource/resource.h>
#include <opentelemetry/sdk/trace/exporter.h>

#include "harness/scenario/tracing_config.h"
#include "harness/telemetry/counting.h"
#include "harness/telemetry/redaction.h"
#include "harness/telemetry/tracing.h"

namespace tracetax::telemetry {

// Throws std::invalid_argument naming key, value and what is possible.
void check(const TracingConfig&);

// Null for ExporterType::none. Throws std::invalid_argument naming the variable that a header refers to and the
// environment does not have, or the file that TLS needs and nobody can read. `counters`: where rejected spans and
// retries are counted.
std::unique_ptr<opentelemetry::sdk::trace::SpanExporter> make_exporter(const TracingConfig&, const Identity&,
                                                                       std::shared_ptr<Counters> counters);

opentelemetry::sdk::resource::Resource make_resource(const Identity&, const Redactor& = Redactor(RedactConfig{}));

}  // namespace tracetax::telemetry
