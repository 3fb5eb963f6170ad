#include "harness/scenario/consistency.h"

#include <array>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/scenario/consistency_parts.h"
#include "harness/scenario/scalars.h"

namespace tracetax {

bool samples(const TracingConfig& tracing) {
  return samples(tracing.sampler);
}

bool exports_to_sink(const TracingConfig& tracing) {
  const bool otlp =
      tracing.exporter.type == ExporterType::otlp_grpc || tracing.exporter.type == ExporterType::otlp_http;
  return otlp && tracing.exporter.endpoint.empty();
}

bool is_about(const Check& check, const Arm& arm) {
  const std::string& named = arm_of(check);
  if (!named.empty()) return named == arm.name;
  if (std::holds_alternative<ExporterRunsCheck>(check.kind))
    return arm.tracing.sampler.type != SamplerType::none && arm.tracing.exporter.endpoint.empty();
  // Services that read no configuration of tracing cannot be told to write a log.
  if (std::holds_alternative<IdsInLogsCheck>(check.kind) && !arm.environment.empty()) return false;
  return samples(arm.tracing) && exports_to_sink(arm.tracing);
}

namespace {

// Names of other services in results and spans.
constexpr std::array<std::string_view, 6> reserved_services{"router",      "gateway", "mcp-router",
                                                            "mcp-gateway", "sink",    "tracetax"};

}  // namespace

void Consistency::check_transport(const Hop& hop, const Path& path, bool first) {
  if (first || !reading_.sound(path)) return;
  if (hop.listen == TransportKind::stdio) {
    finding(below(path, "listen"), "stdio is only possible for the first hop, the one the client starts",
            "use http or ws here");
  }
  // Callers of the other hops are mocks, or programs that know their own ways.
  if (hop.era == HopEra::automatic) {
    finding(below(path, "era"), "only the first hop's caller, the load itself, finds the era out",
            "write modern or legacy");
  }
  if (hop.url.starts_with("https:") || hop.url.starts_with("wss:")) {
    finding(below(path, "url"),
            hop.url.substr(0, hop.url.find(':')) + " is only possible for the first hop, which the load calls",
            "put a TLS terminator in front");
  }
  if (!hop.headers.empty())
    finding(below(path, "headers"), "are only possible for the first hop, which the load calls");
}

void Consistency::check_environment(const Hop& hop, const Path& path) {
  if (!hop.command.empty() || !reading_.sound(path) || !reading_.sound({"arms"})) return;
  const auto is_program = [&](const Arm& arm) { return !hop_in(hop, arm).command.empty(); };
  if (std::ranges::any_of(s_.arms, is_program)) return;
  if (!hop.environment.empty()) finding(below(path, "environment"), "has no meaning without `command`");
  if (!hop.cwd.empty()) finding(below(path, "cwd"), "has no meaning without `command`");
}

void Consistency::check_topology() {
  const Topology& t = s_.topology;
  if (t.gateway) check_transport(*t.gateway, {"topology", "gateway"}, !t.router);
  if (t.router) check_environment(*t.router, {"topology", "router"});
  if (t.gateway) check_environment(*t.gateway, {"topology", "gateway"});
  Names names;
  for (std::size_t i = 0; i < t.servers.size(); ++i) {
    const ServerHop& server = t.servers[i];
    const Path path{"topology", "servers", std::to_string(i)};
    check_transport(server, path, !t.router && !t.gateway);
    check_environment(server, path);
    if (among(reserved_services, server.name)) {
      finding(below(path, "name"), fmt::format("`{}` is the name of another service in results", server.name),
              "choose another name");
    } else if (among(names, server.name)) {
      finding(below(path, "name"), fmt::format("`{}` is the name of another server already", server.name),
              "one server with several processes has `replicas`");
    }
    names.push_back(server.name);
    for (std::size_t k = 0; k < server.tools.size() && reading_.reached({"tools"}); ++k) {
      Names known(built_in_tools.begin(), built_in_tools.end());
      for (const ToolSpec& tool : s_.tools) known.push_back(tool.name);
      if (is_foreign(server) || among(known, server.tools[k])) continue;
      finding({"topology", "servers", std::to_string(i), "tools", std::to_string(k)},
              fmt::format("there is no tool `{}`", server.tools[k]), shapes::hint_towards(server.tools[k], known));
    }
  }
  if (t.gateway || !reading_.sound({"topology"})) return;
  if (t.servers.size() > 1) {
    finding({"topology", "servers"},
            fmt::format("{} servers, and no gateway that chooses among them", t.servers.size()),
            "add a gateway, or keep one server");
  } else if (t.router && t.servers.front().replicas > 1) {
    finding({"topology", "servers", "0", "replicas"}, "a router without a gateway calls one process only",
            "add a gateway: it balances");
  }
}

void Consistency::check_tool_names() {
  for (const ToolSpec& tool : s_.tools) {
    if (!among(built_in_tools, tool.name)) continue;
    finding({"tools", tool.name}, fmt::format("every mock server has a tool `{}` already", tool.name),
            "choose another name");
  }
}

void Consistency::check_arms() {
  if (!reading_.sound({"arms"})) return;
  Names controls;
  for (const Arm& arm : s_.arms) {
    if (arm.role == Role::control) controls.push_back(arm.name);
  }
  if (s_.arms.size() < 2) {
    finding({"arms"}, fmt::format("must have at least two arms, got {}", s_.arms.size()),
            "a comparison needs a control and a treatment; the treatment may repeat the control (A/A)");
    return;
  }
  if (controls.empty()) {
    finding({"arms"}, "has no control", "give the arm that the others are compared with `role: control`");
  }
  for (std::size_t i = 1; i < controls.size(); ++i) {
    finding({"arms", std::string(controls[i]), "role"}, fmt::format("`{}` is the control already", controls[0]),
            "exactly one arm is the control; make this one `role: treatment`");
  }
}

void Consistency::check_commands(const Arm& arm) {
  if (!reading_.reached({"topology"})) return;
  for (const auto& [service, program] : arm.commands) {
    const Path path{"arms", arm.name, "commands", service};
    if (!reading_.sound(path)) continue;
    const auto hop = std::ranges::find(hops_, service, &Hop::name);
    if (service == "sink") {
      finding_at_key(path, "the sink is the harness's own: no program takes its place",
                     "an exporter with an `endpoint` exports elsewhere");
    } else if (hop == hops_.end()) {
      finding_at_key(path, fmt::format("there is no service `{}` in the topology", service),
                     shapes::hint_towards(service, hop_names()));
    } else if (!(*hop)->url.empty()) {
      finding_at_key(path,
                     fmt::format("`{}` runs elsewhere: nothing is started whose place a program could take", service),
                     "give the service a `command` in `services` of the arm, or in the topology instead of its `url`");
    }
  }
}

void Consistency::check_services(const Arm& arm) {
  if (!reading_.reached({"topology"})) return;
  const Path services{"arms", arm.name, "services"};
  const Entry* arms = root_.find("arms");
  const Entry* node = arms ? arms->value.find(arm.name) : nullptr;
  const Entry* said = node ? node->value.find("services") : nullptr;
  if (!said || !reading_.reached(services)) return;
  for (const Entry& entry : said->value.entries) {
    const Path path = below(services, entry.key);
    const auto hop = std::ranges::find(hops_, entry.key, &Hop::name);
    if (entry.key == "sink") {
      finding_at_key(path, "the sink is the harness's own: nothing takes its place",
                     "an exporter with an `endpoint` exports elsewhere");
    } else if (hop == hops_.end()) {
      finding_at_key(path, fmt::format("there is no service `{}` in the topology", entry.key),
                     shapes::hint_towards(entry.key, hop_names()));
    } else if (reading_.sound(path)) {
      const Hop& own = hop_in(**hop, arm);
      check_transport(own, path, *hop == &hop_of_load(s_.topology));
      const auto* server =
          std::ranges::find(s_.topology.servers, entry.key, &ServerHop::name) != s_.topology.servers.end()
              ? static_cast<const ServerHop*>(*hop)
              : nullptr;
      if (server && server->replicas > 1 && !own.url.empty())
        finding(below(path, "url"), fmt::format("is one service, and the topology has {} replicas", server->replicas),
                "list a server for each URL");
    }
  }
}

bool Consistency::check_arm_exists(const std::string& name, const Path& path) {
  if (among(arm_names_, name)) return true;
  if (reading_.reached({"arms"}))
    finding(path, fmt::format("there is no arm `{}`", name), shapes::hint_towards(name, arm_names_));
  return false;
}

void check_consistency(const Scenario& scenario, const Node& root, shapes::Reading& reading) {
  Consistency(scenario, root, reading).check();
}

}  // namespace tracetax
