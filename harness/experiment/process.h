#pragma once
// A child process: started without a shell, ended whatever happens.

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "harness/base/time.h"
#include "harness/experiment/process_tree.h"

namespace tracetax {

struct ProcessOptions {
  std::vector<std::string> command;                  // program (a path, or a name looked up in PATH) and its arguments
  std::map<std::string, std::string> environment{};  // added to ours, of which OTEL_* is not handed on
  std::filesystem::path log;                         // takes stderr, and stdout unless `stdio`
  bool stdio = false;                                // stdin and stdout are pipes to us
  std::string folder{};                              // it starts there, as after `cd`; empty: where we are
  bool tree = false;                                 // it may start others, which are found, measured and ended too
};

class Process {
 public:
  // A name without `/` is looked up in PATH, that of `environment` where it has one; a relative path counts from
  // `folder`. Throws std::runtime_error naming program and reason. Call it from the main thread only: the kernel ends
  // the child when the thread that started it ends (PR_SET_PDEATHSIG), so that no crash of ours leaves an orphan.
  explicit Process(const ProcessOptions& options);
  ~Process();  // stop()

  pid_t pid() const;
  bool running();
  // The process, and with ProcessOptions::tree all that it started, as far as the table has them. The table is for
  // trees.
  std::vector<ProcessId> members(const ProcessTable& table) const;
  bool is_tree() const { return !mark_.empty(); }
  // "exited with status 3", "was ended by signal 9 (Killed)"; empty while it runs.
  std::string how_it_ended();
  // The pipes' descriptors, handed over to the caller once (stdio only).
  int take_read_fd();
  int take_write_fd();
  const std::filesystem::path& log() const { return log_; }
  std::string last_log_lines(std::size_t lines) const;

  // SIGTERM, then SIGKILL when `grace` has passed, also to the process group. Of a tree, what has survived its first
  // process is asked to end as well and killed a second later. Returns when the processes are gone.
  void stop(Nanos grace);
  void send_terminate();
  // Whether stop() had to: it did not end within its time.
  bool was_killed() const;

 private:
  struct Parts;
  void end_survivors(const std::vector<ProcessId>& known);

  std::unique_ptr<Parts> parts_;
  std::filesystem::path log_;
  std::string mark_{};  // in the environment of a tree's processes
};

// The directory of the running program, where the mocks lie as well.
std::filesystem::path own_directory();

}  // namespace tracetax
