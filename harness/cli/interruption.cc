#include "harness/cli/interruption.h"

#include <signal.h>
#include <unistd.h>

namespace tracetax::cli {
namespace {

std::atomic<bool> stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may set it");

void on_signal(int number) {
  if (stop_requested.exchange(true)) ::_exit(128 + number);
}

}  // namespace

const std::atomic<bool>& stop_on_signals() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);  // a file that grows too large is an error of its write, and said as such
  return stop_requested;
}

}  // namespace tracetax::cli
