#pragma once

#include <optional>
#include <string_view>

namespace tracetax {

// blocks: every arm alone under load in windows of its own, which gives the total cost. pairs: every call of one
// schedule goes at random to one of the arms that live together, which gives the inline cost.
enum class Phase { blocks, pairs };

constexpr std::string_view to_string(Phase phase) {
  return phase == Phase::blocks ? "blocks" : "pairs";
}

constexpr std::optional<Phase> phase_from(std::string_view name) {
  for (const Phase phase : {Phase::blocks, Phase::pairs}) {
    if (to_string(phase) == name) return phase;
  }
  return std::nullopt;
}

}  // namespace tracetax
