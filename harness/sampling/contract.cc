#include "harness/sampling/contract.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "harness/scenario/sampler_config.h"

namespace tracetax {
namespace {

std::string described(const ExpectedSpan& span) {
  const std::string name = "`" + (span.name.empty() ? "*" : span.name) + "`";
  return span.service.empty() ? name : span.service + " " + name;
}

// Why the span is not the expected one; empty: it is.
std::string difference(const ExpectedSpan& expected, const otlp::Span& span) {
  if (!matches(expected.service, span.service())) return "service " + span.service();
  if (!matches(expected.name, span.name)) return "name " + span.name;
  if (!expected.kind.empty() && expected.kind != to_string(span.kind))
    return fmt::format("kind {} instead of {}", to_string(span.kind), expected.kind);
  if (!expected.status.empty() && expected.status != to_string(span.status))
    return fmt::format("status {} instead of {}", to_string(span.status), expected.status);
  const auto differs = [](const std::map<std::string, std::string>& wanted, const otlp::Attributes& had,
                          const char* what) -> std::string {
    for (const auto& [key, pattern] : wanted) {
      const otlp::Value* const value = otlp::find(had, key);
      if (value == nullptr) return fmt::format("no {} {}", what, key);
      if (const std::string text = otlp::to_text(*value); !matches(pattern, text))
        return fmt::format("{} {} is `{}` instead of `{}`", what, key, text, pattern);
    }
    return {};
  };
  if (std::string attribute = differs(expected.attributes, span.attributes, "attribute"); !attribute.empty())
    return attribute;
  return differs(expected.resource, span.resource->attributes, "resource attribute");
}

class Matcher {
 public:
  explicit Matcher(const otlp::Trace& trace) : trace_(trace) {
    for (const otlp::Span& span : trace.spans) ids_.insert(span.id);
  }

  // Finds a span for each expected one among the children of `parent` (null: the spans whose parent is not there).
  bool match(const std::vector<ExpectedSpan>& expected, std::size_t next, const otlp::Span* parent) {
    if (next == expected.size()) return true;
    const ExpectedSpan& wanted = expected[next];
    std::string near;
    for (std::size_t i = 0; i < trace_.spans.size(); ++i) {
      const otlp::Span& span = trace_.spans[i];
      if (taken_.contains(i) || !is_child(span, parent)) continue;
      const std::string why = difference(wanted, span);
      if (!why.empty()) {
        if (matches(wanted.service, span.service()) && matches(wanted.name, span.name)) near = why;
        continue;
      }
      const std::set<std::size_t> before = taken_;
      taken_.insert(i);
      if (match(wanted.children, 0, &span) && match(expected, next + 1, parent)) return true;
      taken_ = before;
    }
    if (wanted.optional) return match(expected, next + 1, parent);
    if (breach_.empty()) {
      const std::string under = parent == nullptr ? "" : fmt::format(" under {} `{}`", parent->service(), parent->name);
      breach_ = near.empty() ? fmt::format("{}{} is missing", described(wanted), under)
                             : fmt::format("{}{} has {}", described(wanted), under, near);
    }
    return false;
  }

  std::string unexpected() const {
    for (std::size_t i = 0; i < trace_.spans.size(); ++i) {
      const otlp::Span& span = trace_.spans[i];
      if (!taken_.contains(i)) return fmt::format("{} `{}` is not in the contract", span.service(), span.name);
    }
    return {};
  }
  const std::string& breach() const { return breach_; }

 private:
  bool is_child(const otlp::Span& span, const otlp::Span* parent) const {
    if (parent != nullptr) return span.parent == parent->id;
    return !span.parent || !ids_.contains(*span.parent);
  }

  const otlp::Trace& trace_;
  std::set<otlp::SpanId> ids_{};
  std::set<std::size_t> taken_{};
  std::string breach_{};  // the first dead end
};

}  // namespace

bool matches(const std::string& pattern, const std::string& text) {
  return pattern.empty() || matches_glob(pattern, text);
}

std::optional<std::string> breach_of(const ExpectedTrace& expected, const otlp::Trace& trace) {
  Matcher matcher(trace);
  if (!matcher.match(expected.spans, 0, nullptr)) return matcher.breach();
  if (expected.others) return std::nullopt;
  std::string other = matcher.unexpected();
  return other.empty() ? std::nullopt : std::optional(std::move(other));
}

}  // namespace tracetax
