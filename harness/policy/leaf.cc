#include "harness/policy/leaf.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "harness/policy/hashes.h"
#include "harness/policy/trace_state.h"

namespace tracetax::policy {
namespace {

constexpr std::int64_t ns_per_ms = 1'000'000;

// A value of another type counts as false, 0 or "": so the Collector reads it.
bool as_bool(const otlp::Value& value) {
  const auto* const b = std::get_if<bool>(&value.data);
  return b && *b;
}
std::int64_t as_int(const otlp::Value& value) {
  const auto* const n = std::get_if<std::int64_t>(&value.data);
  return n ? *n : 0;
}
std::string as_text(const otlp::Value& value) {
  const auto* const text = std::get_if<std::string>(&value.data);
  return text && !value.json ? *text : std::string();
}

bool matches(const NumericAttribute& rule, const otlp::Value& value) {
  const std::int64_t n = as_int(value);
  return (rule.min == 0 || n >= rule.min) && (rule.max == 0 || n <= rule.max);
}

// The first resource or span whose attribute matches; a span's value must satisfy `span_too` as well.
template <class Matches, class SpanToo>
const otlp::Span* find_span(std::span<const SeenSpan> spans, const std::string& key, Matches matches_value,
                            SpanToo span_too) {
  for (const SeenSpan& seen : spans) {
    const otlp::Value* const of_resource = otlp::find(seen.span->resource->attributes, key);
    if (of_resource && matches_value(*of_resource)) return seen.span;
    const otlp::Value* const of_span = otlp::find(seen.span->attributes, key);
    if (of_span && span_too(*of_span) && matches_value(*of_span)) return seen.span;
  }
  return nullptr;
}

bool always(const otlp::Value&) {
  return true;
}

struct Times {
  std::int64_t start, end;
};
std::int64_t milliseconds(const Times& times) {
  // In the unsigned arithmetic of the timestamps, as there: an end before the start is negative, not huge.
  const std::uint64_t ns = static_cast<std::uint64_t>(times.end) - static_cast<std::uint64_t>(times.start);
  return static_cast<std::int64_t>(ns) / ns_per_ms;
}
Times joined(const otlp::Span& a, const otlp::Span& b) {
  return {std::min(a.start_unix_ns, b.start_unix_ns), std::max(a.end_unix_ns, b.end_unix_ns)};
}
std::int64_t duration_ms(std::span<const SeenSpan> spans) {
  Times all{std::numeric_limits<std::int64_t>::max(), 0};
  for (const SeenSpan& seen : spans) {
    all = {std::min(all.start, seen.span->start_unix_ns), std::max(all.end, seen.span->end_unix_ns)};
  }
  return milliseconds(all);
}

// The Collector asks after each span it looks at, with what it has seen until then. Without an upper end only the last
// answer counts. With one, a trace that is too slow as a whole may be within the window for a while, which depends on
// the order.
Keep ask_latency(const Latency& rule, std::span<const SeenSpan> spans) {
  const std::int64_t whole = duration_ms(spans);
  if (rule.upper_threshold_ms == 0) return keep_if(whole > rule.threshold_ms);
  const auto within = [&](std::int64_t ms) { return rule.threshold_ms < ms && ms <= rule.upper_threshold_ms; };
  if (within(whole)) return Keep::yes;
  for (const SeenSpan& a : spans) {
    for (const SeenSpan& b : spans) {
      if (within(milliseconds(joined(*a.span, *b.span)))) return spans.size() == 1 ? Keep::yes : Keep::uncertain;
    }
  }
  return Keep::no;
}

struct Asker {
  const Texts& texts;
  const otlp::TraceId& trace;
  std::span<const SeenSpan> spans;

  Keep any(auto condition) const { return keep_if(std::ranges::any_of(spans, condition)); }
  Keep attribute(const std::string& key, bool invert, auto condition, auto span_too) const {
    return keep_if((find_span(spans, key, condition, span_too) != nullptr) != invert);
  }

