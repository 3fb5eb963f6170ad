#include "harness/transport/headers.h"

#include <algorithm>

namespace tracetax::transport {
namespace {

// Field names are ASCII (RFC 9110, 5.1), so no locale has a say.
constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

}  // namespace

bool same_header_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (same_header_name(field, name)) return value;
  }
  return {};
}

}  // namespace tracetax::transport
