#pragma once
// The files that a load names: recorded calls, and lines that templates draw from. Internal to harness/scenario.

#include <filesystem>
#include <vector>

#include "harness/scenario/load_scenario.h"
#include "harness/scenario/reading.h"
#include "harness/scenario/scenario.h"

namespace tracetax {

// Reads them into the load; with arrivals that replay a recording also what follows from it: calls, sessions, rate.
// Mistakes are findings, those within a recording with its line. Paths are relative to the file that names them, those
// of --set to the working directory.
std::vector<TrafficFile> read_traffic(Load& load, const Node& root, shapes::Reading& reading, Findings& findings);

// Puts the names that the files have beside scenario.resolved.yaml in the place of their paths.
void rename_traffic(Node& root, const std::vector<TrafficFile>& files);

}  // namespace tracetax
