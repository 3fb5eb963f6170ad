#include "harness/experiment/stack.h"

#include <array>
#include <fstream>
#include <thread>

#include <nlohmann/json.hpp>
#include <openssl/rand.h>
#include <unistd.h>

#include "harness/base/rng.h"
#include "harness/base/text.h"
#include "harness/experiment/admin_client.h"
#include "harness/experiment/ports.h"
#include "harness/results/files.h"
#include "harness/scenario/service_names.h"

namespace tracetax {
namespace {

constexpr Nanos ready_timeout = std::chrono::seconds(20);
constexpr Nanos admin_timeout = std::chrono::seconds(20);
constexpr std::uint32_t router_connections = 16;  // per http session; the scenario sets it only for the hops behind
constexpr Nanos user_export_time = std::chrono::milliseconds(500);
constexpr Nanos stop_grace = std::chrono::seconds(8);

std::string random_token() {
  std::array<unsigned char, 24> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) throw WorldError("no random numbers to be had");
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string token;
  for (const unsigned char byte : bytes) {
    token += digits[byte >> 4];
    token += digits[byte & 15];
  }
  return token;
}

std::string listen_url(TransportKind kind) {
  return kind == TransportKind::stdio ? "stdio" : std::string(to_string(kind)) + "://127.0.0.1:0/mcp";
}

// Of one window; what is beyond is counted as missed.
constexpr std::uint32_t most_arrivals = 1u << 21;

// Where the arm is one of standard variables these say all there is to say of tracing, the service's name too.
template <class Config>
void fill_common(Config& config, const std::string& service, TransportKind listen, const TracingConfig& tracing,
                 const Arm& arm) {
  config.listen = {listen_url(listen)};
  config.admin = "127.0.0.1:0";
  if (!arm.environment.empty()) return;
  config.service_name = name_in_spans(service);
  config.tracing = tracing;
  config.has_tracing = true;
}

}  // namespace

Stack::Stack(const Scenario& scenario, const Arm& arm, const StackOptions& options)
    : scenario_(scenario), arm_(arm), options_(options), tracing_(arm.tracing) {
  std::filesystem::create_directories(options_.folder);
  const bool to_sink =
      tracing_.sampler.type != SamplerType::none && tracing_.exporter.endpoint.empty() &&
      (tracing_.exporter.type == ExporterType::otlp_grpc || tracing_.exporter.type == ExporterType::otlp_http);
  if (to_sink) {
    const bool grpc = tracing_.exporter.type == ExporterType::otlp_grpc;
    const bool tls = tracing_.exporter.tls.generated != ExportTls::Generated::none;
    if (tls) certificates_.emplace();
    const Member& sink = start_sink("sink", {}, tls);
    // The sink listens on gRPC first, on HTTP second; exporters know both as http[s]://HOST:PORT.
    std::string url = sink.listen.at(grpc ? 0 : 1);
    if (!scenario.collectors.empty()) {
      CollectorStart how;
      how.tapped = options_.tap;
      how.tls = tls;
      const Receiver first = start_collectors(sink.listen.at(0), how);
      url = options_.tap ? start_sink("tap", first.grpc, tls).listen.at(grpc ? 0 : 1) : grpc ? first.grpc : first.http;
    }
    tracing_.exporter.endpoint = (tls ? "https" : "http") + url.substr(url.find("://"));
  }
  use_certificates();
  const Topology& topology = scenario.topology;
  if (topology.gateway && topology.gateway->auth) token_ = random_token();

  const bool server_first = !topology.router && !topology.gateway;
  std::vector<Backend> servers;
  for (const ServerHop& hop : topology.servers) {
    const bool stdio = hop_in(hop, arm).listen == TransportKind::stdio;
    const std::uint32_t replicas = stdio ? scenario.load.sessions : hop.replicas;
    for (std::uint32_t i = 0; i < replicas; ++i) servers.push_back(start_server(hop, i, stdio));
  }
  if (server_first) {
    add_targets(topology.servers.front(), servers, topology.servers.front().connections, {});
    return;
  }

  std::vector<Backend> next = servers;
  if (topology.gateway) {
    const GatewayHop& hop = *topology.gateway;
    const bool stdio = hop_in(hop, arm).listen == TransportKind::stdio;
    next.clear();
    for (std::uint32_t i = 0; i < (stdio ? scenario.load.sessions : 1U); ++i)
      next.push_back(start_gateway(hop, servers, stdio));
    if (!topology.router) {
      add_targets(hop, next, hop.connections, token_);
      return;
    }
  }
  const RouterHop& router = *topology.router;
  const Hop& router_here = hop_in(router, arm);
  const std::uint32_t routers = router_here.listen == TransportKind::stdio ? scenario.load.sessions : 1;
  for (std::uint32_t i = 0; i < routers; ++i) start_router(router, next.front(), i);
  std::vector<Backend> reached;
  if (router_here.listen != TransportKind::stdio) {
    reached.push_back({"router", router_here.url.empty() ? members_.back().listen.front() : router_here.url, 1,
                       era_of_mocks(router)});
  }
  add_targets(router, reached, router_connections, {});
}

