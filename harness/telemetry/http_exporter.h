#pragma once
// OTLP over HTTP with the SDK's recordables, its conversion and its HTTP client. Between them stands code of ours where
// the SDK 1.19 has OtlpHttpClient, because of what that cannot say or do as Debian builds it: its exporter answers
// "success" whatever the receiver said, spans of a partial success count as exported, gzip and retries are left out.
// Internal.

#include <memory>

#include <opentelemetry/exporters/otlp/otlp_http_exporter_options.h>
#include <opentelemetry/sdk/trace/exporter.h>

#include "harness/scenario/tracing_config.h"
#include "harness/telemetry/counting.h"

namespace tracetax::telemetry {

// `options` without its retry policy, which is ours. Throws std::invalid_argument for an URL that is none.
std::unique_ptr<opentelemetry::sdk::trace::SpanExporter> make_http_exporter(
    const opentelemetry::exporter::otlp::OtlpHttpExporterOptions& options, const ExportRetry& retry,
    std::shared_ptr<Counters> counters);

}  // namespace tracetax::telemetry
