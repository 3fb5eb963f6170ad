#pragma once
// All processes of a program that is not ours: npx starts a shell, the shell node; a server starts workers, some of
// them only for a moment. Read from /proc: the measured processes do nothing for it.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "harness/base/time.h"

namespace tracetax {

// A process id is given out again; with the time of its start (clock ticks since boot) it is one process for ever.
struct ProcessId {
  pid_t pid = 0;
  std::uint64_t started = 0;
  bool operator==(const ProcessId&) const = default;
};

// The variable by which the processes of a program are known: those that it starts inherit it.
inline constexpr std::string_view mark_variable = "TRACETAX_PROCESS";

// Every process of the machine at one moment.
class ProcessTable {
 public:
  static ProcessTable now();

  // The process `root`, all that descend from it, and all whose `mark_variable` says `mark`: those are of the program
  // too, though their parent has ended or they left its process group and session. Only what still runs, in ascending
  // order. A root of 0 is none, an empty mark marks nothing.
  std::vector<ProcessId> tree_of(pid_t root, const std::string& mark) const;

 private:
  struct Entry {
    pid_t parent = 0;
    std::uint64_t started = 0;
    bool ended = false;  // a zombie: it only waits for its parent
    std::string mark{};
  };
  std::map<pid_t, Entry> entries_{};
};

// Empty when there is no such process.
std::optional<ProcessId> identify(pid_t pid);
bool still_runs(const ProcessId& process);

// CPU time of one process: its own (all threads, also those that ended), and that of its children which have ended and
// which it waited for, with theirs. The kernel tells the latter in clock ticks of 10 ms.
struct ProcessCpu {
  ProcessId process{};
  Nanos own{};
  Nanos ended_children{};
};
std::vector<ProcessCpu> read_cpu(const std::vector<ProcessId>& processes);

// CPU time of a program between two readings of its tree. A process that ended in between is in what its parent says of
// its children. Where nobody waited for it, it is lost; the result is never below what those still there used.
Nanos cpu_between(const std::vector<ProcessCpu>& before, const std::vector<ProcessCpu>& after);

// Puts every thread of the processes on one core, and with that whatever they start from now on, which inherits it.
// False: of none of them, e.g. because all are gone.
bool place_all_threads(const std::vector<ProcessId>& processes, int core);

}  // namespace tracetax
