#pragma once
// Environment variables for the length of a test. gtest runs each case in a process of its own under ctest, and one
// after the other when run by hand.

#include <cstdlib>
#include <map>
#include <string>
#include <utility>

namespace tracetax::telemetry {

class ScopedEnvironment {
 public:
  explicit ScopedEnvironment(std::map<std::string, std::string> variables) : variables_(std::move(variables)) {
    for (const auto& [name, value] : variables_) ::setenv(name.c_str(), value.c_str(), 1);
  }
  ScopedEnvironment(const std::string& name, const std::string& value)
      : ScopedEnvironment(std::map<std::string, std::string>{{name, value}}) {}
  ~ScopedEnvironment() {
    for (const auto& [name, value] : variables_) ::unsetenv(name.c_str());
  }
  ScopedEnvironment(const ScopedEnvironment&) = delete;
  ScopedEnvironment& operator=(const ScopedEnvironment&) = delete;

 private:
  std::map<std::string, std::string> variables_;
};

}  // namespace tracetax::telemetry
