#include "harness/experiment/process.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <random>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <thread>

#include <boost/process.hpp>
#include <boost/process/extend.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tracetax {
namespace bp = boost::process;
namespace {

// Between fork and exec: only async-signal-safe calls.
struct ChildSetup : bp::extend::handler {
  pid_t parent = ::getpid();
  std::string folder{};
  template <class Executor>
  void on_exec_setup(Executor&) const {
    ::setpgid(0, 0);  // a Ctrl-C at the terminal reaches us alone; we end the children in order
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(125);                            // we died before the call above
    if (!folder.empty() && ::chdir(folder.c_str()) != 0) ::_exit(126);  // it was there a moment ago
    ::signal(SIGPIPE, SIG_DFL);
    // Closed by the exec, not before it: the library reports a failed exec over a pipe of its own.
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  }
};

// As a shell finds it that has gone to the folder and has the variables.
boost::filesystem::path find_program(const ProcessOptions& options) {
  const std::string& program = options.command.at(0);
  if (program.find('/') != std::string::npos) return program;
  const auto own = options.environment.find("PATH");
  if (own == options.environment.end()) return bp::search_path(program);
  const std::filesystem::path from = std::filesystem::absolute(options.folder.empty() ? "." : options.folder);
  std::vector<boost::filesystem::path> folders;
  std::istringstream entries(own->second);
  for (std::string entry; std::getline(entries, entry, ':');) folders.emplace_back((from / entry).string());
  return bp::search_path(program, folders);
}

// 64 random bits, so that two runs at a time do not take each other's processes.
std::string new_mark() {
  std::random_device device;
  return fmt::format("{:08x}{:08x}", device(), device());
}

std::array<int, 2> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  return ends;
}

}  // namespace

struct Process::Parts {
  bp::child child{};
  int read_fd = -1;
  int write_fd = -1;
  bool ended = false;
  bool stopped = false;
  bool killed = false;
  int status = 0;

  bool poll() {
    if (ended) return false;
    const pid_t got = ::waitpid(child.id(), &status, WNOHANG);
    if (got == child.id() || (got < 0 && errno == ECHILD)) ended = true;
    return !ended;
  }
};

Process::Process(const ProcessOptions& options) : parts_(std::make_unique<Parts>()), log_(options.log) {
  const std::string& program = options.command.at(0);
  if (std::error_code none; !options.folder.empty() && !std::filesystem::is_directory(options.folder, none)) {
    throw std::runtime_error("cannot start " + program + ": there is no folder " +
                             std::filesystem::absolute(options.folder).lexically_normal().string());
  }
  const auto path = find_program(options);
  if (path.empty()) throw std::runtime_error("cannot start " + program + ": there is no such program in PATH");
  const std::vector<std::string> arguments(options.command.begin() + 1, options.command.end());
  bp::environment environment = boost::this_process::environment();
  // The SDK reads OTEL_* by itself: what our caller's shell says must not change what an arm is.
  std::vector<std::string> telemetry_names;
  for (const auto& entry : boost::this_process::environment()) {
    if (entry.get_name().rfind("OTEL_", 0) == 0) telemetry_names.push_back(entry.get_name());
  }
  for (const std::string& name : telemetry_names) environment.erase(name);
  for (const auto& [name, value] : options.environment) environment[name] = value;
  if (!options.folder.empty())
    environment["PWD"] = std::filesystem::absolute(options.folder).lexically_normal().string();
  if (options.tree) {
    mark_ = new_mark();
    environment[std::string(mark_variable)] = mark_;
  }
  ChildSetup setup;
  setup.folder = options.folder;
  const std::string log = options.log.string();
  std::error_code error;
  if (options.stdio) {
    const auto to_child = make_pipe();
    const auto from_child = make_pipe();
    std::FILE* in = ::fdopen(to_child[0], "r");
    std::FILE* out = ::fdopen(from_child[1], "w");
    parts_->child = bp::child(path, bp::args(arguments), environment, bp::std_in<in, bp::std_out> out,
                              bp::std_err > log, setup, error);
    std::fclose(in);
    std::fclose(out);
    parts_->write_fd = to_child[1];
    parts_->read_fd = from_child[0];
  } else {
    parts_->child = bp::child(path, bp::args(arguments), environment,
                              bp::std_in<bp::null, (bp::std_out & bp::std_err)> log, setup, error);
  }
  if (error) throw std::runtime_error("cannot start " + program + ": " + error.message());
  parts_->child.detach();  // waiting and ending are ours; the library would terminate in a destructor
}

