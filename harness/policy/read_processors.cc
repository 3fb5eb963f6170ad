// Processors that are no samplers: which of them pass every trace on, and which may change what a later sampler
// decides.

#include <algorithm>

#include <fmt/format.h>

#include "harness/policy/reader.h"

namespace tracetax::policy {
namespace {

std::string_view type_of(std::string_view name) {
  return name.substr(0, name.find('/'));
}

enum class Effect { passes, changes_resources, changes_attributes, changes, drops, regroups };
struct Kind {
  std::string_view type;
  Effect effect;
  std::string_view what;
};
constexpr Kind kinds[] = {
    {"memory_limiter", Effect::passes, ""},  // refuses under pressure; the sender hears of it and sends again
    {"remotetap", Effect::passes, ""},
    {"resourcedetection", Effect::changes_resources, "adds attributes to resources"},
    {"k8sattributes", Effect::changes_resources, "adds attributes to resources"},
    {"k8s_attributes", Effect::changes_resources, "adds attributes to resources"},
    {"geoip", Effect::changes_attributes, "adds attributes"},
    {"redaction", Effect::changes_attributes, "removes and masks attributes"},
    {"transform", Effect::changes, "may change anything of a span"},
    {"span", Effect::changes, "may change names, status and attributes"},
    {"schema", Effect::changes_attributes, "may change names of attributes"},
    {"coralogix", Effect::changes_attributes, "adds attributes"},
    {"groupbyattrs", Effect::changes_attributes, "moves attributes from spans to resources"},
    {"filter", Effect::drops, "drops the spans that its conditions name"},
    {"groupbytrace", Effect::regroups, "holds traces back, and drops the oldest when it has too many"},
};

// Keys of the attributes that `attributes` and `resource` write; empty when they cannot be told.
std::optional<std::set<std::string>> keys_written(const Node& node) {
  std::set<std::string> keys;
  const Entry* const actions = node.find("actions") ? node.find("actions") : node.find("attributes");
  if (!actions) return keys;
  for (const Node& action : actions->value.items) {
    const Entry* const key = action.find("key");
    const Entry* const verb = action.find("action");
    // `extract` writes the names of its pattern's groups.
    if (!key || action.find("pattern") || (verb && verb->value.text == "extract")) return std::nullopt;
    keys.insert(key->value.text);
  }
  return keys;
}

void look(const Policy& policy, LookedAt& at) {
  const auto nested = [&](const std::vector<Policy>& policies) {
    for (const Policy& one : policies) look(one, at);
  };
  struct Visitor {
    LookedAt& at;
    const decltype(nested)& into;
    void operator()(const UnknownPolicy&) const { at.content = at.anything = true; }
    void operator()(const AlwaysSample&) const {}
    void operator()(const Probabilistic&) const {}
    void operator()(const RateLimiting&) const {}
    void operator()(const SpanCount&) const {}
    void operator()(const StatusCode&) const { at.content = true; }
    void operator()(const Latency&) const { at.content = true; }
    void operator()(const TraceStateMember&) const { at.content = true; }
    void operator()(const TraceFlags&) const { at.content = true; }
    void operator()(const StringAttribute& rule) const { at.keys.insert(rule.key); }
    void operator()(const NumericAttribute& rule) const { at.keys.insert(rule.key); }
    void operator()(const BooleanAttribute& rule) const { at.keys.insert(rule.key); }
    void operator()(const And& rule) const { into(rule.all); }
    void operator()(const Not& rule) const { into(rule.one); }
    void operator()(const Drop& rule) const { into(rule.all); }
    void operator()(const Composite& rule) const { into(rule.policies); }
  };
  std::visit(Visitor{at, nested}, policy.rule);
}

Opaque opaque_of(Effect effect, const LookedAt& later) {
  const bool any_key = !later.keys.empty() || later.anything;
  Opaque work;
  work.may_drop = effect == Effect::drops || effect == Effect::regroups;
  work.may_change = (effect == Effect::changes_resources && any_key) ||
                    (effect == Effect::changes_attributes && any_key) ||
                    (effect == Effect::changes && (any_key || later.content));
  work.may_change_head = (effect == Effect::changes_attributes || effect == Effect::changes) && later.priority;
  work.may_delay = effect == Effect::regroups && later.timing;
  return work;
}

}  // namespace

void add_looked_at(const Processor& processor, LookedAt& looked_at) {
  if (const auto* const tail = std::get_if<TailSampling>(&processor.work)) {
    looked_at.timing = true;
    for (const Policy& policy : tail->policies) look(policy, looked_at);
  } else if (std::holds_alternative<HeadSampling>(processor.work)) {
    looked_at.priority = true;
  }
}

Processor read_other(Reader& reader, const std::string& name, const Node& node, const LookedAt& later) {
  const std::string_view type = type_of(name);
  if (type == "batch") {
    Passing work{std::chrono::milliseconds(200)};
    if (const Entry* timeout = node.find("timeout")) {
      const auto inside = reader.reading.inside("timeout");
      reader.duration(reader.resolved(timeout->value), work.delay);
    }
    return {name, work};
  }
  if (type == "attributes" || type == "resource") {
    const auto keys = keys_written(node);
    const auto written = [&](const std::string& key) { return !keys || keys->contains(key); };
    Opaque work;
    work.may_change = later.anything || std::ranges::any_of(later.keys, written);
    work.may_change_head = later.priority && type == "attributes" && written("sampling.priority");
    if (!work.may_change && !work.may_change_head) return {name, Passing{}};
    reader.unknown(node.place, "writes attributes that a later sampler looks at");
    return {name, work};
  }
  const auto* const kind = std::ranges::find(kinds, type, &Kind::type);
  if (kind == std::end(kinds)) {
    reader.unknown(node.place, fmt::format("what a processor of type `{}` does to traces is not known", type));
    return {name, Opaque{.may_drop = true, .may_change = true, .may_change_head = true, .may_delay = later.timing}};
  }
  if (kind->effect == Effect::passes) return {name, Passing{}};
  const Opaque work = opaque_of(kind->effect, later);
  const bool changes = work.may_change || work.may_change_head;
  if (!work.may_drop && !changes && !work.may_delay) return {name, Passing{}};
  reader.unknown(node.place, fmt::format("{}{}", kind->what, changes ? ", and a later sampler looks at such" : ""));
  return {name, work};
}

}  // namespace tracetax::policy
