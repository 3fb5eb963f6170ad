#include "harness/scenario/consistency.h"

#include <array>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/scenario/call_names.h"
#include "harness/scenario/metric.h"
#include "harness/scenario/replay.h"
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

using Path = shapes::Reading::Path;
using Names = std::vector<std::string_view>;

constexpr std::array<std::string_view, 3> built_in_tools{"echo", "sleep", "spin"};
// Names of other services in results and spans.
constexpr std::array<std::string_view, 6> reserved_services{"router",      "gateway", "mcp-router",
                                                            "mcp-gateway", "sink",    "tracetax"};
constexpr double most_calls_per_window = 5e6;  // each is a sample of some 50 bytes in each arm and block

bool among(const auto& names, std::string_view name) {
  return std::ranges::find(names, name) != std::end(names);
}

class Consistency {
 public:
  Consistency(const Scenario& scenario, const Node& root, shapes::Reading& reading)
      : s_(scenario), root_(root), reading_(reading) {
    for (const Arm& arm : s_.arms) arm_names_.push_back(arm.name);
    hops_ = hops_of(s_.topology);
  }

  void check() {
    topology_sound_ = reading_.sound({"topology"});
    if (reading_.reached({"topology"})) check_topology();
    check_tool_names();
    check_load();
    check_arms();
    for (const Arm& arm : s_.arms) {
      check_commands(arm);
      check_services(arm);
    }
    for (std::size_t i = 0; i < s_.budgets.size(); ++i) check_budget(s_.budgets[i], {"budgets", std::to_string(i)});
    for (std::size_t i = 0; i < s_.checks.size(); ++i) check_check(s_.checks[i], {"checks", std::to_string(i)});
  }

 private:
  // At the path, or at the deepest part of it that the document has.
  void finding(const Path& path, std::string what, std::string hint = {}) {
    put(path, false, std::move(what), std::move(hint));
  }
  // For a key that should not be there, not its value.
  void finding_at_key(const Path& path, std::string what, std::string hint = {}) {
    put(path, true, std::move(what), std::move(hint));
  }
  void put(const Path& path, bool at_key, std::string what, std::string hint) {
    const Node* node = &root_;
    Place place = root_.place;
    for (const std::string& key : path) {
      const std::size_t index = node->kind == Node::Kind::list ? std::stoul(key) : 0;
      const Entry* entry = node->find(key);
      if (entry) {
        node = &entry->value;
      } else if (index < node->items.size()) {
        node = &node->items[index];
      } else {
        break;
      }
      place = at_key && entry ? entry->place : node->place;
    }
    at(path, 0, [&] { reading_.finding(place, std::move(what), std::move(hint)); });
  }
  void at(const Path& path, std::size_t depth, const auto& act) {
    if (depth == path.size()) return act();
    const auto inside = reading_.inside(path[depth]);
    at(path, depth + 1, act);
  }
  static Path below(Path path, std::string_view key) {
    path.emplace_back(key);
    return path;
  }

  void check_topology();
  void check_transport(const Hop& hop, const Path& path, bool first);
  void check_environment(const Hop& hop, const Path& path);
  void check_tool_names();
  void check_load();
  void check_calls();
  void check_recorded(const CallSpec& call, std::size_t number, const Names& known, const auto& serves);
  void check_replay(const OpenArrivals& arrivals, Nanos window, std::string_view key);
  void check_calls_of(Nanos window, std::string_view key);
  void check_arms();
  void check_commands(const Arm& arm);
  void check_services(const Arm& arm);
  void check_outside(const Budget& budget, const Path& path);
  void check_budget(const Budget& budget, const Path& path);
  void check_service(const Budget& budget, const MetricInfo& metric, const Path& path);
  void check_phase(const Budget& budget, const MetricInfo& metric, const Path& path);
  void check_check(const Check& check, const Path& path);
  void check_collector_check(const Check& check, const Path& path);
  void check_tool_called(const std::string& tool, const Path& path);
  void check_memory_bound(const MemoryBoundCheck& check, const Path& path);
  void check_exporter_runs(const Arm& arm, const Path& path);
  bool check_arm_exists(const std::string& name, const Path& path);
  bool sees_traces(const Arm& arm, const Path& path);

