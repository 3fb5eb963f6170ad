#pragma once
// Which core does what. On an idle machine the kernel leaves a process where it woke last, for seconds, and a call is
// faster or slower by several per cent for where its services happen to sit: in two arms that are the same this is the
// largest difference there is. So cores are drawn for each block, and the same service of every arm gets the same one
// (docs/measuring.md, "Placement").

#include <cstdint>
#include <span>
#include <vector>

#include <sys/types.h>

namespace tracetax {

// The cores this process may run on, ascending.
std::vector<int> allowed_cores();

// A core for each role. The roles, in an order drawn from `seed`, take the cores in turn: no core has two roles more
// than another, and which of them share one is chance. `cores` is not empty (ensured).
std::vector<int> draw_placement(std::size_t roles, std::span<const int> cores, std::uint64_t seed);

// Puts the main thread of a process on one core; its other threads (an exporter's) stay free. False: it cannot be done,
// e.g. because the process is gone. Any thread's number will do as well.
bool place_main_thread(pid_t pid, int core);

}  // namespace tracetax
