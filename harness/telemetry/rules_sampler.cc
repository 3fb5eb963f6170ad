#include "harness/telemetry/rules_sampler.h"

#include <charconv>
#include <string_view>
#include <type_traits>
#include <utility>

#include <opentelemetry/common/key_value_iterable.h>
#include <opentelemetry/trace/span_context_kv_iterable.h>

namespace tracetax::telemetry {
namespace {

namespace common = opentelemetry::common;
namespace nostd = opentelemetry::nostd;

constexpr std::string_view tool_keys[] = {"gen_ai.tool.name", "mcp.tool"};

// Whether the attribute's value, written as text, is this one. Lists are never.
bool is(const common::AttributeValue& value, std::string_view wanted) {
  return nostd::visit(
      [wanted](const auto& v) {
        using V = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<V, bool>) {
          return wanted == (v ? "true" : "false");
        } else if constexpr (std::is_arithmetic_v<V>) {
          V number{};
          const auto [end, error] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), number);
          return error == std::errc() && end == wanted.data() + wanted.size() && number == v;
        } else if constexpr (std::is_same_v<V, const char*>) {
          return wanted == v;
        } else if constexpr (std::is_same_v<V, nostd::string_view>) {
          return wanted == std::string_view(v.data(), v.size());
        } else {
          return false;
        }
      },
      value);
}

bool has(const common::KeyValueIterable& attributes, std::string_view key, std::string_view wanted) {
  bool found = false;
  attributes.ForEachKeyValue([&](nostd::string_view name, const common::AttributeValue& value) {
    found = std::string_view(name.data(), name.size()) == key && is(value, wanted);
    return !found;
  });
  return found;
}

bool matches(const SamplingRule& rule, std::string_view name, const common::KeyValueIterable& attributes) {
  if (!rule.operation.empty() && !matches_glob(rule.operation, name)) return false;
  if (!rule.tool.empty() && !has(attributes, tool_keys[0], rule.tool) && !has(attributes, tool_keys[1], rule.tool))
    return false;
  for (const auto& [key, value] : rule.attributes) {
    if (!has(attributes, key, value)) return false;
  }
  return true;
}

}  // namespace

RulesSampler::RulesSampler(std::vector<Rule> rules, std::unique_ptr<Sampler> otherwise)
    : rules_(std::move(rules)), otherwise_(std::move(otherwise)) {}

opentelemetry::sdk::trace::SamplingResult RulesSampler::ShouldSample(
    const opentelemetry::trace::SpanContext& parent, opentelemetry::trace::TraceId id, nostd::string_view name,
    opentelemetry::trace::SpanKind kind, const common::KeyValueIterable& attributes,
    const opentelemetry::trace::SpanContextKeyValueIterable& links) noexcept {
  Sampler* chosen = otherwise_.get();
  for (const Rule& rule : rules_) {
    if (!matches(rule.matches, {name.data(), name.size()}, attributes)) continue;
    chosen = rule.sampler.get();
    break;
  }
  return chosen->ShouldSample(parent, id, name, kind, attributes, links);
}

}  // namespace tracetax::telemetry
