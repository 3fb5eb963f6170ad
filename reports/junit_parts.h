#pragma once
// JUnit XML as its readers agree on it. There is no one schema; what is written here is valid by both that are held to:
// that of Apache Ant's JUnit task (JUnit.xsd of github.com/windyroad/JUnit-Schema), which demands most attributes and
// allows one child a case and no attribute of `testsuites`, and junit-10.xsd of Jenkins' xUnit plugin. Internal to
// reports.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/results/result.h"
#include "reports/reports.h"

namespace tracetax::junit {

struct Case {
  std::string kind;                  // "budget", "check", "run": the end of the class name
  std::string name;                  // what is held to what
  std::optional<Verdict> verdict{};  // empty: nothing could be judged, which is an error
  std::string message{};
};

struct Suite {
  std::string name;
  std::string host{};
  std::int64_t started_at_unix_s = 0;
  double seconds = 0;
  std::vector<std::pair<std::string, std::string>> properties{};
  std::vector<Case> cases{};
};

// The whole file: one suite. exceeded is a failure, inconclusive is skipped with the reason, or a failure; what the
// passing cases have to say is in `system-out`.
std::string document(const Suite& suite, Inconclusive inconclusive);

}  // namespace tracetax::junit
