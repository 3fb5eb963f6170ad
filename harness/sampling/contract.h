#pragma once
// A trace contract: the spans that a trace of a certain call must have, as a YAML file (docs/sampling.md).

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/otlp/span.h"

namespace tracetax {

// Texts match as they are, `*` stands for any text; an empty one matches anything.
struct ExpectedSpan {
  std::string service{};
  std::string name{};
  std::string kind{};    // "server", …
  std::string status{};  // "unset", "ok", "error"
  std::map<std::string, std::string> attributes{};
  std::map<std::string, std::string> resource{};
  bool optional = false;
  std::vector<ExpectedSpan> children{};
};

struct ExpectedTrace {
  std::string tool{};     // empty: of any
  std::string outcome{};  // "ok", "tool_error", …; empty: any
  bool others = true;     // spans that the contract does not name are allowed
  std::vector<ExpectedSpan> spans{};
};

struct Contract {
  std::vector<ExpectedTrace> traces{};
};

// Throws ScenarioError with all mistakes of the file.
Contract read_contract(const std::filesystem::path& file);

// What the trace has not as expected, in words, the first thing found; empty: it keeps the contract.
std::optional<std::string> breach_of(const ExpectedTrace& expected, const otlp::Trace& trace);

bool matches(const std::string& pattern, const std::string& text);

}  // namespace tracetax
