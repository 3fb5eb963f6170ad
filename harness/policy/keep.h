#pragma once
// The three answers of the oracle.

#include <cstdint>
#include <string_view>

namespace tracetax::policy {

enum class Keep : std::uint8_t { no, yes, uncertain };

constexpr std::string_view to_string(Keep keep) {
  return keep == Keep::yes ? "yes" : keep == Keep::no ? "no" : "uncertain";
}
constexpr Keep keep_if(bool kept) {
  return kept ? Keep::yes : Keep::no;
}
constexpr Keep opposite(Keep keep) {
  return keep == Keep::yes ? Keep::no : keep == Keep::no ? Keep::yes : Keep::uncertain;
}
// What holds whichever of the two is the case.
constexpr Keep either(Keep a, Keep b) {
  return a == b ? a : Keep::uncertain;
}

}  // namespace tracetax::policy
