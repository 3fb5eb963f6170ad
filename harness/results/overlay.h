#pragma once
// Several results beside each other: what `tracetax report A B …` shows, as values (schema "tracetax.overlay/1",
// docs/history.md). Nothing is claimed of their differences: `tracetax compare` does that. Reports are functions of
// this and nothing else.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/results/result.h"

namespace tracetax {

struct OverlaidResult {
  std::string label{};   // "A", "B", …, "AA": what stands above its columns
  std::string source{};  // folder or file, as given
  std::string name{};    // of the scenario
  std::string fingerprint{};
  std::string
      same_as{};  // label of the first result with this fingerprint and method: its own, when none before has it
  int method = method_version;
  std::int64_t started_at_unix_s = 0;
  std::uint32_t blocks = 0;
  Verdict verdict = Verdict::inconclusive;
  bool valid = true, finished = true;
  double confidence = 0.95;
  Environment environment{};
};

// One overhead in one of the results.
struct OverlayCell {
  bool measured = false;  // else the numbers are 0
  double control_value = 0, treatment_value = 0;
  Estimate absolute{};                 // treatment − control, in the metric's unit
  std::optional<Estimate> relative{};  // treatment ÷ control − 1
  std::optional<double> limit{};       // of its budget; none: it has no budget in this result
  bool limit_relative = false;
  Verdict verdict = Verdict::inconclusive;  // of the budget
};

struct OverlayRow {
  std::string metric{};
  std::string service{};  // empty: the whole system
  Phase phase = Phase::blocks;
  std::string treatment{};
  bool budgeted = false;             // in at least one of the results
  std::vector<OverlayCell> cells{};  // one for each result
};

struct Overlay {
  std::vector<OverlaidResult> results{};
  std::vector<OverlayRow> rows{};
  bool same_scenario = true;         // one fingerprint, one method
  std::vector<std::string> notes{};  // what a reader must know before laying one number beside another
};

// `results` with their sources, at least one. A row for each overhead that has a budget in any of them; where none has
// a budget, for each of the whole system that any of them compared.
struct SourcedResult {
  std::string source{};
  Result result{};
};
Overlay make_overlay(const std::vector<SourcedResult>& results);

std::string write_overlay_json(const Overlay&);

}  // namespace tracetax
