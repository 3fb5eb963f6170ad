#include "harness/tap/relay.h"

#include <array>
#include <cerrno>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/tap/child.h"
#include "harness/tap/descriptor.h"

namespace tracetax::tap {
namespace {

constexpr std::size_t chunk_bytes = std::size_t{64} << 10;  // what a pipe holds
constexpr short gone = POLLERR | POLLHUP | POLLNVAL;        // of an end that is written to: nobody reads it any more

// What a client may send to end its server, or to say something to it.
constexpr std::array passed_on{SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

// Closes what the other side has at the other end of our stdin or stdout. The number stays taken: nothing that is
// opened later may become our stdout.
void close_standard(int number) {
  const Descriptor nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (nothing.number() >= 0) ::dup2(nothing.number(), number);
}

// Waits until one of the descriptors has something to say.
template <std::size_t N>
void wait_for(std::array<pollfd, N>& descriptors) {
  while (::poll(descriptors.data(), descriptors.size(), -1) < 0 && errno == EINTR) {
  }
}

// Bytes read; 0 at the end, -1 when there is nothing now.
ssize_t read_some(int from, std::array<char, chunk_bytes>& chunk) {
  for (;;) {
    const ssize_t n = ::read(from, chunk.data(), chunk.size());
    if (n >= 0) return n;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return -1;
    if (errno != EINTR) return 0;  // a peer that went away roughly, as by a reset, has ended its input
  }
}

// False: nobody reads it any more, or `stop` was set meanwhile (a descriptor; -1: nothing stops it).
bool write_all(int to, std::string_view bytes, int stop) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(to, bytes.data(), bytes.size());
    if (n > 0) bytes.remove_prefix(static_cast<std::size_t>(n));
    if (n >= 0 || errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return false;
    std::array<pollfd, 2> ready{{{to, POLLOUT, 0}, {stop, POLLIN, 0}}};
    wait_for(ready);
    if ((ready[1].revents & POLLIN) != 0) return false;
  }
  return true;
}

class Relay {
 public:
  Relay(Child child, Listeners listeners)
      : child_(std::move(child)), listeners_(std::move(listeners)), stop_(::eventfd(0, EFD_CLOEXEC)) {
    if (stop_.number() < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  }

  int run() {
    std::thread to_server([this] { requests(); });
    std::thread to_client([this] { answers(); });
    const int status = wait_for_end();
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(stop_.number(), &one, sizeof one);
    to_server.join();
    to_client.join();
    return status;
  }

  static sigset_t signals() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int number : passed_on) ::sigaddset(&set, number);
    ::sigaddset(&set, SIGCHLD);
    return set;
  }

 private:
  void requests() {
    std::array<char, chunk_bytes> chunk;
    for (;;) {
      std::array<pollfd, 3> ready{{{STDIN_FILENO, POLLIN, 0}, {child_.in.number(), 0, 0}, {stop_.number(), POLLIN, 0}}};
      wait_for(ready);
      if ((ready[2].revents & POLLIN) != 0) return;
      if ((ready[1].revents & gone) != 0) break;
      if (ready[0].revents == 0) continue;
      const ssize_t n = read_some(STDIN_FILENO, chunk);
      const Nanos at = monotonic_now();
      if (n < 0) continue;
      if (n == 0) {
        child_.in.close();
        return;
      }
      const std::string_view bytes(chunk.data(), static_cast<std::size_t>(n));
      listeners_.from_client(bytes, at);  // first, so that no answer can be told of before its request
      if (!write_all(child_.in.number(), bytes, stop_.number())) break;
    }
    // The server has closed its stdin: the client's next write fails, as it would without us.
    child_.in.close();
    close_standard(STDIN_FILENO);
  }

  void answers() {
    std::array<char, chunk_bytes> chunk;
    bool server_ended = false;
    for (;;) {
      std::array<pollfd, 3> ready{
          {{child_.out.number(), POLLIN, 0}, {STDOUT_FILENO, 0, 0}, {server_ended ? -1 : stop_.number(), POLLIN, 0}}};
      if (!server_ended) wait_for(ready);
      server_ended = server_ended || (ready[2].revents & POLLIN) != 0;
      if ((ready[1].revents & gone) != 0) break;
      if (!server_ended && ready[0].revents == 0) continue;
      const ssize_t n = read_some(child_.out.number(), chunk);
      const Nanos at = monotonic_now();
      if (n == 0) break;
      if (n < 0) {
        // A program that the server started may hold its stdout for ever; what the server itself said has been read.
        if (server_ended) break;
        continue;
      }
      const std::string_view bytes(chunk.data(), static_cast<std::size_t>(n));
      if (!write_all(STDOUT_FILENO, bytes, -1)) break;
      listeners_.from_server(bytes, at);
    }
    child_.out.close();
    close_standard(STDOUT_FILENO);
  }

  // On the main thread.
  int wait_for_end() const {
    const sigset_t set = signals();
    for (;;) {
      int status = 0;
      if (::waitpid(child_.pid, &status, WNOHANG) == child_.pid) return status;
      siginfo_t info{};
      const int number = ::sigwaitinfo(&set, &info);
      // What the terminal sends, Ctrl-C say, goes to the whole group: the server has it already.
      if (number > 0 && number != SIGCHLD && info.si_code <= 0) ::kill(child_.pid, number);
    }
  }

  Child child_;
  Listeners listeners_;
  Descriptor stop_;
};

}  // namespace

void hold_standard_descriptors() {
  for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // The lowest number that is free is the one that was found to be.
    if (::fcntl(number, F_GETFD) < 0 && ::open("/dev/null", O_RDWR) != number) return;
  }
}

int relay(const std::vector<std::string>& command, const std::function<Listeners()>& started) {
  ::signal(SIGCHLD, SIG_DFL);  // ignored by whoever started us, it would take the status with it
  sigset_t blocked = Relay::signals();
  ::sigaddset(&blocked, SIGPIPE);  // a write to nobody is an error of that write
  ::sigaddset(&blocked, SIGXFSZ);
  sigset_t before;
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  Child child = start_child(command, before);
  return Relay(std::move(child), started()).run();
}

void end_like(int status) {
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);  // the server's core is the one to look at
    ::signal(number, SIG_DFL);
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, number);
    ::raise(number);
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    ::_exit(128 + number);
  }
  ::_exit(WEXITSTATUS(status));
}

}  // namespace tracetax::tap
