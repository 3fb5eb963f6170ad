#pragma once
// A real executable under test: started without a shell, its stderr captured, ended whatever happens to the test.

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <sys/types.h>

namespace tracetax::test {

using Json = nlohmann::json;

// How long a test waits for what must come; only a failing test ever waits this long.
inline constexpr std::chrono::seconds patience{20};

struct Launch {
  std::string program;  // a path, or a name looked up in TRACETAX_BIN_DIR
  std::vector<std::string> arguments{};
  std::map<std::string, std::string> environment{};  // added to ours; OTEL_* of ours is not passed on
  bool stdio = false;                                // stdin and stdout are pipes to the test; else /dev/null
};

class Process {
 public:
  // Throws std::runtime_error when it cannot be started. From a thread that outlives the process: the kernel kills the
  // child when the thread that started it ends (PR_SET_PDEATHSIG).
  explicit Process(Launch launch);
  Process(Process&&) noexcept;
  Process& operator=(Process&&) noexcept;
  ~Process();  // SIGKILL, if it still runs

  // The ready line of one of our services. Throws std::runtime_error with all of stderr when the process ends or
  // `patience` passes without one.
  Json wait_ready();
  // The n-th listening URL of the ready line, its admin URL.
  std::string url(std::size_t n = 0);
  std::string admin();

  pid_t pid() const;
  bool running();
  void signal(int number);
  // The exit status, or 128 + the signal's number; empty when it does not end within `patience`.
  std::optional<int> wait();
  std::optional<int> stop();  // SIGTERM, wait()
  std::string stderr_text() const;

  // With `stdio`: one line of input, without its newline; the next line of output, empty when output ends or
  // `patience` passes.
  void write_line(const std::string& line);
  std::optional<std::string> read_line();
  void close_stdin();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// A file with that text, removed with the object.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text, const std::string& suffix = ".yaml");
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace tracetax::test
