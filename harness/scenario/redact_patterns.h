#pragma once
// The patterns of redaction: names for common secrets, and expressions of one's own.

#include <span>
#include <string>
#include <string_view>

namespace tracetax {

struct RedactPattern {
  std::string_view name;
  std::string_view expression;  // RE2
  bool luhn = false;            // only where the digits pass the check sum of payment cards (ISO/IEC 7812-1, annex B)
};

std::span<const RedactPattern> redact_patterns();
// Null when there is none of the name.
const RedactPattern* find_redact_pattern(std::string_view name);

// What is wrong with an expression of one's own; empty when it can be used. RE2's syntax: matching takes time linear in
// the text, whatever the expression, so there are no back references and no looking around. An expression that matches
// the empty text would mask between all letters and is refused.
std::string wrong_expression(const std::string& expression);

}  // namespace tracetax