  Keep operator()(const StatusCode& rule) const {
    return any([&](const SeenSpan& seen) { return std::ranges::count(rule.codes, seen.span->status) > 0; });
  }
  Keep operator()(const Latency& rule) const { return ask_latency(rule, spans); }
  Keep operator()(const StringAttribute& rule) const {
    const auto matching = [&](const otlp::Value& value) { return texts.matches(rule, as_text(value)); };
    // Only of a resource can an empty text match.
    return attribute(rule.key, rule.invert, matching, [](const otlp::Value& value) { return !as_text(value).empty(); });
  }
  Keep operator()(const NumericAttribute& rule) const {
    return attribute(
        rule.key, rule.invert, [&](const otlp::Value& value) { return matches(rule, value); }, always);
  }
  Keep operator()(const BooleanAttribute& rule) const {
    return attribute(
        rule.key, rule.invert, [&](const otlp::Value& v) { return as_bool(v) == rule.value; }, always);
  }
  Keep operator()(const SpanCount& rule) const {
    const auto count = static_cast<std::int64_t>(spans.size());
    return keep_if(count >= rule.min && (rule.max == 0 || count <= rule.max));
  }
  Keep operator()(const TraceStateMember& rule) const {
    return any([&](const SeenSpan& seen) {
      const std::string value = trace_state_member(seen.trace_state, rule.key);
      return !value.empty() && rule.key.size() + value.size() < 256 && std::ranges::count(rule.values, value) > 0;
    });
  }
  Keep operator()(const TraceFlags&) const {
    return any([](const SeenSpan& seen) { return (seen.span->flags & 1u) != 0; });
  }
  Keep operator()(const auto&) const { return Keep::uncertain; }
};

}  // namespace

Texts::Texts(const Policy& policy) {
  const auto* const rule = std::get_if<StringAttribute>(&policy.rule);
  if (!rule) return;
  for (const std::string& value : rule->values) {
    if (rule->regex) {
      patterns.push_back(std::make_unique<re2::RE2>(value, re2::RE2::Quiet));
    } else if (!value.empty()) {
      exact.insert(value);
    }
  }
}

bool Texts::matches(const StringAttribute& rule, const std::string& text) const {
  if (!rule.regex) return exact.contains(text);
  return std::ranges::any_of(patterns, [&](const auto& one) { return re2::RE2::PartialMatch(text, *one); });
}

Keep ask(const Policy& policy, const Texts& texts, const otlp::TraceId& trace, std::span<const SeenSpan> spans,
         bool content_known) {
  if (std::holds_alternative<AlwaysSample>(policy.rule)) return Keep::yes;
  if (const auto* rule = std::get_if<Probabilistic>(&policy.rule)) {
    return keep_if(tail_hash(rule->salt, trace) <= tail_threshold(rule->percentage));
  }
  if (!content_known) return Keep::uncertain;
  return std::visit(Asker{texts, trace, spans}, policy.rule);
}

std::string explain(const Policy& policy, std::span<const SeenSpan> spans) {
  if (const auto* rule = std::get_if<StatusCode>(&policy.rule)) {
    for (const SeenSpan& seen : spans) {
      if (std::ranges::count(rule->codes, seen.span->status) == 0) continue;
      return fmt::format("span `{}` has the status {}", seen.span->name, otlp::to_string(seen.span->status));
    }
  }
  if (const auto* rule = std::get_if<Latency>(&policy.rule)) {
    return fmt::format("it took {} ms, more than {} ms", duration_ms(spans), rule->threshold_ms);
  }
  if (const auto* rule = std::get_if<Probabilistic>(&policy.rule)) {
    return fmt::format("the hash of its id is within {} %", rule->percentage);
  }
  if (std::holds_alternative<SpanCount>(policy.rule)) return fmt::format("it has {} spans", spans.size());
  const std::string* key = nullptr;
  if (const auto* rule = std::get_if<StringAttribute>(&policy.rule); rule && !rule->invert) key = &rule->key;
  if (const auto* rule = std::get_if<NumericAttribute>(&policy.rule); rule && !rule->invert) key = &rule->key;
  if (const auto* rule = std::get_if<BooleanAttribute>(&policy.rule); rule && !rule->invert) key = &rule->key;
  if (key) return fmt::format("its attribute `{}`", *key);
  return fmt::format("by its rule, `{}`", policy.type);
}

}  // namespace tracetax::policy
