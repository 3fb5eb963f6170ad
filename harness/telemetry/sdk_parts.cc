#include "harness/telemetry/sdk_parts.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>

#include <opentelemetry/exporters/ostream/span_exporter_factory.h>
#include <opentelemetry/exporters/otlp/otlp_environment.h>
#include <opentelemetry/exporters/otlp/otlp_grpc_exporter_options.h>
#include <opentelemetry/exporters/otlp/otlp_http_exporter_options.h>
#include <opentelemetry/sdk/resource/resource_detector.h>

#include "harness/scenario/env_text.h"
#include "harness/telemetry/grpc_exporter.h"
#include "harness/telemetry/http_exporter.h"
#include "harness/telemetry/redacting_exporter.h"
#include "harness/telemetry/samplers.h"

namespace tracetax::telemetry {

namespace {

namespace otlp = opentelemetry::exporter::otlp;
namespace resource = opentelemetry::sdk::resource;
namespace sdk = opentelemetry::sdk::trace;

std::chrono::system_clock::duration export_timeout(const TracingConfig& config) {
  return std::chrono::duration_cast<std::chrono::system_clock::duration>(
      std::min(config.exporter.timeout, config.batch.export_timeout));
}

const char* variable(const std::string& name) {
  return std::getenv(name.c_str());
}

otlp::OtlpHeaders with_headers(otlp::OtlpHeaders headers, const TracingConfig& config) {
  // What the configuration names takes the place of the environment's; both remain where names differ.
  for (const ExportHeader& header : config.exporter.headers) headers.erase(header.name);
  for (const ExportHeader& header : config.exporter.headers) {
    try {
      headers.emplace(header.name, resolve_references(header.value, variable));
    } catch (const std::invalid_argument& error) {
      throw std::invalid_argument("exporter.headers." + header.name + ": " + error.what());
    }
  }
  return headers;
}

// Empty for no path.
std::string pem_text(const std::string& path) {
  if (path.empty()) return {};
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file || text.find("-----BEGIN ") == std::string::npos) {
    throw std::invalid_argument("exporter.tls: " + path + ": cannot be read, or is no PEM");
  }
  return text;
}

// The SDK reads these variables too, but for gRPC only where it is built with a preview that Debian's is not.
ClientTls client_tls(const ExportTls& tls) {
  ClientTls client;
  client.skip_verify = tls.insecure_skip_verify;
  client.cert = pem_text(tls.cert.empty() ? otlp::GetOtlpDefaultTracesSslClientCertificatePath() : tls.cert);
  client.key = pem_text(tls.key.empty() ? otlp::GetOtlpDefaultTracesSslClientKeyPath() : tls.key);
  if (client.cert.empty() != client.key.empty()) {
    throw std::invalid_argument("exporter.tls: a client's certificate needs its key, and a key its certificate");
  }
  return client;
}

std::unique_ptr<sdk::SpanExporter> make_grpc(const TracingConfig& config, std::shared_ptr<Counters> counters) {
  otlp::OtlpGrpcExporterOptions options;  // reads the OTEL_EXPORTER_OTLP_* variables
  if (const std::string& endpoint = config.exporter.endpoint; !endpoint.empty()) {
    options.endpoint = endpoint;
    options.use_ssl_credentials = endpoint.starts_with("https:");
  }
  options.timeout = export_timeout(config);
  options.compression = config.exporter.gzip ? "gzip" : "none";
  options.metadata = with_headers(std::move(options.metadata), config);
  ClientTls tls;
  if (options.use_ssl_credentials) {
    // As a text: of a file that it cannot read the SDK's channel says nothing and believes the system's authorities.
    const std::string& ca = config.exporter.tls.ca;
    options.ssl_credentials_cacert_as_string = pem_text(ca.empty() ? options.ssl_credentials_cacert_path : ca);
    options.ssl_credentials_cacert_path.clear();
    tls = client_tls(config.exporter.tls);
  }
  return make_grpc_exporter(options, tls, config.exporter.retry, std::move(counters));
}

// "http://host:4318" is where the receiver is and wants the signal's path; any path, "/" too, is taken as it stands.
std::string traces_url(const std::string& endpoint) {
  const auto scheme = endpoint.find("://");
  const auto authority = scheme == std::string::npos ? 0 : scheme + 3;
  return endpoint.find('/', authority) == std::string::npos ? endpoint + "/v1/traces" : endpoint;
}

std::unique_ptr<sdk::SpanExporter> make_http(const TracingConfig& config, std::shared_ptr<Counters> counters) {
  otlp::OtlpHttpExporterOptions options;  // reads the OTEL_EXPORTER_OTLP_* variables
  if (!config.exporter.endpoint.empty()) options.url = traces_url(config.exporter.endpoint);
  options.content_type = otlp::HttpRequestContentType::kBinary;
  options.timeout = export_timeout(config);
  options.compression = config.exporter.gzip ? "gzip" : "none";
  options.http_headers = with_headers(std::move(options.http_headers), config);
  if (options.url.starts_with("https:")) {
    const ExportTls& tls = config.exporter.tls;
    if (!tls.ca.empty()) options.ssl_ca_cert_path = tls.ca;
    if (!tls.cert.empty()) options.ssl_client_cert_path = tls.cert;
    if (!tls.key.empty()) options.ssl_client_key_path = tls.key;
    if (tls.insecure_skip_verify) options.ssl_insecure_skip_verify = true;
    pem_text(options.ssl_ca_cert_path);
    client_tls(tls);
  }
  return make_http_exporter(options, config.exporter.retry, std::move(counters));
}

}  // namespace