Stack::~Stack() {
  try {
    stop();
  } catch (const std::exception&) {
    // Every Process ends its own child when it dies; there is nobody left to tell.
  }
}

std::vector<Target> Stack::targets() {
  return std::exchange(targets_, {});
}

std::filesystem::path Stack::mock_program(const std::string& name) const {
  if (arm_.programs.empty()) return options_.programs / name;
  const std::filesystem::path folder = arm_.programs;
  const std::string place = "arm " + arm_.name + ": programs: ";
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) {
    throw WorldError(place + "there is no folder " + std::filesystem::absolute(folder).string());
  }
  const std::filesystem::path program = folder / name;
  const bool is_file = std::filesystem::is_regular_file(program, error);
  if (!is_file || ::access(program.c_str(), X_OK) != 0) {
    throw WorldError(place + std::filesystem::absolute(program).string() +
                     (is_file ? " is not executable" : " does not exist; build it there, or give the arm a command"));
  }
  return program;
}

Stack::Member& Stack::start_mock(const std::string& service, const std::string& instance, const std::string& program,
                                 const std::string& config, bool stdio) {
  Member& member = members_.emplace_back();
  member.service = service;
  member.instance = instance;
  const std::filesystem::path file = options_.folder / (instance + ".json");
  write_file_atomically(file, config);
  ProcessOptions options;
  options.command = {mock_program(program).string(), "--config", file.string()};
  options.environment = variables_of(service);
  options.log = options_.folder / (instance + ".log");
  options.stdio = stdio;
  member.process = std::make_unique<Process>(options);
  wait_until_ready(member);
  return member;
}

Stack::Member& Stack::start_user_program(const Hop& hop, const std::string& instance, const std::string& next) {
  Member& member = members_.emplace_back();
  member.service = hop.name;
  member.instance = instance;
  const bool stdio = hop.listen == TransportKind::stdio;
  const std::uint16_t port = stdio ? std::uint16_t{0} : free_port();
  const std::string url = std::string(to_string(hop.listen)) + "://127.0.0.1:" + std::to_string(port) + "/mcp";
  const auto fill = [&](std::string text) {
    const std::array<std::pair<std::string_view, std::string>, 5> places{{{"{port}", std::to_string(port)},
                                                                          {"{url}", url},
                                                                          {"{next}", next},
                                                                          {"{otlp}", tracing_.exporter.endpoint},
                                                                          {"{token}", token_}}};
    for (const auto& [place, value] : places) {
      for (auto at = text.find(place); at != std::string::npos; at = text.find(place, at + value.size())) {
        text.replace(at, place.size(), value);
      }
    }
    return text;
  };
  ProcessOptions options;
  for (const std::string& word : hop.command) options.command.push_back(fill(word));
  options.environment = variables_of_program(hop);
  for (const auto& [name, value] : hop.environment) options.environment[name] = fill(value);
  options.log = options_.folder / (instance + ".log");
  options.stdio = stdio;
  options.tree = true;
  if (!hop.cwd.empty()) options.folder = (std::filesystem::path(scenario_.folder) / hop.cwd).string();
  try {
    member.process = std::make_unique<Process>(options);
  } catch (const std::runtime_error& error) {
    throw WorldError(hop.name + ": " + error.what());
  }
  if (!stdio) {
    member.listen = {url};
    wait_until_listening(member, port, hop.start_timeout);
  }
  return member;
}

Backend Stack::start_server(const ServerHop& hop, std::uint32_t replica, bool stdio) {
  const Hop& here = hop_in(hop, arm_);
  Backend backend{hop.name, here.url, hop.connections, era_of_mocks(hop)};
  if (!here.url.empty()) return backend;
  const std::string instance = hop.name + "-" + std::to_string(replica);
  if (!here.command.empty()) {
    const Member& member = start_user_program(here, instance, {});
    if (!stdio) backend.url = member.listen.front();
    return backend;
  }
  ServerConfig config;
  fill_common(config, hop.name, here.listen, tracing_of(instance), arm_);
  config.record_arrivals = arrivals_of(hop.name);
  config.seed = derive_seed({options_.seed, replica});
  for (const ToolSpec& tool : arm_.tools) {
    if (hop.tools.empty() || std::ranges::find(hop.tools, tool.name) != hop.tools.end()) config.tools.push_back(tool);
  }
  config.offer = scenario_.offer;
  const Member& member = start_mock(hop.name, instance, "mcp-server", write_config(config), stdio);
  if (!stdio) backend.url = member.listen.front();
  return backend;
}

