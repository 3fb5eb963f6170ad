// The policies of tail_sampling.

#include <algorithm>

#include <fmt/format.h>

#include "harness/policy/policy_block.h"

namespace tracetax::policy {
namespace {

std::vector<Policy> read_policies(Reader& reader, const Node& list, std::string_view parent) {
  std::vector<Policy> policies;
  reader.read_list(list, [&](const Node& item) { policies.push_back(read_policy(reader, item, parent)); });
  return policies;
}

// `and: { and_sub_policy: [...] }`, or the list alone, as some documents write it.
template <class Rule>
void read_all_of(const Block& block, std::string_view key) {
  Rule rule;
  const auto read = [&](const Node& list) { rule.all = read_policies(block.reader, list, block.policy.type); };
  if (block.node.kind == Node::Kind::list) {
    block.reader.note(block.node.place, fmt::format("the Collector refuses a list here: it wants `{}: {{ {}: [...] }}`",
                                                    block.policy.type, key));
    read(block.node);
    block.policy.rule = std::move(rule);
    return;
  }
  block.keep({{key, read}}, rule);
}

void read_not(const Block& block) {
  Not rule;
  const auto read = [&](const Node& one) { rule.one.push_back(read_policy(block.reader, one, "not")); };
  const bool known = block.reader.read_map(block.node, {{"not_sub_policy", read}});
  if (!block.node.find("not_sub_policy")) {
    block.reader.reading.finding_at(block.node, "not_sub_policy", "is missing", "the policy to turn round");
  }
  if (known && rule.one.size() == 1) block.policy.rule = std::move(rule);
}

void read_composite(const Block& block) {
  Composite rule;
  std::vector<std::string> order;
  std::vector<std::pair<std::string, std::int64_t>> shares;
  const auto policies = [&](const Node& n) { rule.policies = read_policies(block.reader, n, "composite"); };
  const auto share = [&](const Node& n) {
    auto& [name, percent] = shares.emplace_back();
    block.reader.read_map(n, {{"policy", block.text(name)}, {"percent", block.integer(percent)}});
  };
  const auto allocation = [&](const Node& n) { block.reader.read_list(n, share); };
  const bool known = block.reader.read_map(block.node, {{"max_total_spans_per_second", block.integer(rule.max_total)},
                                                        {"policy_order", block.texts(order)},
                                                        {"composite_sub_policy", policies},
                                                        {"rate_allocation", allocation}});
  std::vector<std::string> names;
  for (const Policy& policy : rule.policies) {
    names.push_back(policy.name);
    const auto found = std::ranges::find(shares, policy.name, &std::pair<std::string, std::int64_t>::first);
    if (found == shares.end()) {
      block.reader.note(block.node.place,
                        fmt::format("`{}` is not in rate_allocation and is allocated nothing", policy.name));
    }
    const auto total = static_cast<double>(rule.max_total);
    const double part = found == shares.end() ? 0
                        : found->second > 0   ? static_cast<double>(found->second) / 100 * total
                                              : total / static_cast<double>(rule.policies.size());
    rule.allocated.push_back(static_cast<std::int64_t>(part));
  }
  if (!order.empty() && order != names) {
    block.reader.note(block.node.place, "policy_order has no effect: the order is that of composite_sub_policy");
  }
  if (known) block.policy.rule = std::move(rule);
}

struct Type {
  std::string_view name;
  void (*read)(const Block&);
};
constexpr Type types[] = {
    {"always_sample", read_nothing<AlwaysSample>},
    {"status_code", read_status_code},
    {"latency", read_latency},
    {"probabilistic", read_probabilistic},
    {"string_attribute", read_string_attribute},
    {"numeric_attribute", read_numeric_attribute},
    {"boolean_attribute", read_boolean_attribute},
    {"span_count", read_span_count},
    {"trace_state", read_trace_state},
    {"trace_flags", read_nothing<TraceFlags>},
    {"rate_limiting", read_rate_limiting},
    {"and", [](const Block& block) { read_all_of<And>(block, "and_sub_policy"); }},
    {"drop", [](const Block& block) { read_all_of<Drop>(block, "drop_sub_policy"); }},
    {"not", read_not},
    {"composite", read_composite},
};
// What the Collector has and what is not decided here.
constexpr std::string_view known_by_name[] = {"ottl_condition", "bytes_limiting"};

bool may_stand_in(std::string_view type, std::string_view parent) {
  if (parent.empty() || (type != "and" && type != "not" && type != "drop" && type != "composite")) return true;
  if (type == "and") return parent == "composite";
  return type == "not" && (parent == "and" || parent == "drop");
}

const Type* known_type(Reader& reader, const Node& node, std::string_view parent) {
  const auto inside = reader.reading.inside("type");
  const auto* const type = std::ranges::find(types, std::string_view(node.text), &Type::name);
  if (type == std::end(types)) {
    const bool named = std::ranges::find(known_by_name, std::string_view(node.text)) != std::end(known_by_name);
    reader.unknown(node.place, fmt::format("what a policy of type `{}` decides is not {}", node.text,
                                           named ? "decided here" : "known"));
    return nullptr;
  }
  if (may_stand_in(node.text, parent)) return type;
  reader.reading.finding(node.place, fmt::format("`{}` cannot stand inside of `{}`", node.text, parent),
                         "the Collector does not start with it");
  return nullptr;
}

}  // namespace

Policy read_policy(Reader& reader, const Node& node, std::string_view parent) {
  Policy policy;
  if (!reader.reading.expect(node, Node::Kind::map, "a map")) return policy;
  if (const Entry* name = node.find("name")) {
    const auto inside = reader.reading.inside("name");
    reader.text(name->value, policy.name);
  }
  const Entry* const kind = node.find("type");
  if (!kind) {
    reader.reading.finding_at(node, "type", "is missing", "such as type: status_code");
    return policy;
  }
  policy.type = kind->value.text;
  for (const Entry& entry : node.entries) {
    const bool used = entry.key == "name" || entry.key == "type" || entry.key == policy.type;
    const auto inside = reader.reading.inside(entry.key);
    if (!used) reader.note(entry.place, fmt::format("has no effect with `type: {}`", policy.type));
  }
  const Type* const type = known_type(reader, kind->value, parent);
  if (!type) return policy;
  Node nothing;
  nothing.kind = Node::Kind::map;
  nothing.place = node.place;
  const Entry* const block = node.find(policy.type);
  const auto inside = reader.reading.inside(policy.type);
  type->read({reader, block && block->value.kind != Node::Kind::null ? block->value : nothing, policy});
  return policy;
}

}  // namespace tracetax::policy
