#pragma once
// YAML's core schema (YAML 1.2.2 §10.3): which plain scalars are null, booleans and numbers.

#include <optional>

#include "harness/scenario/shape.h"

namespace tracetax::shapes {

// Empty, with a finding, where JSON has no such value (infinity, not a number).
std::optional<Json> to_json(Reading&, const Node&);

}  // namespace tracetax::shapes