Backend Stack::start_gateway(const GatewayHop& hop, const std::vector<Backend>& servers, bool stdio) {
  const Hop& here = hop_in(hop, arm_);
  Backend backend{"gateway", here.url, hop.connections, era_of_mocks(hop)};
  if (!here.url.empty()) return backend;
  const std::string instance = "gateway-" + std::to_string(std::ranges::count(members_, hop.name, &Member::service));
  if (!here.command.empty()) {
    const Member& member = start_user_program(here, instance, servers.front().url);
    if (!stdio) backend.url = member.listen.front();
    return backend;
  }
  GatewayConfig config;
  fill_common(config, "gateway", here.listen, tracing_of(instance), arm_);
  config.record_arrivals = arrivals_of("gateway");
  config.backends = servers;
  config.token = token_;
  config.rate_limit = hop.rate_limit;
  config.breaker = hop.breaker;
  config.timeout = scenario_.load.timeout;
  const Member& member = start_mock("gateway", instance, "mcp-gateway", write_config(config), stdio);
  if (!stdio) backend.url = member.listen.front();
  return backend;
}

void Stack::start_router(const RouterHop& hop, const Backend& next, std::uint32_t number) {
  const Hop& here = hop_in(hop, arm_);
  if (!here.url.empty()) return;
  const std::string instance = "router-" + std::to_string(number);
  if (!here.command.empty()) {
    start_user_program(here, instance, next.url);
    return;
  }
  RouterConfig config;
  fill_common(config, "router", here.listen, tracing_of(instance), arm_);
  config.record_arrivals = arrivals_of("router");
  config.gateway = next;
  config.token = token_;
  config.timeout = scenario_.load.timeout;
  start_mock("router", instance, "mcp-router", write_config(config), here.listen == TransportKind::stdio);
}

// Mocks of another commit may not know the key.
std::uint32_t Stack::arrivals_of(const std::string& service) const {
  return service == hop_of_load(scenario_.topology).name && arm_.programs.empty() ? most_arrivals : 0;
}

std::optional<std::vector<Nanos>> Stack::arrivals() {
  std::vector<Nanos> times;
  for (const Member& member : members_) {
    if (member.service != hop_of_load(scenario_.topology).name) continue;
    if (member.admin.empty() || !arm_.programs.empty()) return {};
    const auto report = admin_post(member.admin, "/arrivals", admin_timeout);
    if (report.at("missed").get<std::uint64_t>() > 0) return {};
    if (!report.contains("first_ns")) continue;
    Nanos time(report.at("first_ns").get<std::int64_t>());
    times.push_back(time);
    for (const auto& gap : report.at("gaps_ns")) times.push_back(time += Nanos(gap.get<std::int64_t>()));
  }
  if (times.empty()) return {};
  std::ranges::sort(times);
  return times;
}

void Stack::fail(Member& member, const std::string& what) {
  throw WorldError(member.instance + " " + what + "\n" + member.process->last_log_lines(5) +
                   "  (its log: " + member.process->log().string() + ")");
}

