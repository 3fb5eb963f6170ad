#pragma once
// OTLP over HTTP through the SDK's client. The SDK 1.19 has an exporter of its own that does the same, but answers
// "success" whatever the client says: spans that nobody received would count as exported. Internal.

#include <memory>

#include <opentelemetry/exporters/otlp/otlp_http_exporter_options.h>
#include <opentelemetry/sdk/trace/exporter.h>

namespace tracetax::telemetry {

std::unique_ptr<opentelemetry::sdk::trace::SpanExporter> make_http_exporter(
    const opentelemetry::exporter::otlp::OtlpHttpExporterOptions& options);

}  // namespace tracetax::telemetry
