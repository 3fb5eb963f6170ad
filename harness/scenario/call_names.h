#pragma once
// How results and reports call what the load calls.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario/scenario.h"

namespace tracetax {

inline constexpr std::size_t most_call_names = 255;  // a Sample counts them in 8 bits

// "lookup", "resource file:///a", "prompt greet". A tool whose own name begins with one of these words and a blank is
// "tool prompt greet": no two calls have one name.
std::string call_name(CallKind kind, std::string_view name);

// Of a call that is no recording.
CallKind kind_of(const CallSpec& call);
const std::string& target_of(const CallSpec& call);  // the tool's or prompt's name, the resource's URI
std::string call_name(const CallSpec& call);

// Of all calls of the load, one for each in its order, and for a recording those of its calls that are new, in its
// order: what Sample::tool is an index of.
std::vector<std::string> call_names(const Load& load);

// What calls for the same name ask for.
struct CallTarget {
  CallKind kind = CallKind::tool;
  std::string name{};
};
std::vector<CallTarget> call_targets(const Load& load);

}  // namespace tracetax
