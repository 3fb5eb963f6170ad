#include "harness/telemetry/sdk_parts.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>

#include <opentelemetry/exporters/ostream/span_exporter_factory.h>
#include <opentelemetry/exporters/otlp/otlp_grpc_exporter_factory.h>
#include <opentelemetry/exporters/otlp/otlp_http_exporter_options.h>
#include <opentelemetry/sdk/resource/resource_detector.h>

#include "harness/telemetry/http_exporter.h"
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

std::unique_ptr<sdk::SpanExporter> make_grpc(const TracingConfig& config) {
  otlp::OtlpGrpcExporterOptions options;  // reads the OTEL_EXPORTER_OTLP_* variables
  if (const std::string& endpoint = config.exporter.endpoint; !endpoint.empty()) {
    options.endpoint = endpoint;
    options.use_ssl_credentials = endpoint.starts_with("https:");
  }
  options.timeout = export_timeout(config);
  options.compression = config.exporter.gzip ? "gzip" : "none";
  return otlp::OtlpGrpcExporterFactory::Create(options);
}

// "http://host:4318" is where the receiver is and wants the signal's path; any path, "/" too, is taken as it stands.
std::string traces_url(const std::string& endpoint) {
  const auto scheme = endpoint.find("://");
  const auto authority = scheme == std::string::npos ? 0 : scheme + 3;
  return endpoint.find('/', authority) == std::string::npos ? endpoint + "/v1/traces" : endpoint;
}

std::unique_ptr<sdk::SpanExporter> make_http(const TracingConfig& config) {
  otlp::OtlpHttpExporterOptions options;  // reads the OTEL_EXPORTER_OTLP_* variables
  if (!config.exporter.endpoint.empty()) options.url = traces_url(config.exporter.endpoint);
  options.content_type = otlp::HttpRequestContentType::kBinary;
  options.timeout = export_timeout(config);
  options.compression = config.exporter.gzip ? "gzip" : "none";
  return make_http_exporter(options);
}

}  // namespace

bool can_gzip_http() {
  return TRACETAX_OTLP_HTTP_GZIP != 0;
}

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
  if (config.exporter.type == ExporterType::otlp_http && config.exporter.gzip && !can_gzip_http()) {
    refuse("exporter.gzip: the installed opentelemetry-cpp cannot compress over HTTP; use otlp_grpc, or gzip: false");
  }
}

std::unique_ptr<sdk::SpanExporter> make_exporter(const TracingConfig& config) {
  switch (config.exporter.type) {
    case ExporterType::otlp_grpc:
      return make_grpc(config);
    case ExporterType::otlp_http:
      return make_http(config);
    case ExporterType::console:
      return opentelemetry::exporter::trace::OStreamSpanExporterFactory::Create(std::cerr);
    case ExporterType::none:
      break;
  }
  return nullptr;
}

resource::Resource make_resource(const Identity& identity) {
  resource::ResourceAttributes attributes;
  attributes.SetAttribute("service.namespace", "mcp");
  if (!identity.service_version.empty()) attributes.SetAttribute("service.version", identity.service_version);
  attributes.SetAttribute("service.name", identity.service_name);
  // OTEL_RESOURCE_ATTRIBUTES, and OTEL_SERVICE_NAME above its service.name.
  const resource::Resource environment = resource::OTELResourceDetector().Detect();
  for (const auto& [key, value] : environment.GetAttributes()) {
    if (key != "service.name" || identity.default_name) attributes[key] = value;
  }
  return resource::Resource::Create(attributes);
}

}  // namespace tracetax::telemetry
