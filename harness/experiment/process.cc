#include "harness/experiment/process.h"

#include <array>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <thread>

#include <boost/process.hpp>
#include <boost/process/extend.hpp>
#include <fcntl.h>
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
  template <class Executor>
  void on_exec_setup(Executor&) const {
    ::setpgid(0, 0);  // a Ctrl-C at the terminal reaches us alone; we end the children in order
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(125);  // we died before the call above
    ::signal(SIGPIPE, SIG_DFL);
    // Closed by the exec, not before it: the library reports a failed exec over a pipe of its own.
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  }
};

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
  const auto path =
      program.find('/') != std::string::npos ? boost::filesystem::path(program) : bp::search_path(program);
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
  const std::string log = options.log.string();
  std::error_code error;
  if (options.stdio) {
    const auto to_child = make_pipe();
    const auto from_child = make_pipe();
    std::FILE* in = ::fdopen(to_child[0], "r");
    std::FILE* out = ::fdopen(from_child[1], "w");
    parts_->child = bp::child(path, bp::args(arguments), environment, bp::std_in<in, bp::std_out> out,
                              bp::std_err > log, ChildSetup{}, error);
    std::fclose(in);
    std::fclose(out);
    parts_->write_fd = to_child[1];
    parts_->read_fd = from_child[0];
  } else {
    parts_->child = bp::child(path, bp::args(arguments), environment,
                              bp::std_in<bp::null, (bp::std_out & bp::std_err)> log, ChildSetup{}, error);
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

void Process::stop(Nanos grace) {
  send_terminate();
  const Nanos until = monotonic_now() + grace;
  while (parts_->poll() && monotonic_now() < until) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  // The group, not only the child: a user's program may have started others. Ours never do.
  ::kill(-pid(), SIGKILL);
  if (!parts_->ended) {
    ::waitpid(pid(), &parts_->status, 0);
    parts_->ended = true;
  }
}

std::filesystem::path own_directory() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

}  // namespace tracetax
