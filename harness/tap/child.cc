#include "harness/tap/child.h"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tracetax::tap {
namespace {

struct Pipe {
  Descriptor read{}, write{};
};

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) fail("pipe");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

void do_not_block(const Descriptor& descriptor) {
  if (::fcntl(descriptor.number(), F_SETFL, O_NONBLOCK) != 0) fail("fcntl");
}

// errno of a program that could not be run, which the child sends back; 0 when the pipe was closed by its start.
int start_error(const Descriptor& from) {
  int error = 0;
  ssize_t n = 0;
  do n = ::read(from.number(), &error, sizeof error);
  while (n < 0 && errno == EINTR);
  return n == sizeof error ? error : 0;
}

}  // namespace

Child start_child(const std::vector<std::string>& command, const sigset_t& mask) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  Pipe in = make_pipe();
  Pipe out = make_pipe();
  Pipe report = make_pipe();
  const pid_t parent = ::getpid();
  Child child;
  child.pid = ::fork();
  if (child.pid < 0) fail("fork");
  if (child.pid == 0) {
    // Between fork and exec only what is async-signal-safe.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(125);  // we died before the call above
    ::dup2(in.read.number(), STDIN_FILENO);
    ::dup2(out.write.number(), STDOUT_FILENO);
    ::sigprocmask(SIG_SETMASK, &mask, nullptr);
    ::execvp(arguments[0], arguments.data());
    const int error = errno;
    [[maybe_unused]] const ssize_t written = ::write(report.write.number(), &error, sizeof error);
    ::_exit(127);
  }
  report.write.close();
  if (const int error = start_error(report.read); error != 0) {
    ::waitpid(child.pid, nullptr, 0);
    throw CannotStart("cannot start " + command.front() + ": " + std::strerror(error));
  }
  child.in = std::move(in.write);
  child.out = std::move(out.read);
  do_not_block(child.in);
  do_not_block(child.out);
  return child;
}

}  // namespace tracetax::tap
