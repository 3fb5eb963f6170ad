#include "harness/telemetry/http_exporter.h"

#include <google/protobuf/arena.h>
#include <opentelemetry/exporters/otlp/otlp_http_client.h>
#include <opentelemetry/exporters/otlp/otlp_recordable.h>
#include <opentelemetry/exporters/otlp/otlp_recordable_utils.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>

namespace tracetax::telemetry {

namespace {

namespace otlp = opentelemetry::exporter::otlp;
namespace sdk = opentelemetry::sdk;

otlp::OtlpHttpClientOptions client_options(const otlp::OtlpHttpExporterOptions& options) {
  return {options.url,
          options.ssl_insecure_skip_verify,
          options.ssl_ca_cert_path,
          options.ssl_ca_cert_string,
          options.ssl_client_key_path,
          options.ssl_client_key_string,
          options.ssl_client_cert_path,
          options.ssl_client_cert_string,
          options.ssl_min_tls,
          options.ssl_max_tls,
          options.ssl_cipher,
          options.ssl_cipher_suite,
          options.content_type,
          options.json_bytes_mapping,
          options.compression,
          options.use_json_name,
          options.console_debug,
          options.timeout,
          options.http_headers,
          options.retry_policy_max_attempts,
          options.retry_policy_initial_backoff,
          options.retry_policy_max_backoff,
          options.retry_policy_backoff_multiplier,
          std::shared_ptr<sdk::common::ThreadInstrumentation>()};
}

class HttpExporter final : public sdk::trace::SpanExporter {
 public:
  explicit HttpExporter(const otlp::OtlpHttpExporterOptions& options) : client_(client_options(options)) {}

  std::unique_ptr<sdk::trace::Recordable> MakeRecordable() noexcept override {
    return std::make_unique<otlp::OtlpRecordable>();
  }
  sdk::common::ExportResult Export(
      const opentelemetry::nostd::span<std::unique_ptr<sdk::trace::Recordable>>& spans) noexcept override {
    if (client_.IsShutdown()) return sdk::common::ExportResult::kFailure;
    if (spans.empty()) return sdk::common::ExportResult::kSuccess;
    using Request = opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest;
    google::protobuf::Arena arena;
    auto* const request = google::protobuf::Arena::CreateMessage<Request>(&arena);
    otlp::OtlpRecordableUtils::PopulateRequest(spans, request);
    return client_.Export(*request);
  }
  bool ForceFlush(std::chrono::microseconds timeout) noexcept override { return client_.ForceFlush(timeout); }
  bool Shutdown(std::chrono::microseconds timeout) noexcept override { return client_.Shutdown(timeout); }

 private:
  otlp::OtlpHttpClient client_;
};

}  // namespace

std::unique_ptr<sdk::trace::SpanExporter> make_http_exporter(const otlp::OtlpHttpExporterOptions& options) {
  return std::make_unique<HttpExporter>(options);
}

}  // namespace tracetax::telemetry
