// What an arm says of the topology's hops.

#include "harness/scenario/define_hop.h"
#include "harness/scenario/definitions.h"

namespace tracetax::shapes {
namespace {

// Programs by the service whose place they take.
Shape<std::map<std::string, std::vector<std::string>>> commands() {
  using Map = std::map<std::string, std::vector<std::string>>;
  const auto words = command();
  const auto read = [words](Reading& reading, const Node& node, Map& out) {
    if (!reading.expect(node, Node::Kind::map, "a map from services to their programs")) return;
    for (const Entry& entry : node.entries) {
      const auto key = reading.inside(entry.key);
      words.read(reading, entry.value, out[entry.key]);
    }
  };
  const auto write = [words](const Map& map) {
    Json out = Json::object();
    for (const auto& [service, program] : map) out[service] = words.write(program);
    return out;
  };
  const auto schema = [words] { return Json{{"type", "object"}, {"additionalProperties", words.schema()}}; };
  return {read, write, schema};
}

Shape<Hop> hop_of_arm() {
  return record<Hop>(program_fields<Hop>(), finish_hop_of_arm);
}

// Which the topology has is checked with the rest of what belongs together.
const Hop* find_hop(const Topology& topology, const std::string& name) {
  for (const Hop* hop : hops_of(topology)) {
    if (hop->name == name) return hop;
  }
  return nullptr;
}

}  // namespace

Field<Arm> arm_commands() {
  return field<Arm>("commands", &Arm::commands, commands(),
                    "programs, by service, that take the place of the mock or of the hop's own command in this arm; "
                    "short for `services: { NAME: { command: … } }`");
}

Field<Arm> arm_services() {
  const auto schema = [] { return Json{{"type", "object"}, {"additionalProperties", hop_of_arm().schema()}}; };
  return {"services",
          "by service: what is different about a hop in this arm, over what the topology says of it",
          false,
          [](Reading&, const Node&, Arm&) {},
          [](const Arm&) { return Json(); },
          schema};
}

void read_hops_of_arm(Reading& reading, const Node& node, const Topology& topology, Arm& arm) {
  for (const auto& [service, program] : arm.commands) {
    const Hop* hop = find_hop(topology, service);
    if (!hop) continue;
    Hop& own = arm.hops.emplace(service, *hop).first->second;
    own.command = program;
  }
  const Entry* services = node.find("services");
  if (!services) return;
  const auto key = reading.inside("services");
  if (!reading.expect(services->value, Node::Kind::map, "a map from services to what is different of them")) return;
  for (const Entry& entry : services->value.entries) {
    const auto inside = reading.inside(entry.key);
    const Hop* hop = find_hop(topology, entry.key);
    Hop own = hop ? hop_in(*hop, arm) : Hop{.name = entry.key};
    hop_of_arm().read(reading, entry.value, own);
    if (!hop) continue;
    if (arm.commands.contains(entry.key)) {
      reading.finding(entry.place, "is in `commands` of this arm as well",
                      "`commands` is short for a `command` here; keep one of them");
      continue;
    }
    arm.hops.insert_or_assign(entry.key, std::move(own));
  }
}

}  // namespace tracetax::shapes
