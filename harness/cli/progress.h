#pragma once
// What a person sees while a run goes on: a live line on a terminal, plain lines elsewhere. On stderr.

#include <string>

#include "harness/cli/commands.h"
#include "harness/experiment/run.h"

namespace tracetax::cli {

class ProgressLine {
 public:
  ProgressLine(Progress mode, const Scenario& scenario);
  ~ProgressLine();  // takes the live line away
  RunObserver observer();

 private:
  void show(const std::string& line, bool keep);

  const Scenario& scenario_;
  Progress mode_;
  Nanos started_;
  std::size_t done_ = 0;
  std::size_t total_;
  std::string last_{};
};

}  // namespace tracetax::cli