void check(const TracingConfig& config) {
  const auto refuse = [](const std::string& what) { throw std::invalid_argument("tracing." + what); };
  check(config.sampler);
  const BatchConfig& batch = config.batch;
  if (batch.queue == 0) refuse("batch.queue: must be at least 1");
  if (batch.size == 0 || batch.size > batch.queue) {
    refuse("batch.size: must be 1 to batch.queue (" + std::to_string(batch.queue) + "), got " +
           std::to_string(batch.size));
  }
  // The SDK counts milliseconds and would spin on 0.
  if (batch.delay < std::chrono::milliseconds(1)) refuse("batch.delay: must be at least 1 ms");
  if (batch.export_timeout <= Nanos::zero()) refuse("batch.export_timeout: must be above 0");
  if (config.exporter.timeout <= Nanos::zero()) refuse("exporter.timeout: must be above 0");
  const ExportRetry& retry = config.exporter.retry;
  if (retry.attempts == 0) refuse("exporter.retry.attempts: must be at least 1");
  if (retry.initial <= Nanos::zero() || retry.max < retry.initial || !(retry.multiplier >= 1)) {
    refuse("exporter.retry: must have initial above 0, max at least as long, and a multiplier of at least 1");
  }
}

std::unique_ptr<sdk::SpanExporter> make_exporter(const TracingConfig& config, const Identity& identity,
                                                 std::shared_ptr<Counters> counters) {
  switch (config.exporter.type) {
    case ExporterType::otlp_grpc:
      return make_grpc(config, std::move(counters));
    case ExporterType::otlp_http:
      return make_http(config, std::move(counters));
    case ExporterType::console:
      return opentelemetry::exporter::trace::OStreamSpanExporterFactory::Create(identity.stdout_is_free ? std::cout
                                                                                                        : std::cerr);
    case ExporterType::none:
      break;
  }
  return nullptr;
}

resource::Resource make_resource(const Identity& identity, const Redactor& redactor) {
  resource::ResourceAttributes attributes;
  attributes.SetAttribute("service.namespace", "mcp");
  if (!identity.service_version.empty()) attributes.SetAttribute("service.version", identity.service_version);
  attributes.SetAttribute("service.name", identity.service_name);
  // OTEL_RESOURCE_ATTRIBUTES, and OTEL_SERVICE_NAME above its service.name.
  const resource::Resource environment = resource::OTELResourceDetector().Detect();
  for (const auto& [key, value] : environment.GetAttributes()) {
    if (key != "service.name" || identity.default_name) attributes[key] = value;
  }
  redact_attributes(redactor, attributes);
  return resource::Resource::Create(attributes);
}

}  // namespace tracetax::telemetry
