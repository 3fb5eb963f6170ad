#pragma once
// OTLP over gRPC with the SDK's recordables, its conversion and, where it can make one, its channel. The SDK 1.19's own
// exporter does the same and then drops the receiver's answer, so that spans of a partial success count as exported; as
// Debian builds it, it knows neither client certificates nor retries. Internal.

#include <memory>

#include <opentelemetry/sdk/trace/exporter.h>

#include "harness/scenario/tracing_config.h"
#include "harness/telemetry/counting.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace exporter::otlp {
struct OtlpGrpcExporterOptions;
}
OPENTELEMETRY_END_NAMESPACE

namespace tracetax::telemetry {

// The texts of PEM files.
struct ClientTls {
  std::string cert{};
  std::string key{};
  bool skip_verify = false;
};

std::unique_ptr<opentelemetry::sdk::trace::SpanExporter> make_grpc_exporter(
    const opentelemetry::exporter::otlp::OtlpGrpcExporterOptions& options, const ClientTls& tls,
    const ExportRetry& retry, std::shared_ptr<Counters> counters);

}  // namespace tracetax::telemetry
