#include "mock_servers/gateway/balancer.h"

namespace tracetax::gateway {

std::optional<std::size_t> Balancer::pick(std::span<const Candidate> candidates) {
  std::optional<std::size_t> best;
  for (std::size_t step = 0; step < candidates.size(); ++step) {
    const std::size_t i = (next_ + step) % candidates.size();
    if (!candidates[i].available) continue;
    if (!best || candidates[i].in_flight < candidates[*best].in_flight) best = i;
  }
  if (best) next_ = (*best + 1) % candidates.size();
  return best;
}

}  // namespace tracetax::gateway
