// PlainServer as a process: says its port, and at SIGTERM what reached it and how evenly.
#include <cmath>
#include <csignal>
#include <cstdio>
#include <vector>

#include <CLI/CLI.hpp>

#include "tests/support/plain_server.h"

int main(int argc, char** argv) {
  using namespace tracetax;
  test::PlainServer::Options options;
  double stall_every_s = 0;
  double stall_for_s = 0;
  CLI::App app("Answers tools/call over HTTP, as plainly as can be");
  app.add_option("--port", options.port);
  app.add_option("--stall-every", stall_every_s, "seconds");
  app.add_option("--stall-for", stall_for_s, "seconds");
  CLI11_PARSE(app, argc, argv);
  options.stall_every = from_seconds(stall_every_s);
  options.stall_for = from_seconds(stall_for_s);
  options.keep_arrivals = true;

  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGTERM);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  for (bool more = true; more;) {
    test::PlainServer server(options);
    options.port = server.port();
    std::printf("{\"port\": %d}\n", server.port());
    std::fflush(stdout);
    int signal = 0;
    ::sigwait(&signals, &signal);
    more = signal == SIGUSR1;  // begins anew, for the next client
    const std::uint64_t requests = server.requests();
    const std::vector<Nanos> arrivals = server.stop();
    double mean = 0;
    double squares = 0;
    // The first and last tenth are warming up and running out.
    const std::size_t first = arrivals.size() / 10;
    const std::size_t last = arrivals.size() - arrivals.size() / 10;
    std::size_t n = 0;
    for (std::size_t i = first + 1; i < last; ++i) {
      const double gap = to_seconds(arrivals[i] - arrivals[i - 1]);
      ++n;
      const double step = gap - mean;
      mean += step / static_cast<double>(n);
      squares += step * (gap - mean);
    }
    const double variation = n > 1 && mean > 0 ? std::sqrt(squares / static_cast<double>(n - 1)) / mean : 0;
    std::printf("{\"requests\": %llu, \"gaps\": %zu, \"rate_per_s\": %.1f, \"coefficient_of_variation\": %.4f}\n",
                static_cast<unsigned long long>(requests), n, mean > 0 ? 1 / mean : 0, variation);
    std::fflush(stdout);
  }
}
