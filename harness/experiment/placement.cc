#include "harness/experiment/placement.h"

#include <numeric>

#include <sched.h>

#include "harness/base/ensure.h"
#include "harness/base/rng.h"

namespace tracetax {

std::vector<int> allowed_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> cores;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return cores;
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(static_cast<std::size_t>(core), &set)) cores.push_back(core);
  }
  return cores;
}

std::vector<int> draw_placement(std::size_t roles, std::span<const int> cores, std::uint64_t seed) {
  ensure(!cores.empty(), "there is a core to run on");
  Rng rng(seed);
  std::vector<std::size_t> order(roles);
  std::iota(order.begin(), order.end(), std::size_t{0});
  shuffle(order, rng);
  std::vector<int> turn(cores.begin(), cores.end());
  shuffle(turn, rng);
  std::vector<int> placement(roles);
  for (std::size_t i = 0; i < roles; ++i) placement[order[i]] = turn[i % turn.size()];
  return placement;
}

bool place_main_thread(pid_t pid, int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(core), &set);
  // A process id names its first thread.
  return ::sched_setaffinity(pid, sizeof set, &set) == 0;
}

}  // namespace tracetax
