#include "harness/verdict/looks.h"

#include <algorithm>

#include "harness/stats/sequential.h"

namespace tracetax {

std::string_view to_string(Stopped stopped) {
  switch (stopped) {
    case Stopped::at_plans_end:
      return "plan's end";
    case Stopped::decided:
      return "decided";
    case Stopped::out_of_time:
      return "max time";
    case Stopped::interrupted:
      return "interrupted";
    case Stopped::failed:
      return "failed";
  }
  return {};
}

double level_of(const Looks& looks, double alpha) {
  if (looks.blocks.empty() || looks.planned_blocks == 0) return alpha;
  std::vector<double> fractions;
  for (const std::uint32_t blocks : looks.blocks) {
    fractions.push_back(std::min(1.0, static_cast<double>(blocks) / looks.planned_blocks));
  }
  return look_level(alpha, fractions, looks.last());
}

}  // namespace tracetax
