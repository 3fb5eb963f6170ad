#pragma once
// Several series tested for changes at once. Internal to harness/verdict.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "harness/stats/change_points.h"

namespace tracetax {

struct TestedSeries {
  std::uint32_t needed = 0;           // values before a change can be seen at all, among this many series
  double p_value = 1;                 // of "nothing ever changed"; 1 with fewer values than that
  std::vector<std::size_t> begins{};  // of the later segments; empty unless Holm's procedure says that it changed
};

// The chance that any series is cut when nothing changed in any is at most `false_alarms`, the level of `finder`.
// Series in which no change could be seen whatever happened are not tested, and do not count.
std::vector<TestedSeries> test_together(std::span<const std::span<const SeriesValue>> series, double false_alarms,
                                        ChangePointFinder& finder);

}  // namespace tracetax
