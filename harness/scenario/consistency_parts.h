#pragma once
// Private to the checks of what belongs together in a scenario (consistency.h): one object for all of them, which are
// in a file each for the topology and its arms, the load, and what is judged.

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario/consistency.h"
#include "harness/scenario/metric.h"
#include "harness/scenario/outside.h"

namespace tracetax {

// Of mcp-server, whatever it is told.
inline constexpr std::array<std::string_view, 3> built_in_tools{"echo", "sleep", "spin"};

bool among(const auto& names, std::string_view name) {
  return std::ranges::find(names, name) != std::end(names);
}

class Consistency {
 public:
  using Path = shapes::Reading::Path;
  using Names = std::vector<std::string_view>;

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
  bool all_outside(const Arm& arm) const {
    return std::ranges::all_of(hops_, [&](const Hop* hop) { return is_outside(*hop, arm); });
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

}  // namespace tracetax
