#pragma once
// What a TracingConfig means in objects of the SDK. Internal.

#include <memory>

#include <opentelemetry/sdk/resource/resource.h>
#include <opentelemetry/sdk/trace/exporter.h>

#include "harness/scenario/tracing_config.h"
#include "harness/telemetry/tracing.h"

namespace tracetax::telemetry {

// Whether the installed SDK can compress over HTTP: Debian's cannot, and would send plain bytes with an error in its
// log.
bool can_gzip_http();

// Throws std::invalid_argument naming key, value and what is possible.
void check(const TracingConfig&);

// Null for ExporterType::none. console writes to stderr: stdout can be a protocol channel.
std::unique_ptr<opentelemetry::sdk::trace::SpanExporter> make_exporter(const TracingConfig&);

opentelemetry::sdk::resource::Resource make_resource(const Identity&);

}  // namespace tracetax::telemetry
