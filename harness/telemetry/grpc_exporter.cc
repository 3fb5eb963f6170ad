#include "harness/telemetry/grpc_exporter.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <opentelemetry/exporters/otlp/otlp_grpc_client.h>
#include <opentelemetry/exporters/otlp/otlp_grpc_exporter_options.h>
#include <opentelemetry/exporters/otlp/otlp_recordable.h>
#include <opentelemetry/exporters/otlp/otlp_recordable_utils.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.grpc.pb.h>
#include <opentelemetry/sdk/common/global_log_handler.h>

#include "harness/telemetry/retry.h"

namespace tracetax::telemetry {

namespace {

namespace otlp = opentelemetry::exporter::otlp;
namespace sdk = opentelemetry::sdk;
namespace tls_preview = grpc::experimental;  // gRPC's name for what can leave the receiver unverified
using opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest;
using opentelemetry::proto::collector::trace::v1::ExportTraceServiceResponse;
using opentelemetry::proto::collector::trace::v1::TraceService;

// OTLP/gRPC's list of retryable codes. RESOURCE_EXHAUSTED belongs to it only with a RetryInfo, which we do not read.
bool is_retryable(grpc::StatusCode code) {
  using grpc::StatusCode;
  return code == StatusCode::CANCELLED || code == StatusCode::DEADLINE_EXCEEDED || code == StatusCode::ABORTED ||
         code == StatusCode::OUT_OF_RANGE || code == StatusCode::UNAVAILABLE || code == StatusCode::DATA_LOSS;
}

std::shared_ptr<grpc::ChannelCredentials> credentials(const otlp::OtlpGrpcExporterOptions& options,
                                                      const ClientTls& tls) {
  if (!tls.skip_verify) {
    return grpc::SslCredentials({options.ssl_credentials_cacert_as_string, tls.key, tls.cert});
  }
  tls_preview::TlsChannelCredentialsOptions unverified;
  unverified.set_verify_server_certs(false);
  unverified.set_check_call_host(false);
  unverified.set_certificate_verifier(std::make_shared<tls_preview::NoOpCertificateVerifier>());
  if (!tls.cert.empty()) {
    unverified.set_certificate_provider(std::make_shared<tls_preview::StaticDataCertificateProvider>(
        std::vector<tls_preview::IdentityKeyCertPair>{{tls.key, tls.cert}}));
    unverified.watch_identity_key_cert_pairs();
  }
  return tls_preview::TlsCredentials(unverified);
}

// "https://HOST:PORT/…" without its ends: what gRPC calls a target.
std::string target_of(const std::string& endpoint) {
  const auto scheme = endpoint.find("://");
  const std::string rest = scheme == std::string::npos ? endpoint : endpoint.substr(scheme + 3);
  return rest.substr(0, rest.find('/'));
}

std::shared_ptr<grpc::Channel> make_channel(const otlp::OtlpGrpcExporterOptions& options, const ClientTls& tls) {
  if (tls.cert.empty() && !tls.skip_verify) return otlp::OtlpGrpcClient::MakeChannel(options);
  grpc::ChannelArguments arguments;
  arguments.SetUserAgentPrefix(options.user_agent);
  if (options.compression == "gzip") arguments.SetCompressionAlgorithm(GRPC_COMPRESS_GZIP);
  return grpc::CreateCustomChannel(target_of(options.endpoint), credentials(options, tls), arguments);
}

class GrpcExporter final : public sdk::trace::SpanExporter {
 public:
  GrpcExporter(const otlp::OtlpGrpcExporterOptions& options, const ClientTls& tls, const ExportRetry& retry,
               std::shared_ptr<Counters> counters)
      : options_(options),
        retry_(retry),
        counters_(std::move(counters)),
        stub_(TraceService::NewStub(make_channel(options, tls))) {}

  std::unique_ptr<sdk::trace::Recordable> MakeRecordable() noexcept override {
    return std::make_unique<otlp::OtlpRecordable>();
  }

  sdk::common::ExportResult Export(
      const opentelemetry::nostd::span<std::unique_ptr<sdk::trace::Recordable>>& spans) noexcept override {
    if (shut_down_) return sdk::common::ExportResult::kFailure;
    if (spans.empty()) return sdk::common::ExportResult::kSuccess;
    google::protobuf::ArenaOptions sizes;  // the SDK's exporter's
    sizes.initial_block_size = 1024;
    sizes.max_block_size = 65536;
    google::protobuf::Arena arena(sizes);
    auto* const request = google::protobuf::Arena::CreateMessage<ExportTraceServiceRequest>(&arena);
    otlp::OtlpRecordableUtils::PopulateRequest(spans, request);
    const bool accepted = attempt_export(retry_, std::chrono::duration_cast<Nanos>(options_.timeout), *counters_,
                                         [&](Nanos left) { return send(*request, left); });
    return accepted ? sdk::common::ExportResult::kSuccess : sdk::common::ExportResult::kFailure;
  }

  bool ForceFlush(std::chrono::microseconds) noexcept override { return true; }  // an export ends with its answer
  bool Shutdown(std::chrono::microseconds) noexcept override {
    shut_down_ = true;
    return true;
  }

 private:
  Attempt send(const ExportTraceServiceRequest& request, Nanos left) {
    otlp::OtlpGrpcExporterOptions now = options_;
    // 0 would be no limit at all.
    now.timeout =
        std::chrono::duration_cast<decltype(now.timeout)>(std::max(left, Nanos(std::chrono::milliseconds(1))));
    const auto context = otlp::OtlpGrpcClient::MakeClientContext(now);
    ExportTraceServiceResponse response;
    const grpc::Status status = stub_->Export(context.get(), request, &response);
    if (status.ok()) {
      count_rejected(response.partial_success().rejected_spans(), *counters_);
      return {Attempt::Result::accepted};
    }
    OTEL_INTERNAL_LOG_ERROR("[OTLP GRPC] export failed: code " << static_cast<int>(status.error_code()) << ": "
                                                               << status.error_message());
    return {is_retryable(status.error_code()) ? Attempt::Result::retryable : Attempt::Result::refused};
  }

  const otlp::OtlpGrpcExporterOptions options_;
  const ExportRetry retry_;
  const std::shared_ptr<Counters> counters_;
  const std::unique_ptr<TraceService::Stub> stub_;
  std::atomic<bool> shut_down_{false};
};

}  // namespace

std::unique_ptr<sdk::trace::SpanExporter> make_grpc_exporter(const otlp::OtlpGrpcExporterOptions& options,
                                                             const ClientTls& tls, const ExportRetry& retry,
                                                             std::shared_ptr<Counters> counters) {
  return std::make_unique<GrpcExporter>(options, tls, retry, std::move(counters));
}

}  // namespace tracetax::telemetry
