#pragma once
// One experiment from a loaded scenario to a written result folder: what `run` does once and `tune` at every probe.

#include <atomic>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/cli/commands.h"
#include "harness/results/result.h"
#include "harness/scenario/load_scenario.h"

namespace tracetax::cli {

struct MeasureOptions {
  std::filesystem::path folder{};  // exists and is empty
  std::string scenario_file{};
  std::optional<Nanos> max_time{};
  bool strict = false;
  Progress progress = Progress::none;
  std::vector<std::string> advice{};  // warnings of the result that come before the run's own
  std::vector<std::string> notes{};   // and after them
  // Asked at each look but the last: true ends the experiment. Null: when everything is decided.
  std::function<bool(const Result& so_far)> enough{};
};

struct Measurement {
  Result result{};
  bool interrupted = false;
};

// Writes the scenario, run.json, the trials, histograms, reports and result.json. Throws as load_scenario() and
// write_file_atomically() do; a world that fails is a result that is not valid.
Measurement measure(const LoadedScenario& loaded, const MeasureOptions& options, const std::atomic<bool>& stop);

// What --quick sets: 3 blocks of 1 s, and the warning that goes with them.
std::vector<std::string> quick_sets();
inline constexpr const char* quick_warning =
    "--quick: 3 short blocks show that the scenario runs; they are too few to measure with; leave it out to measure";

// Of --max-time. Throws std::invalid_argument for a text that is no duration above 0; empty for an empty one.
std::optional<Nanos> parse_max_time(const std::string& text);

}  // namespace tracetax::cli
