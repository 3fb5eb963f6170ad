#include "harness/scenario/redact_patterns.h"

#include <algorithm>
#include <array>

#include <re2/re2.h>

namespace tracetax {

namespace {

// Rather too much than too little: what is masked by mistake costs a debugging hour, what is not masked is lost.
constexpr std::array<RedactPattern, 6> patterns{{
    {"email", R"([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)"},
    {"credit_card", R"(\b[0-9](?:[ -]?[0-9]){12,18}\b)", true},
    {"bearer", R"((?i)\b(?:bearer|basic)[ \t]+[A-Za-z0-9._~+/-]{4,}=*)"},
    // International with a +, or the groups 3-3-4 with separators.
    {"phone", R"(\+[1-9](?:[ ().-]{0,2}[0-9]){6,14}\b|\(?\b[0-9]{3}\)?[ .-]{1,2}[0-9]{3}[ .-][0-9]{4}\b)"},
    {"jwt", R"(\beyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*)"},
    {"ipv4", R"(\b(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\b)"},
}};

}  // namespace

std::span<const RedactPattern> redact_patterns() {
  return patterns;
}

const RedactPattern* find_redact_pattern(std::string_view name) {
  const auto found = std::ranges::find(patterns, name, &RedactPattern::name);
  return found == patterns.end() ? nullptr : &*found;
}

std::string wrong_expression(const std::string& expression) {
  const RE2 compiled(expression, RE2::Quiet);
  if (!compiled.ok()) return compiled.error();
  if (RE2::FullMatch("", compiled)) return "it matches the empty text";
  return {};
}

}  // namespace tracetax