  // A program of the user's in every arm.
  bool is_foreign(const Hop& hop) const {
    const auto replaces = [&](const Arm& arm) {
      return !hop_in(hop, arm).is_mock() || !reading_.sound({"arms", arm.name, "commands"}) ||
             !reading_.sound({"arms", arm.name, "services"});
    };
    return !hop.is_mock() || (!s_.arms.empty() && std::ranges::all_of(s_.arms, replaces));
  }
  bool any_foreign_server() const {
    return std::ranges::any_of(s_.topology.servers, [this](const ServerHop& hop) { return is_foreign(hop); });
  }
  static bool outside(const Hop& hop, const Arm& arm) { return !hop_in(hop, arm).url.empty(); }
  bool all_outside(const Arm& arm) const {
    return std::ranges::all_of(hops_, [&](const Hop* hop) { return outside(*hop, arm); });
  }
  Names hop_names() const {
    Names names;
    for (const Hop* hop : hops_) names.push_back(hop->name);
    return names;
  }

  const Scenario& s_;
  const Node& root_;
  shapes::Reading& reading_;
  Names arm_names_{};
  std::vector<const Hop*> hops_{};
  bool topology_sound_ = false;  // before this class has looked at it
};

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

void Consistency::check_calls() {
  Names known(built_in_tools.begin(), built_in_tools.end());
  for (const ToolSpec& tool : s_.tools) known.push_back(tool.name);
  const auto serves = [](const ServerHop& hop, const std::string& tool) {
    return hop.tools.empty() || among(hop.tools, tool) || among(built_in_tools, tool);
  };
  for (std::size_t i = 0; i < s_.load.calls.size(); ++i) {
    const CallSpec& call = s_.load.calls[i];
    const std::string& tool = call.tool;
    if (call.recorded) check_recorded(call, i, known, serves);
    if (tool.empty()) continue;  // what resources and prompts there are the mock servers say
    const Path path{"load", "calls", std::to_string(i), "tool"};
    if (!reading_.sound(path)) continue;
    if (!among(known, tool)) {
      finding(path, fmt::format("there is no tool `{}`", tool), shapes::hint_towards(tool, known));
    } else if (std::ranges::none_of(s_.topology.servers, [&](const ServerHop& hop) { return serves(hop, tool); })) {
      finding(path, fmt::format("no server has the tool `{}`", tool), "add it to the `tools` of a server");
    }
  }
}

// Once for each tool that the mocks do not have.
void Consistency::check_recorded(const CallSpec& call, std::size_t number, const Names& known, const auto& serves) {
  const bool replays = !call.recording.empty() && reading_.sound({"load", "arrivals"}) && root_.find("load") &&
                       !root_.find("load")->value.find("calls");
  const Path path =
      replays ? Path{"load", "arrivals", "file"} : Path{"load", "calls", std::to_string(number), "recording"};
  Names told;
  for (const RecordedCall& one : call.recorded->calls) {
    if (one.kind != CallKind::tool || among(told, one.name)) continue;
    const bool exists = among(known, one.name);
    const auto has_it = [&](const ServerHop& hop) { return serves(hop, one.name); };
    if (exists && std::ranges::any_of(s_.topology.servers, has_it)) continue;
    told.push_back(one.name);
    finding(path,
            fmt::format("line {} of {} calls `{}`, and {} tool", one.line, call.recording, one.name,
                        exists ? "no server has the" : "there is no such"),
            exists ? "add it to the `tools` of a server" : shapes::hint_towards(one.name, known));
  }
}

void Consistency::check_load() {
  // Which tools a program of the user's has is not known.
  if (reading_.reached({"tools"}) && topology_sound_ && !any_foreign_server()) check_calls();
  if (!reading_.sound({"load", "arrivals"})) return;
  const Plan& plan = s_.plan;
  if (std::holds_alternative<ClosedArrivals>(s_.load.arrivals)) {
    if (plan.run_pairs && reading_.sound({"plan", "phases"}))
      finding({"plan", "phases"},
              "a closed loop cannot run pairs: when a call is due follows from its own arm's answers, so there is no "
              "schedule to share",
              "write `phases: [blocks]`, or give load.arrivals a rate");
    return;
  }
  if (plan.run_blocks && reading_.sound({"plan", "window"})) check_calls_of(plan.window, "window");
  if (plan.run_pairs && reading_.sound({"plan", "pairs_window"}) &&
      !(plan.run_blocks && plan.pairs_window == plan.window)) {
    check_calls_of(plan.pairs_window, plan.pairs_window == plan.window ? "window" : "pairs_window");
  }
}

