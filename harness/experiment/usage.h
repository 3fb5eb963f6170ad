#pragma once
// What the kernel says a process used. All of it is read from outside: the measured process does nothing for it.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <sys/types.h>

#include "harness/base/time.h"

namespace tracetax {

// CPU time of all threads, also of those that ended, in nanoseconds (the process's CPU clock, clock_getcpuclockid(3)).
// Empty when the process is gone.
std::optional<Nanos> process_cpu(pid_t pid);

// Proportional set size in bytes (/proc/PID/smaps_rollup): shared pages are divided among those who share them.
std::optional<std::uint64_t> process_pss(pid_t pid);

// The largest resident set the process has had, in bytes (VmHWM of /proc/PID/status): above any proportional set size.
std::optional<std::uint64_t> process_peak_rss(pid_t pid);

// Payload bytes of the TCP connections that processes hold open now, shared ones once, by connection (netlink
// sock_diag, tcp_info). Bytes are since the connection began; sent bytes count when the peer has acknowledged them.
struct ConnectionBytes {
  std::uint64_t inode = 0;
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
};
std::vector<ConnectionBytes> process_connections(std::span<const pid_t> pids);
std::vector<ConnectionBytes> process_connections(pid_t pid);

// What was carried between two readings of one process. A connection that is only in the later one counts from 0; one
// that is only in the earlier one has been closed and what it carried since is unknown.
struct NetworkBytes {
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
};
NetworkBytes carried(std::span<const ConnectionBytes> before, std::span<const ConnectionBytes> after);

// Of all cores together, since boot (/proc/stat).
struct MachineTimes {
  std::uint64_t total_ticks = 0;
  std::uint64_t steal_ticks = 0;
};
MachineTimes machine_times();
double steal_share(const MachineTimes& before, const MachineTimes& after);

}  // namespace tracetax
