#pragma once
// What the last `tracetax doctor` of this machine says about a plan before it runs.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/time.h"
#include "harness/results/doctor.h"
#include "harness/scenario/scenario.h"

namespace tracetax::cli {

// ${XDG_CACHE_HOME:-~/.cache}/tracetax/doctor-<host>.json. Empty without a home.
std::filesystem::path doctor_file(std::string_view host);

// How long the plan takes at most: every block with its starts, warm-up, settling and windows.
Nanos plan_time(const Scenario& scenario);

// A sentence for each budget that is smaller than what the doctor says can be found in the plan's time (or in
// `max_time`). Only for metrics that it measured.
std::vector<std::string> advice_from(const DoctorReport& doctor, const Scenario& scenario,
                                     std::optional<Nanos> max_time);

// The same from this machine's file; nothing when there is none, or when it is of another processor or other cores.
std::vector<std::string> doctor_advice(const Scenario& scenario, std::optional<Nanos> max_time);

}  // namespace tracetax::cli
