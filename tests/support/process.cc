#include "tests/support/process.h"

#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace tracetax::test {

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

struct Fd {
  int value = -1;
  Fd() = default;
  explicit Fd(int fd) : value(fd) {}
  Fd(Fd&& other) noexcept : value(std::exchange(other.value, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    reset();
    value = std::exchange(other.value, -1);
    return *this;
  }
  ~Fd() { reset(); }
  void reset() {
    if (value >= 0) ::close(std::exchange(value, -1));
  }
};

struct Pipe {
  Fd read, write;
};
Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe");
  return {Fd(ends[0]), Fd(ends[1])};
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (auto& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

std::vector<std::string> environment_of(const Launch& launch) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry)
    if (std::string_view(*entry).substr(0, 5) != "OTEL_") all.emplace_back(*entry);
  for (const auto& [key, value] : launch.environment) all.emplace_back(key).append("=").append(value);
  return all;
}

}  // namespace

struct Process::Parts {
  pid_t pid = -1;
  std::string name;
  std::optional<int> status;  // once reaped
  Fd input, output;
  std::string pending_output;
  Json ready;

  // stderr is read by a thread of its own, so that a talkative process never blocks on it.
  std::thread reader;
  mutable std::mutex mutex;
  std::condition_variable changed;
  std::string error_text;
  bool error_ended = false;

  void read_errors(Fd from) {
    std::array<char, 4096> chunk{};
    for (;;) {
      const ssize_t n = ::read(from.value, chunk.data(), chunk.size());
      if (n < 0 && errno == EINTR) continue;
      const std::lock_guard lock(mutex);
      if (n > 0)
        error_text.append(chunk.data(), static_cast<std::size_t>(n));
      else
        error_ended = true;
      changed.notify_all();
      if (n <= 0) return;
    }
  }

  bool reap(int options) {
    if (status) return true;
    int raw = 0;
    if (::waitpid(pid, &raw, options) != pid) return false;
    status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
    return true;
  }

  ~Parts() {
    if (pid > 0 && !status) {
      ::kill(pid, SIGKILL);
      reap(0);
    }
    if (reader.joinable()) reader.join();
  }
};

Process::Process(Launch launch) : parts_(std::make_unique<Parts>()) {
  if (launch.program.find('/') == std::string::npos)
    launch.program = std::string(TRACETAX_BIN_DIR) + "/" + launch.program;
  parts_->name = launch.program;
  Pipe error = make_pipe();
  Pipe in, out;
  if (launch.stdio) {
    in = make_pipe();
    out = make_pipe();
  } else {
    in.read = Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    out.write = Fd(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    if (in.read.value < 0 || out.write.value < 0) fail("/dev/null");
  }
  std::vector<std::string> arguments{launch.program};
  arguments.insert(arguments.end(), launch.arguments.begin(), launch.arguments.end());
  auto environment = environment_of(launch);
  const auto argument_pointers = pointers(arguments);
  const auto environment_pointers = pointers(environment);
  const pid_t parent = ::getpid();

  parts_->pid = ::fork();
  if (parts_->pid < 0) fail("fork");
  if (parts_->pid == 0) {
    // Between fork and exec only what is async-signal-safe.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);
    ::dup2(in.read.value, STDIN_FILENO);
    ::dup2(out.write.value, STDOUT_FILENO);
    ::dup2(error.write.value, STDERR_FILENO);
    ::execve(argument_pointers[0], argument_pointers.data(), environment_pointers.data());
    const char* reason = std::strerror(errno);
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, reason, std::strlen(reason));
    ::_exit(127);
  }
  ::signal(SIGPIPE, SIG_IGN);  // writing to a process that has ended is an error, not our end
  parts_->input = std::move(in.write);
  parts_->output = std::move(out.read);
  parts_->reader = std::thread(
      [parts = parts_.get(), from = std::move(error.read)]() mutable { parts->read_errors(std::move(from)); });
}

Process::Process(Process&&) noexcept = default;
Process& Process::operator=(Process&&) noexcept = default;
Process::~Process() = default;

pid_t Process::pid() const {
  return parts_->pid;
}
bool Process::running() {
  return !parts_->reap(WNOHANG);
}
void Process::signal(int number) {
  if (running()) ::kill(parts_->pid, number);
}

std::optional<int> Process::wait() {
  const auto deadline = Clock::now() + patience;
  while (!parts_->reap(WNOHANG)) {
    if (Clock::now() > deadline) return std::nullopt;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return parts_->status;
}

std::optional<int> Process::stop() {
  signal(SIGTERM);
  return wait();
}

std::string Process::stderr_text() const {
  std::unique_lock lock(parts_->mutex);
  // What it wrote last may still be in the pipe when it has just ended. Not for ever: a child of its own may hold the
  // pipe open.
  if (parts_->status) parts_->changed.wait_for(lock, std::chrono::seconds(1), [this] { return parts_->error_ended; });
  return parts_->error_text;
}

Json Process::wait_ready() {
  if (!parts_->ready.is_null()) return parts_->ready;
  std::unique_lock lock(parts_->mutex);
  const auto deadline = Clock::now() + patience;
  for (std::size_t from = 0;;) {
    const auto end = parts_->error_text.find('\n', from);
    if (end == std::string::npos) {
      if (parts_->error_ended || parts_->changed.wait_until(lock, deadline) == std::cv_status::timeout)
        throw std::runtime_error(parts_->name + " did not get ready; it said: " + parts_->error_text);
      continue;
    }
    auto line = Json::parse(parts_->error_text.substr(from, end - from), nullptr, false);
    if (line.is_object() && line.value("event", "") == "ready") return parts_->ready = std::move(line);
    from = end + 1;
  }
}

std::string Process::url(std::size_t n) {
  return wait_ready().at("listen").at(n).get<std::string>();
}
std::string Process::admin() {
  return wait_ready().at("admin").get<std::string>();
}

void Process::write_line(const std::string& line) {
  const std::string text = line + "\n";
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t n = ::write(parts_->input.value, text.data() + sent, text.size() - sent);
    if (n < 0 && errno != EINTR) fail("write to " + parts_->name);
    if (n > 0) sent += static_cast<std::size_t>(n);
  }
}

std::optional<std::string> Process::read_line() {
  const auto deadline = Clock::now() + patience;
  auto& pending = parts_->pending_output;
  for (;;) {
    if (const auto end = pending.find('\n'); end != std::string::npos) {
      std::string line = pending.substr(0, end);
      pending.erase(0, end + 1);
      return line;
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd ready{parts_->output.value, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&ready, 1, static_cast<int>(left.count())) == 0) return std::nullopt;
    std::array<char, 4096> chunk{};
    const ssize_t n = ::read(parts_->output.value, chunk.data(), chunk.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return std::nullopt;
    pending.append(chunk.data(), static_cast<std::size_t>(n));
  }
}

void Process::close_stdin() {
  parts_->input.reset();
}

TemporaryFile::TemporaryFile(const std::string& text, const std::string& suffix) {
  const char* folder = std::getenv("TMPDIR");
  path_ = std::string(folder != nullptr ? folder : "/tmp") + "/tracetax-XXXXXX" + suffix;
  const Fd file(::mkstemps(path_.data(), static_cast<int>(suffix.size())));
  if (file.value < 0) fail("temporary file " + path_);
  if (::write(file.value, text.data(), text.size()) != static_cast<ssize_t>(text.size())) fail("write " + path_);
}

TemporaryFile::~TemporaryFile() {
  ::unlink(path_.c_str());
}

}  // namespace tracetax::test
