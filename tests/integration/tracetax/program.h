#pragma once
// The tracetax program as a test runs it: real processes, real sockets, a folder of its own that goes with the object.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "harness/results/trial.h"

namespace tracetax::test {

struct Ended {
  int code = -1;  // exit status, or 128 + the signal's number
  std::string out, err;
};

class Workplace {
 public:
  Workplace();
  ~Workplace();
  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path write(const std::string& name, const std::string& text) const;

  // Runs tracetax to its end. `meanwhile` gets its pid once it runs.
  Ended tracetax(const std::vector<std::string>& arguments, const std::function<void(int pid)>& meanwhile = {}) const;

 private:
  std::filesystem::path folder_;
};

nlohmann::json read_json(const std::filesystem::path& file);

// Pids of the processes that have `text` in their command line, but not this one.
std::vector<int> processes_with(const std::string& text);

// A scenario of short windows: the arms and more keys are added by the test.
std::string short_scenario(const std::string& topology, const std::string& rest);

// Every arm's planned calls are the sum of their outcomes.
void expect_calls_add_up(const nlohmann::json& result);

// Waits until `condition` holds; a test that waits 60 s in vain fails.
bool eventually(const std::function<bool()>& condition);

}  // namespace tracetax::test
