#pragma once
// What JUnit files are built of. Internal to reports.

#include <string>
#include <string_view>

#include "harness/results/result.h"

namespace tracetax::junit {

std::string attribute(std::string_view name, std::string_view value);  // " name=\"value\""
std::string property(std::string_view name, std::string_view value);
// exceeded is a failure, inconclusive is skipped with the reason.
std::string test_case(const std::string& kind, const std::string& name, const std::string& suite, Verdict verdict,
                      const std::string& message);

}  // namespace tracetax::junit