void Consistency::check_calls_of(Nanos window, std::string_view key) {
  const auto& arrivals = std::get<OpenArrivals>(s_.load.arrivals);
  if (arrivals.process == OpenArrivals::Process::replay) check_replay(arrivals, window, key);
  const RateProfile profile = profile_of(arrivals);
  const bool ends = arrivals.process == OpenArrivals::Process::ramp || arrivals.process == OpenArrivals::Process::steps;
  if (ends && profile.length() > window) {
    finding({"load", "arrivals"},
            fmt::format("takes {}, and a window of {} ends before it", shapes::duration_text(profile.length()),
                        shapes::duration_text(window)),
            fmt::format("shorten it, or lengthen plan.{}: every window goes through all of it", key));
  }
  const double calls = profile.expected(window);
  if (calls <= most_calls_per_window) return;
  const auto count = [](double n) { return format_count(static_cast<std::int64_t>(n)); };
  finding({"load", "arrivals", "rate"},
          fmt::format("makes {} calls in a window of {}; at most {} fit into memory", count(calls),
                      shapes::duration_text(window), count(most_calls_per_window)),
          fmt::format("lower the rate or shorten plan.{}", key));
}

// Every window of every block must have calls, in phase pairs one for each arm.
void Consistency::check_replay(const OpenArrivals& arrivals, Nanos window, std::string_view key) {
  if (s_.load.calls.empty() || !s_.load.calls.front().recorded || s_.arms.empty()) return;
  const Replay replay(*s_.load.calls.front().recorded, arrivals.speed, arrivals.loop);
  const Path path{"load", "arrivals", "file"};
  if (!arrivals.loop && replay.length() < window) {
    finding(path,
            fmt::format("is over after {}, and a window of {} goes on",
                        format_duration(static_cast<double>(replay.length().count())), shapes::duration_text(window)),
            fmt::format("write `loop: true` at load.arrivals, or shorten plan.{}", key));
    return;
  }
  const std::size_t least = s_.plan.run_pairs && window == s_.plan.pairs_window ? s_.arms.size() : 1;
  const std::uint32_t windows = std::min({s_.plan.blocks_max, replay.stretches(window), 1000u});
  for (std::uint32_t block = 0; block < windows; ++block) {
    const std::size_t calls = replay.window(window, block).size();
    if (calls >= least) continue;
    finding(path,
            fmt::format("has {} calls in the window of block {}; at least {} must be there to be compared", calls,
                        block + 1, least),
            fmt::format("lengthen plan.{}, raise load.arrivals.speed, or leave the quiet part out", key));
    return;
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

void Consistency::check_service(const Budget& budget, const MetricInfo& metric, const Path& path) {
  if (!metric.per_service) {
    finding(path, fmt::format("{} is of the whole system, not of one service", budget.metric), "remove `service`");
    return;
  }
  if (!reading_.reached({"topology"})) return;
  const auto found = std::ranges::find(hops_, budget.service, &Hop::name);
  if (found == hops_.end()) {
    finding(path, fmt::format("there is no service `{}` in the topology", budget.service),
            shapes::hint_towards(budget.service, hop_names()));
  }
}

// What the kernel says of a service, and the spans that it sends, are of what was started here.
void Consistency::check_outside(const Budget& budget, const Path& path) {
  const MetricInfo* metric = find_metric(budget.metric);
  const bool of_spans = budget.metric == "network_per_span" || budget.metric == "spans_lost";
  if (!metric || (!metric->per_service && !of_spans)) return;
  if (!reading_.sound({"topology"}) || !reading_.sound({"arms"})) return;
  const auto control = std::ranges::find(s_.arms, Role::control, &Arm::role);
  if (control == s_.arms.end()) return;
  for (const Arm& arm : s_.arms) {
    if (arm.role == Role::control || (!budget.arm.empty() && budget.arm != arm.name)) continue;
    if (!budget.service.empty()) {
      const auto hop = std::ranges::find(hops_, budget.service, &Hop::name);
      if (hop == hops_.end()) return;
      const Arm* without = outside(**hop, *control) ? &*control : outside(**hop, arm) ? &arm : nullptr;
      if (!without) continue;
      finding(below(path, "service"),
              fmt::format("`{}` runs elsewhere in arm `{}`: its {} cannot be measured", budget.service, without->name,
                          budget.metric),
              "give the service a `command` so that it is started here");
      return;
    }
    if (all_outside(arm)) {
      finding(below(path, "metric"),
              fmt::format("everything runs elsewhere in arm `{}`: its {} cannot be measured", arm.name, budget.metric),
              "give a service a `command` so that it is started here, or set a limit to latency");
      return;
    }
    const auto other =
        std::ranges::find_if(hops_, [&](const Hop* hop) { return outside(*hop, arm) != outside(*hop, *control); });
    if (of_spans || other == hops_.end()) continue;
    finding(below(path, "metric"),
            fmt::format("`{}` runs elsewhere in arm `{}` and here in arm `{}`: their {} is not of the same services",
                        (*other)->name, outside(**other, arm) ? arm.name : control->name,
                        outside(**other, arm) ? control->name : arm.name, budget.metric),
            "start it in both arms or in none, or name another `service`");
    return;
  }
}

void Consistency::check_phase(const Budget& budget, const MetricInfo& metric, const Path& path) {
  if (budget.phase == Phase::pairs && !metric.pairs_allowed) {
    finding(below(path, "phase"),
            fmt::format("pairs cannot carry {}: the traced arms run beside the control and disturb it too, so the "
                        "overhead would look smaller than it is",
                        budget.metric),
            "write `phase: blocks`, or leave it out");
    return;
  }
  if (!reading_.sound({"plan", "phases"}) || !reading_.sound({"load", "arrivals"})) return;
  const Phase phase = phase_of(s_, budget);
  if (phase == Phase::blocks ? s_.plan.run_blocks : s_.plan.run_pairs) return;
  const std::string add = fmt::format("add `{}` to plan.phases", to_string(phase));
  if (!budget.phase) {
    finding(below(path, "metric"), fmt::format("only blocks can carry {}, and the plan runs none", budget.metric),
            add + ", or remove the budget");
  } else {
    const bool impossible = phase == Phase::pairs && std::holds_alternative<ClosedArrivals>(s_.load.arrivals);
    finding(below(path, "phase"), fmt::format("the plan runs no {}", to_string(phase)),
            impossible ? "a closed loop runs blocks only; remove `phase`" : add + ", or remove `phase`");
  }
}

void Consistency::check_budget(const Budget& budget, const Path& path) {
  if (!reading_.sound(path)) return;
  const MetricInfo* metric = find_metric(budget.metric);
  if (metric && !budget.service.empty()) check_service(budget, *metric, below(path, "service"));
  if (metric) check_phase(budget, *metric, path);
  check_outside(budget, path);
  const Path arm_path = below(path, "arm");
  if (budget.arm.empty() || !check_arm_exists(budget.arm, arm_path)) return;
  const Arm& arm = *std::ranges::find(s_.arms, budget.arm, &Arm::name);
  if (arm.role == Role::control && reading_.sound({"arms"}))
    finding(arm_path, fmt::format("`{}` is the control: there is nothing to compare it with", arm.name),
            "name a treatment");
}

bool Consistency::sees_traces(const Arm& arm, const Path& path) {
  if (!reading_.sound({"arms", arm.name})) return false;
  if (arm.tracing.sampler.type == SamplerType::none) {
    finding(path, fmt::format("arm `{}` has no tracing: there is nothing to check", arm.name),
            "name an arm with a sampler other than none");
    return false;
  }
  if (!exports_to_sink(arm.tracing)) {
    finding(path,
            fmt::format("arm `{}` does not export to the harness's sink, which would have to see its traces", arm.name),
            "remove its `exporter.endpoint`, and use otlp_grpc or otlp_http");
    return false;
  }
  if (topology_sound_ && all_outside(arm)) {
    finding(path, fmt::format("everything runs elsewhere in arm `{}`: no spans of it come here", arm.name),
            "give a service a `command` so that it is started here, or remove the check");
    return false;
  }
  return true;
}

void Consistency::check_check(const Check& check, const Path& path) {
  if (!reading_.sound(path)) return;
  const std::string& name = arm_of(check);
  const Path arm_path = below(below(path, kind_of(check)), "arm");
  if (const auto* kept = std::get_if<KeptCheck>(&check.kind); kept && kept->what == KeptCheck::What::tool) {
    check_tool_called(kept->tool, below(below(path, kind_of(check)), "tool"));
  }
  if (const auto* ratio = std::get_if<SamplingRatioCheck>(&check.kind); ratio && !ratio->tool.empty()) {
    check_tool_called(ratio->tool, below(below(path, kind_of(check)), "tool"));
  }
  if (std::holds_alternative<FaultLatencyCheck>(check.kind) && s_.sampling.fault.how == SinkFault::How::none) {
    finding(path, "there is no fault whose effect could be seen", "give the scenario `sampling: { fault: … }`");
  }
  if (const auto* memory = std::get_if<MemoryBoundCheck>(&check.kind)) check_memory_bound(*memory, path);
  if (const auto* tail = std::get_if<TailDecisionsCheck>(&check.kind); tail && s_.collectors.empty()) {
    finding(path, "there is no Collector whose decisions could be checked", "give the scenario `collector:`");
  }
  check_collector_check(check, path);
  if (name.empty()) {
    const auto is_seen = [&](const Arm& arm) { return is_about(check, arm) && (hops_.empty() || !all_outside(arm)); };
    if (reading_.sound({"arms"}) && std::ranges::none_of(s_.arms, is_seen)) {
      finding(path, "no arm keeps traces and exports them to the harness's sink",
              "give an arm a sampler such as always_on, or remove the check");
    }
    return;
  }
  if (!check_arm_exists(name, arm_path)) return;
  const Arm& arm = *std::ranges::find(s_.arms, name, &Arm::name);
  if (std::holds_alternative<ExporterRunsCheck>(check.kind)) return check_exporter_runs(arm, arm_path);
  if (std::holds_alternative<IdsInLogsCheck>(check.kind) && !arm.environment.empty()) {
    finding(arm_path,
            fmt::format("the services of arm `{}` get OTEL_* variables alone, which cannot ask for a log", name),
            "name an arm whose `tracing` is no `environment`");
    return;
  }
  const auto* ratio = std::get_if<SamplingRatioCheck>(&check.kind);
  const bool is_ratio = ratio != nullptr;
  if (is_ratio && !ratio->service.empty() && reading_.sound({"arms", name})) {
    const auto hop = std::ranges::find(hops_, ratio->service, &Hop::name);
    if (hop != hops_.end() && outside(**hop, arm))
      finding(below(below(path, "sampling_ratio"), "service"),
              fmt::format("`{}` runs elsewhere in arm `{}`: no spans of it come here", ratio->service, name),
              "give the service a `command` so that it is started here");
  }
  if (sees_traces(arm, arm_path) && !is_ratio && !samples(arm.tracing)) {
    finding(arm_path, fmt::format("arm `{}` keeps no traces that could be judged", name), "name an arm that samples");
  }
}

void Consistency::check_memory_bound(const MemoryBoundCheck& check, const Path& path) {
  if (s_.sampling.fault.how == SinkFault::How::none) {
    finding(path, "there is no fault during which memory could grow", "give the scenario `sampling: { fault: … }`");
  }
  if (check.service.empty() || !reading_.reached({"topology"})) return;
  const Path service = below(below(path, "memory_bound"), "service");
  const auto found = std::ranges::find(hops_, check.service, &Hop::name);
  if (found == hops_.end()) {
    finding(service, fmt::format("there is no service `{}` in the topology", check.service),
            shapes::hint_towards(check.service, hop_names()));
  } else if (std::ranges::any_of(
                 s_.arms, [&](const Arm& arm) { return is_about(Check(check), arm) && outside(**found, arm); })) {
    finding(service, fmt::format("`{}` runs elsewhere: its memory cannot be measured", check.service),
            "give the service a `command` so that it is started here");
  }
}

void Consistency::check_exporter_runs(const Arm& arm, const Path& path) {
  if (!reading_.sound({"arms", arm.name})) return;
  if (arm.tracing.sampler.type == SamplerType::none) {
    finding(path, fmt::format("arm `{}` has no tracing: there is nothing to check", arm.name),
            "name an arm with a sampler other than none");
  } else if (!arm.tracing.exporter.endpoint.empty()) {
    finding(path, fmt::format("arm `{}` exports elsewhere: what arrives there is not seen", arm.name),
            "remove its `exporter.endpoint`");
  }
}

void Consistency::check_collector_check(const Check& check, const Path& path) {
  const auto* memory = std::get_if<CollectorMemoryCheck>(&check.kind);
  const bool of_collectors = memory || std::holds_alternative<SameAgainCheck>(check.kind) ||
                             std::holds_alternative<SpanMetricsCheck>(check.kind) ||
                             std::holds_alternative<RefusalsCountedCheck>(check.kind);
  if (!of_collectors || !reading_.sound({"collector"})) return;
  if (s_.collectors.empty()) {
    finding(path, "there is no Collector that could be checked", "give the scenario `collector:`");
  } else if (memory && memory->tier > s_.collectors.size()) {
    finding(below(below(path, kind_of(check)), "tier"),
            fmt::format("there is no tier {}: the scenario has {}", memory->tier, s_.collectors.size()),
            "tiers are counted from 1, from the services' side");
  }
}

void Consistency::check_tool_called(const std::string& tool, const Path& path) {
  const std::vector<CallTarget> targets = call_targets(s_.load);
  Names called;
  for (const CallTarget& target : targets) {
    if (target.kind == CallKind::tool) called.push_back(target.name);
  }
  if (reading_.sound({"load", "calls"}) && !among(called, tool)) {
    finding(path, fmt::format("no call of the load is of a tool `{}`", tool), shapes::hint_towards(tool, called));
  }
}

}  // namespace

void check_consistency(const Scenario& scenario, const Node& root, shapes::Reading& reading) {
  Consistency(scenario, root, reading).check();
}

}  // namespace tracetax
