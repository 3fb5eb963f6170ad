#pragma once
// What no single key can know: names that must exist elsewhere, hops that must fit together.

#include "harness/scenario/reading.h"
#include "harness/scenario/scenario.h"

namespace tracetax {

// Looks only at parts that were read without a finding, so that one mistake is told once.
void check_consistency(const Scenario& scenario, const Node& root, shapes::Reading& reading);

// The arm makes spans, and they come to the harness's own sink.
bool samples(const TracingConfig& tracing);
bool exports_to_sink(const TracingConfig& tracing);
// The check is about the arm: it names it, or names none and the arm is one that it can judge.
bool is_about(const Check& check, const Arm& arm);

}  // namespace tracetax
