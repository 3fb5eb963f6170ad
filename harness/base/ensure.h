#pragma once
// ensure(): what must be true if the program is right, checked in every build type. For bugs of ours only: a user's
// mistake is a ScenarioError, a failing world an exception.

#include <source_location>
#include <string_view>

namespace tracetax {

[[noreturn]] void ensure_failed(std::string_view what, const std::source_location& where);

// Aborts with file, line and `what` on stderr when `condition` is false.
inline void ensure(bool condition, std::string_view what,
                   const std::source_location& where = std::source_location::current()) {
  if (!condition) [[unlikely]]
    ensure_failed(what, where);
}

}  // namespace tracetax
