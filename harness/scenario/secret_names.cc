#include "harness/scenario/secret_names.h"

#include <algorithm>
#include <array>

namespace tracetax {

bool is_secret_name(std::string_view name) {
  static constexpr std::array<std::string_view, 8> parts{"authorization", "cookie", "token",      "secret",
                                                         "password",      "key",    "credential", "session"};
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + ('a' - 'A')) : a) == b; };
  return std::ranges::any_of(parts,
                             [&](std::string_view part) { return !std::ranges::search(name, part, same).empty(); });
}

}  // namespace tracetax
