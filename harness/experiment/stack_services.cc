// What the services of an arm are told of tracing, and what they tell of themselves.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "harness/experiment/admin_client.h"
#include "harness/experiment/stack.h"
#include "harness/scenario/env_text.h"
#include "harness/scenario/service_names.h"

namespace tracetax {
namespace {

constexpr Nanos admin_timeout = std::chrono::seconds(20);

std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// The SDK's OStreamSpanExporter writes this line once for each span.
std::uint64_t count_printed(const std::filesystem::path& output) {
  std::ifstream in(output);
  std::uint64_t spans = 0;
  for (std::string line; std::getline(in, line);) spans += line.starts_with("  parent_span_id:") ? 1 : 0;
  return spans;
}

// Empty: the first process is gone.
std::optional<std::uint64_t> pss_of(const Process& process) {
  auto sum = process_pss(process.pid());
  if (!sum || !process.is_tree()) return sum;
  for (const ProcessId& one : process.members(ProcessTable::now())) {
    if (one.pid != process.pid()) *sum += process_pss(one.pid).value_or(0);
  }
  return sum;
}

std::string milliseconds(Nanos time) {
  return std::to_string(time / std::chrono::milliseconds(1));
}

using Variables = std::map<std::string, std::string>;

void add_sampler(const SamplerConfig& sampler, Variables& variables) {
  // Where the variable has no word the program can at least follow its caller; scenario_warnings() says so.
  const bool standard = is_standard(sampler.type);
  variables["OTEL_TRACES_SAMPLER"] = standard ? std::string(to_string(sampler.type)) : "parentbased_always_on";
  // The others take no argument, and an SDK may warn of one.
  if (sampler.type == SamplerType::traceidratio || sampler.type == SamplerType::parentbased_traceidratio)
    variables["OTEL_TRACES_SAMPLER_ARG"] = nlohmann::json(sampler.ratio).dump();
}

// As a value of W3C Baggage.
std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain =
        std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view("-._~").find(c) != std::string_view::npos;
    encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

// The environment is asked now, and what it says goes to the program alone.
std::string header_list(const std::vector<ExportHeader>& headers) {
  std::string list;
  for (const ExportHeader& header : headers) {
    try {
      const std::string value =
          resolve_references(header.value, [](const std::string& name) { return std::getenv(name.c_str()); });
      list += (list.empty() ? "" : ",") + header.name + "=" + percent_encoded(value);
    } catch (const std::invalid_argument& wrong) {
      throw WorldError("exporter.headers." + header.name + ": " + wrong.what() + "; set it where tracetax is started");
    }
  }
  return list;
}

void add_exporter(const ExporterConfig& exporter, Variables& variables) {
  switch (exporter.type) {
    case ExporterType::none:
      variables["OTEL_TRACES_EXPORTER"] = "none";
      return;
    case ExporterType::console:
      variables["OTEL_TRACES_EXPORTER"] = "console";
      return;
    case ExporterType::otlp_grpc:
    case ExporterType::otlp_http:
      break;
  }
  variables["OTEL_TRACES_EXPORTER"] = "otlp";
  variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = exporter.endpoint;
  variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = exporter.type == ExporterType::otlp_http ? "http/protobuf" : "grpc";
  variables["OTEL_EXPORTER_OTLP_TIMEOUT"] = milliseconds(exporter.timeout);
  if (exporter.gzip) variables["OTEL_EXPORTER_OTLP_COMPRESSION"] = "gzip";
  if (!exporter.headers.empty()) variables["OTEL_EXPORTER_OTLP_HEADERS"] = header_list(exporter.headers);
  const ExportTls& tls = exporter.tls;
  if (!tls.ca.empty()) variables["OTEL_EXPORTER_OTLP_CERTIFICATE"] = tls.ca;
  if (!tls.cert.empty()) variables["OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"] = tls.cert;
  if (!tls.key.empty()) variables["OTEL_EXPORTER_OTLP_CLIENT_KEY"] = tls.key;
}

}  // namespace

std::filesystem::path Stack::call_log_of(const std::string& instance) const {
  return options_.folder / (instance + ".calls.log");
}

TracingConfig Stack::tracing_of(const std::string& instance) const {
  TracingConfig tracing = tracing_;
  if (options_.call_logs)
    tracing.log = {.calls = true, .file = std::filesystem::absolute(call_log_of(instance)).string()};
  return tracing;
}

std::map<std::string, std::string> Stack::variables_of(const std::string& service) const {
  std::map<std::string, std::string> variables = arm_.environment;
  if (variables.empty()) return variables;
  variables.try_emplace("OTEL_SERVICE_NAME", name_in_spans(service));
  const ExporterConfig& exporter = tracing_.exporter;
  if (exporter.type != ExporterType::otlp_grpc && exporter.type != ExporterType::otlp_http) return variables;
  variables.try_emplace("OTEL_EXPORTER_OTLP_ENDPOINT", exporter.endpoint);
  variables.try_emplace("OTEL_EXPORTER_OTLP_PROTOCOL",
                        exporter.type == ExporterType::otlp_http ? "http/protobuf" : "grpc");
  return variables;
}

// A program with an OpenTelemetry SDK of its own follows the arm through the standard variables. Rules: OpenTelemetry
// specification, "Environment Variable Specification" and "OTLP Exporter Configuration".
std::map<std::string, std::string> Stack::variables_of_program(const Hop& hop) const {
  std::map<std::string, std::string> variables;
  variables["OTEL_SERVICE_NAME"] = hop.name;
  // Instrumentation that sets everything up by itself sends these unless told otherwise, and they are no part of what
  // tracing costs.
  variables["OTEL_METRICS_EXPORTER"] = "none";
  variables["OTEL_LOGS_EXPORTER"] = "none";
  const SamplerConfig& sampler = tracing_.sampler;
  if (sampler.type == SamplerType::none) {
    variables["OTEL_SDK_DISABLED"] = "true";
  } else {
    add_sampler(sampler, variables);
    add_exporter(tracing_.exporter, variables);
    const BatchConfig& batch = tracing_.batch;
    variables["OTEL_BSP_SCHEDULE_DELAY"] = milliseconds(batch.delay);
    variables["OTEL_BSP_MAX_QUEUE_SIZE"] = std::to_string(batch.queue);
    variables["OTEL_BSP_MAX_EXPORT_BATCH_SIZE"] = std::to_string(batch.size);
    variables["OTEL_BSP_EXPORT_TIMEOUT"] = milliseconds(batch.export_timeout);
  }
  for (const auto& [name, value] : arm_.environment) variables[name] = value;
  return variables;
}

std::vector<ObservedProcess> Stack::observe_processes() const {
  const LogConfig& log = tracing_.log;
  // Lines of both in one file cannot be told apart for certain.
  const bool prints = tracing_.exporter.type == ExporterType::console && !(log.calls && log.file.empty());
  std::vector<ObservedProcess> processes;
  for (const Member& member : members_) {
    if (member.admin.empty() || member.service == "sink" || member.service == "collector") continue;
    ObservedProcess& process = processes.emplace_back();
    process.service = member.service;
    process.instance = member.instance;
    const auto stats = admin_get(member.admin, "/stats", admin_timeout);
    const auto& spans = stats.at("spans");
    process.started = spans.at("started").get<std::uint64_t>();
    process.sampled = spans.at("sampled").get<std::uint64_t>();
    process.ended = spans.value("ended", std::uint64_t{0});
    process.exported = spans.value("exported", std::uint64_t{0});
    process.export_failed = spans.value("export_failed", std::uint64_t{0});
    process.metrics = admin_get_text(member.admin, "/metrics", admin_timeout);
    if (options_.call_logs && arm_.environment.empty()) process.calls = read_text(call_log_of(member.instance));
    if (prints) process.printed = count_printed(member.process->log());
  }
  return processes;
}

std::vector<MemoryReading> Stack::read_memory() const {
  std::vector<MemoryReading> readings;
  for (const Member& member : members_) {
    // A Collector's process may be replaced by another thread just now: its name is looked at first.
    if (member.service == "sink" || member.service == "collector" || !member.process) continue;
    const auto bytes = pss_of(*member.process);
    if (!bytes) continue;
    auto of_service = std::ranges::find(readings, member.service, &MemoryReading::service);
    if (of_service == readings.end()) {
      readings.push_back({{}, member.service, 0});
      of_service = readings.end() - 1;
    }
    of_service->bytes += *bytes;
  }
  return readings;
}

}  // namespace tracetax
