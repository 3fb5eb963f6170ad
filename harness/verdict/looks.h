#pragma once
// When the verdicts were looked at. Looking again and again would find something sooner or later, so each look has a
// level of its own and all together keep the promise of one (docs/statistics.md, "Looking more than once").

#include <cstdint>
#include <string_view>
#include <vector>

namespace tracetax {

// Why no more was measured.
enum class Stopped { at_plans_end, decided, out_of_time, interrupted, failed };
std::string_view to_string(Stopped);  // "plan's end", "decided", "max time", "interrupted", "failed"

struct Looks {
  std::vector<std::uint32_t> blocks{};  // complete blocks at each look so far, ascending; the last is this one
  std::uint32_t planned_blocks = 0;     // blocks.max: when all of the error that is allowed may have been spent
  Stopped stopped = Stopped::at_plans_end;

  // What ended the measuring had nothing to do with the data: the whole rest of the allowed error may be spent.
  bool last() const { return stopped == Stopped::at_plans_end || stopped == Stopped::out_of_time; }
};

// The one-sided level of this look when `alpha` is allowed over all looks. Without any look: alpha.
double level_of(const Looks& looks, double alpha);

}  // namespace tracetax
