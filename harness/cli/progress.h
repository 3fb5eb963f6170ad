#pragma once
// What a person sees while a run goes on, on stderr. On a terminal: a live line, redrawn between windows and never
// while one is measured, and above it a line for each block that is over. Elsewhere the blocks' lines alone.

#include <map>
#include <optional>
#include <string>

#include "harness/cli/commands.h"
#include "harness/cli/progress_words.h"
#include "harness/cli/running_cost.h"
#include "harness/experiment/run.h"
#include "harness/results/result.h"

namespace tracetax::cli {

class ProgressLine {
 public:
  // `max_time`: as given to the run.
  ProgressLine(Progress mode, const Scenario& scenario, std::optional<Nanos> max_time = {});
  ~ProgressLine();  // takes the live line away
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  RunObserver observer();
  void on_look(const Result& so_far);

 private:
  void begin(const BlockPlan& block, std::string now);
  void take(const TrialRecord& trial);
  void redraw();
  void keep(const std::string& line);
  std::optional<Nanos> time_left() const;

  const Scenario& scenario_;
  Progress mode_;
  std::optional<Nanos> max_time_;
  Nanos started_;
  Nanos work_{};        // settling and windows of the trials that are over, as the plan has them
  Nanos block_work_{};  // of a whole block
  Phase shown_phase_;   // of which the arms' quantiles are shown
  std::size_t trials_of_block_ = 0, done_of_block_ = 0;
  RunningCosts costs_;
  RunSoFar so_far_{};
};

}  // namespace tracetax::cli