Process::~Process() {
  stop(std::chrono::seconds(5));
  for (const int fd : {parts_->read_fd, parts_->write_fd}) {
    if (fd >= 0) ::close(fd);
  }
}

pid_t Process::pid() const {
  return parts_->child.id();
}
bool Process::running() {
  return parts_->poll();
}
int Process::take_read_fd() {
  return std::exchange(parts_->read_fd, -1);
}
int Process::take_write_fd() {
  return std::exchange(parts_->write_fd, -1);
}

std::string Process::how_it_ended() {
  if (parts_->poll()) return {};
  if (WIFSIGNALED(parts_->status)) {
    const int number = WTERMSIG(parts_->status);
    return "was ended by signal " + std::to_string(number) + " (" + ::strsignal(number) + ")";
  }
  return "exited with status " + std::to_string(WEXITSTATUS(parts_->status));
}

std::string Process::last_log_lines(std::size_t lines) const {
  std::ifstream file(log_);
  std::vector<std::string> all;
  for (std::string line; std::getline(file, line);) all.push_back(line);
  std::string text;
  for (std::size_t i = all.size() > lines ? all.size() - lines : 0; i < all.size(); ++i) text += "  " + all[i] + "\n";
  return text;
}

void Process::send_terminate() {
  if (parts_->poll()) ::kill(pid(), SIGTERM);
}

std::vector<ProcessId> Process::members(const ProcessTable& table) const {
  // Once it has been waited for its number may be another process's.
  const pid_t root = parts_->ended ? 0 : pid();
  if (is_tree()) return table.tree_of(root, mark_);
  // Ours never start others.
  const auto own = root > 0 ? identify(root) : std::nullopt;
  return own ? std::vector{*own} : std::vector<ProcessId>{};
}

// Killed in rounds: one that is being killed may just have started another.
void Process::end_survivors(const std::vector<ProcessId>& known) {
  const Nanos until = monotonic_now() + std::chrono::seconds(1);
  const Nanos give_up = until + std::chrono::seconds(1);
  const auto survivors = [&] {
    std::vector<ProcessId> found = ProcessTable::now().tree_of(0, mark_);
    for (const ProcessId& process : known) {
      if (std::ranges::find(found, process) == found.end() && still_runs(process)) found.push_back(process);
    }
    return found;
  };
  int signal = SIGTERM;
  for (std::vector<ProcessId> left = survivors(); !left.empty() && monotonic_now() < give_up; left = survivors()) {
    if (monotonic_now() >= until) signal = SIGKILL;
    if (signal != 0) {
      for (const ProcessId& process : left) ::kill(process.pid, signal);
    }
    signal = 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void Process::stop(Nanos grace) {
  if (std::exchange(parts_->stopped, true)) return;
  const std::vector<ProcessId> known = is_tree() ? members(ProcessTable::now()) : std::vector<ProcessId>{};
  send_terminate();
  const Nanos until = monotonic_now() + grace;
  while (parts_->poll() && monotonic_now() < until) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  if (!parts_->ended) {
    parts_->killed = true;
    // The group, not only the child. A tree's other processes may still be ending in order.
    ::kill(is_tree() ? pid() : -pid(), SIGKILL);
    ::waitpid(pid(), &parts_->status, 0);
    parts_->ended = true;
  }
  if (is_tree()) end_survivors(known);
  ::kill(-pid(), SIGKILL);
}

bool Process::was_killed() const {
  return parts_->killed;
}

std::filesystem::path own_directory() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

}  // namespace tracetax
