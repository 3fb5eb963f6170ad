#pragma once
// What a person sees while a run goes on: a live line on a terminal, plain lines elsewhere. On stderr.

#include <string>

#include "harness/cli/commands.h"
#include "harness/experiment/run.h"
#include "harness/results/result.h"

namespace tracetax::cli {

class ProgressLine {
 public:
  ProgressLine(Progress mode, const Scenario& scenario);
  ~ProgressLine();  // takes the live line away
  RunObserver observer();
  void on_look(const Result& so_far);

 private:
  void show(const std::string& line, bool keep);

  const Scenario& scenario_;
  Progress mode_;
  Nanos started_;
  std::size_t done_ = 0;
  std::size_t total_;
  std::string last_{};
  std::string verdicts_{};  // as of the last look
};

}  // namespace tracetax::cli
