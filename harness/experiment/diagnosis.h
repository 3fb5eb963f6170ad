#pragma once
// From the doctor's facts to its findings and verdict. Pure.

#include <span>
#include <vector>

#include "harness/experiment/machine.h"
#include "harness/results/doctor.h"
#include "harness/results/result.h"

namespace tracetax {

// The comparisons of an A/A run that carry a noise floor, with what each resolves in 1, 5 and 30 minutes when a unit
// takes `seconds_per_unit`.
std::vector<NoiseFloor> noise_floors(std::span<const Comparison> comparisons, double seconds_per_unit);

// What a floor resolves in `seconds`. Fewer than two units in that time resolve nothing: units is what fits, and the
// effects are infinite.
Resolution resolution_in(const NoiseFloor& floor, double seconds, double seconds_per_unit, double confidence = 0.95);

// Everything that is wrong or worth knowing, the worst first, and among equals what is most useful to change.
// `cheap`: what cheap_findings() said before the doctor began.
std::vector<DoctorFinding> diagnose(const DoctorReport& facts, std::vector<DoctorFinding> cheap);

// unfit when one finding is, fit when none is worse than a note.
Fitness fitness_of(std::span<const DoctorFinding> findings);

}  // namespace tracetax