void Stack::wait_until_ready(Member& member) {
  const Nanos until = monotonic_now() + ready_timeout;
  for (;;) {
    std::ifstream log(member.process->log());
    for (std::string line; std::getline(log, line);) {
      if (line.find("\"event\":\"ready\"") == std::string::npos || log.eof()) continue;
      const auto ready = nlohmann::json::parse(line, nullptr, false);
      if (ready.is_discarded()) continue;
      member.listen = ready.value("listen", std::vector<std::string>{});
      member.admin = ready.value("admin", std::string{});
      return;
    }
    if (!member.process->running()) fail(member, member.process->how_it_ended() + " before it was ready");
    if (monotonic_now() > until) fail(member, "was not ready within 20 s");
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

void Stack::wait_until_listening(Member& member, std::uint16_t port, Nanos limit) {
  const Nanos until = monotonic_now() + limit;
  while (!accepts_connections(port)) {
    if (!member.process->running()) fail(member, member.process->how_it_ended() + " before it listened");
    if (monotonic_now() > until)
      fail(member, "did not listen on port " + std::to_string(port) + " within " +
                       format_duration(static_cast<double>(limit.count())) + "; `start_timeout` gives it longer");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

Nanos Stack::flush(std::vector<std::string>& warnings) {
  const Nanos start = monotonic_now();
  // A program of the user's cannot be asked: its own batch delay, and some time to send, must have passed.
  const bool waits =
      tracing_.sampler.type != SamplerType::none &&
      std::ranges::any_of(members_, [](const Member& member) { return member.admin.empty() && !member.is_receiver(); });
  if (waits) std::this_thread::sleep_for(tracing_.batch.delay + user_export_time);
  for (const Member& member : members_) {
    if (member.admin.empty() || member.is_receiver()) continue;
    if (!admin_post(member.admin, "/flush", admin_timeout).value("flushed", false)) {
      warnings.push_back(
          member.instance +
          " could not export its pending spans in time: they count as lost. Raise the exporter's timeout or "
          "lower the load");
    }
  }
  return monotonic_now() - start;
}

std::map<std::string, SpanCounts> Stack::span_counts() {
  std::map<std::string, SpanCounts> counts;
  for (const Member& member : members_) {
    if (member.admin.empty() || member.is_receiver()) continue;
    const auto stats = admin_get(member.admin, "/stats", admin_timeout);
    const auto& spans = stats.at("spans");
    SpanCounts& sum = counts[member.service];
    sum.started += spans.at("started").get<std::uint64_t>();
    sum.sampled += spans.at("sampled").get<std::uint64_t>();
  }
  return counts;
}

std::uint64_t Stack::bytes_received() {
  std::uint64_t bytes = 0;
  for (const Member& member : members_) {
    if (member.instance == "sink")
      bytes += admin_get(member.admin, "/stats", admin_timeout).at("held_bytes").get<std::uint64_t>();
  }
  return bytes;
}

Stack::Received Stack::collect(bool keep) {
  Received received;
  for (const Member& member : members_) {
    if (member.instance != "sink") continue;
    const auto report = admin_post(member.admin, "/collect", admin_timeout, keep ? "keep" : "");
    for (const auto& [name, counts] : report.at("services").items()) {
      SpanCounts& of_service = received.spans[service_of_spans(name)];
      of_service.received += counts.at("spans").get<std::uint64_t>();
      of_service.bytes += counts.at("bytes").get<std::uint64_t>();
    }
    received.arrived = report.at("arrived").get<std::vector<std::pair<std::int64_t, std::uint64_t>>>();
    TraceSummary& traces = received.traces;
    traces.traces = report.at("traces").get<std::uint64_t>();
    traces.orphans = report.at("orphans").get<std::uint64_t>();
    traces.multi_root = report.at("multi_root").get<std::uint64_t>();
    traces.requests = report.at("requests").get<std::uint64_t>();
    traces.service_sets = report.at("service_sets").get<std::map<std::string, std::uint64_t>>();
    for (const char* loss : {"refused", "malformed", "duplicates"}) {
      const auto count = report.value(loss, std::uint64_t{0});
      if (count > 0)
        received.warnings.push_back("the sink counted " + std::to_string(count) + " " + loss +
                                    " spans or requests: they are in no number of spans. Look at the exporting "
                                    "services' logs in the result folder");
    }
  }
  return received;
}

std::string Stack::who_died() {
  for (Member& member : members_) {
    if (!member.process || member.ended || member.process->running()) continue;
    if (member.service == "collector" && scenario_.sampling.fault.how == SinkFault::How::kill) continue;
    return member.instance + " (pid " + std::to_string(member.process->pid()) + ") " + member.process->how_it_ended() +
           "\n" + member.process->last_log_lines(3);
  }
  return {};
}

std::vector<std::string> Stack::stop() {
  std::vector<std::string> killed;
  for (auto member = members_.rbegin(); member != members_.rend(); ++member) {
    if (!member->process) continue;
    member->process->stop(stop_grace);
    const bool told = std::ranges::find(killed, member->service) != killed.end();
    if (member->process->was_killed() && !told) killed.push_back(member->service);
  }
  return killed;
}

std::map<std::string, SpanCounts> span_difference(const std::map<std::string, SpanCounts>& before,
                                                  std::map<std::string, SpanCounts> after) {
  for (auto& [service, counts] : after) {
    const auto was = before.find(service);
    if (was == before.end()) continue;
    counts.started -= was->second.started;
    counts.sampled -= was->second.sampled;
  }
  return after;
}

}  // namespace tracetax
