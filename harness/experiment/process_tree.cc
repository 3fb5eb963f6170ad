#include "harness/experiment/process_tree.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <sstream>

#include <dirent.h>
#include <unistd.h>

#include "harness/experiment/placement.h"
#include "harness/experiment/usage.h"

namespace tracetax {
namespace {

std::vector<pid_t> numbers_in(const std::string& folder) {
  std::vector<pid_t> numbers;
  const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(folder.c_str()), ::closedir);
  if (!dir) return numbers;
  while (const dirent* entry = ::readdir(dir.get())) {
    const std::string_view name = entry->d_name;
    pid_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error == std::errc{} && end == name.data() + name.size()) numbers.push_back(number);
  }
  return numbers;
}

std::string folder_of(pid_t pid) {
  return "/proc/" + std::to_string(pid);
}

std::string read_all(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Of /proc/PID/stat, as proc(5) counts the fields.
struct Stat {
  char state = 0;                                        // 3
  pid_t parent = 0;                                      // 4
  std::uint64_t user = 0, system = 0;                    // 14, 15; ticks
  std::uint64_t children_user = 0, children_system = 0;  // 16, 17
  std::uint64_t started = 0;                             // 22
  bool ended() const { return state == 'Z' || state == 'X'; }
};

std::optional<Stat> read_stat(pid_t pid) {
  const std::string text = read_all(folder_of(pid) + "/stat");
  const std::size_t name_end = text.rfind(')');  // the second field, a name, may hold anything
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(text.substr(name_end + 1));
  Stat stat;
  fields >> stat.state >> stat.parent;
  std::string skipped;
  for (int field = 5; field < 14; ++field) fields >> skipped;
  fields >> stat.user >> stat.system >> stat.children_user >> stat.children_system;
  for (int field = 18; field < 22; ++field) fields >> skipped;
  fields >> stat.started;
  if (!fields) return std::nullopt;
  return stat;
}

Nanos time_of(std::uint64_t ticks) {
  static const long per_second = ::sysconf(_SC_CLK_TCK);
  return std::chrono::duration_cast<Nanos>(std::chrono::seconds(1)) * static_cast<std::int64_t>(ticks) / per_second;
}

std::string mark_of(pid_t pid) {
  const std::string variables = '\0' + read_all(folder_of(pid) + "/environ");
  const std::string wanted = '\0' + std::string(mark_variable) + '=';
  const std::size_t at = variables.find(wanted);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + wanted.size();
  return variables.substr(begin, variables.find('\0', begin) - begin);
}

}  // namespace

ProcessTable ProcessTable::now() {
  ProcessTable table;
  // What we started is younger than we are: nothing else needs to be looked into.
  const auto own = identify(::getpid());
  for (const pid_t pid : numbers_in("/proc")) {
    const auto stat = read_stat(pid);
    if (!stat) continue;
    const bool younger = !own || stat->started >= own->started;
    table.entries_[pid] = {stat->parent, stat->started, stat->ended(),
                           younger && !stat->ended() ? mark_of(pid) : std::string()};
  }
  return table;
}

std::vector<ProcessId> ProcessTable::tree_of(pid_t root, const std::string& mark) const {
  std::set<pid_t> members;
  if (root > 0) members.insert(root);
  for (const auto& [pid, entry] : entries_) {
    if (!mark.empty() && entry.mark == mark) members.insert(pid);
  }
  // Parents have lower numbers only as long as numbers do not begin anew.
  for (bool grows = true; grows;) {
    grows = false;
    for (const auto& [pid, entry] : entries_) {
      if (entry.parent > 0 && members.contains(entry.parent)) grows = members.insert(pid).second || grows;
    }
  }
  std::vector<ProcessId> tree;
  for (const pid_t pid : members) {
    const auto entry = entries_.find(pid);
    if (entry != entries_.end() && !entry->second.ended) tree.push_back({pid, entry->second.started});
  }
  return tree;
}

std::optional<ProcessId> identify(pid_t pid) {
  const auto stat = read_stat(pid);
  return stat ? std::optional<ProcessId>({pid, stat->started}) : std::nullopt;
}

bool still_runs(const ProcessId& process) {
  const auto stat = read_stat(process.pid);
  return stat && stat->started == process.started && !stat->ended();
}

std::vector<ProcessCpu> read_cpu(const std::vector<ProcessId>& processes) {
  std::vector<ProcessCpu> readings;
  for (const ProcessId& process : processes) {
    const auto stat = read_stat(process.pid);
    if (!stat || stat->started != process.started) continue;
    const Nanos own = process_cpu(process.pid).value_or(time_of(stat->user + stat->system));
    readings.push_back({process, own, time_of(stat->children_user + stat->children_system)});
  }
  return readings;
}

Nanos cpu_between(const std::vector<ProcessCpu>& before, const std::vector<ProcessCpu>& after) {
  Nanos total{};
  Nanos of_those_there{};
  for (const ProcessCpu& now : after) {
    total += now.own + now.ended_children;
    const auto was = std::ranges::find(before, now.process, &ProcessCpu::process);
    of_those_there += now.own - (was == before.end() ? Nanos{} : was->own);
  }
  for (const ProcessCpu& was : before) total -= was.own + was.ended_children;
  return std::max(total, of_those_there);
}

bool place_all_threads(const std::vector<ProcessId>& processes, int core) {
  bool any = false;
  for (const ProcessId& process : processes) {
    if (!still_runs(process)) continue;
    std::set<pid_t> placed;
    // Threads that are started meanwhile by one that had not been placed yet are found in the next round.
    for (bool more = true; more;) {
      more = false;
      for (const pid_t thread : numbers_in(folder_of(process.pid) + "/task")) {
        if (!placed.insert(thread).second) continue;
        more = true;
        any = place_main_thread(thread, core) || any;
      }
    }
  }
  return any;
}

}  // namespace tracetax
