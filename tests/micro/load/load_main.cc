// The generator by itself against one URL: what it delivers, how punctually, and what that costs it. One line of JSON.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <nlohmann/json.hpp>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/load/generator.h"
#include "harness/load/pacing.h"
#include "harness/results/trial.h"
#include "harness/session/address.h"
#include "harness/session/request_bytes.h"
#include "harness/stats/quantile.h"
#include "harness/transport/url.h"

namespace {

using namespace tracetax;
using Json = nlohmann::ordered_json;

Json times(const std::vector<Sample>& samples, Nanos (Sample::*time)() const) {
  std::vector<double> sorted;
  for (const Sample& sample : samples) sorted.push_back(static_cast<double>((sample.*time)().count()));
  std::ranges::sort(sorted);
  if (sorted.empty()) return {};
  return {{"p50_ns", quantile_of_sorted(sorted, 0.5)},
          {"p90_ns", quantile_of_sorted(sorted, 0.9)},
          {"p99_ns", quantile_of_sorted(sorted, 0.99)},
          {"p99_9_ns", quantile_of_sorted(sorted, 0.999)},
          {"max_ns", sorted.back()}};
}

std::uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  file >> size >> resident;
  return resident * 4096;
}

// The bare loop that any generator must be held against: sleep, then spin, and see how late one is.
Json bare_loop(double rate, double seconds, Nanos spin, LoadThreads& threads) {
  std::vector<double> late;
  threads
      .run(0,
           [&](EventLoop& loop) {
             const Nanos start = monotonic_now() + std::chrono::milliseconds(1);
             for (std::size_t i = 0; static_cast<double>(i) < rate * seconds; ++i) {
               const Nanos due = start + from_seconds(static_cast<double>(i) / rate);
               if (const Nanos ahead = due - monotonic_now(); ahead > spin) loop.poll(ahead - spin);
               while (monotonic_now() < due) {
               }
               late.push_back(static_cast<double>((monotonic_now() - due).count()));
             }
           })
      .get();
  std::ranges::sort(late);
  return {{"p50_ns", quantile_of_sorted(late, 0.5)}, {"p99_ns", quantile_of_sorted(late, 0.99)}};
}

// What the kernel takes of a client that does nothing but send each call when it is due and receive its answer, on one
// connection, never asleep: no client that treats calls one by one can be cheaper.
Json floor_of(const transport::Url& url, double rate, double seconds, const Load& load) {
  RequestStyle style;
  style.url = url;
  RequestBytes request(style, load.calls.front().tool, mcp::Json::parse(load.calls.front().arguments_json));
  const Address address = resolve(url);
  const int fd = ::socket(address.storage.ss_family, SOCK_STREAM, 0);
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address.storage), address.length) != 0) return {};
  std::vector<char> answer(64 * 1024);
  Nanos sending{};
  Nanos receiving{};
  std::int64_t calls = 0;
  const Nanos start = monotonic_now() + std::chrono::milliseconds(1);
  for (; static_cast<double>(calls) < rate * seconds; ++calls) {
    const Nanos due = start + from_seconds(static_cast<double>(calls) / rate);
    while (monotonic_now() < due) {
    }
    const std::string_view bytes = request.fill(first_id + calls, 0);
    const Nanos began = monotonic_now();
    if (::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) break;
    Nanos looked = monotonic_now();
    sending += looked - began;
    while (::recv(fd, answer.data(), answer.size(), MSG_DONTWAIT) <= 0) looked = monotonic_now();
    receiving += monotonic_now() - looked;
  }
  ::close(fd);
  const double n = static_cast<double>(std::max<std::int64_t>(calls, 1));
  return {{"calls", calls},
          {"send_ns_per_call", static_cast<double>(sending.count()) / n},
          {"receive_ns_per_call", static_cast<double>(receiving.count()) / n}};
}

}  // namespace

int main(int argc, char** argv) {
  std::string url = "http://127.0.0.1:8080/mcp";
  std::string process = "poisson";
  std::string spin = "auto";
  std::string spin_for_answers = "auto";
  double rate = 0;
  double seconds = 5;
  double warmup = 0.5;
  std::uint32_t connections = 16;
  std::uint32_t windows = 1;
  std::size_t payload = 5;
  bool bare = false;
  bool floor = false;
  Load load;
  CLI::App app("Drives tools/call against one URL");
  app.add_option("--url", url);
  app.add_option("--rate", rate, "calls a second; 0: closed loop without a pause");
  app.add_option("--process", process)->check(CLI::IsMember({"poisson", "constant"}));
  app.add_option("--sessions", load.sessions);
  app.add_option("--connections", connections, "of each session");
  app.add_option("--workers", load.workers);
  app.add_option("--seconds", seconds);
  app.add_option("--warmup", warmup);
  app.add_option("--windows", windows, "one after the other; the last one is told of");
  app.add_option("--payload", payload, "bytes of the argument");
  app.add_option("--spin", spin, "auto, or microseconds");
  app.add_option("--spin-for-answers", spin_for_answers, "auto, or microseconds");
  app.add_flag("--bare", bare, "also a loop that only sleeps and spins");
  app.add_flag("--floor", floor, "only sends and receives, calls one by one, and tells what the kernel takes for it");
  CLI11_PARSE(app, argc, argv);

  const auto where = transport::parse_url(url);
  if (!where) return 2;
  if (rate > 0) {
    using Process = OpenArrivals::Process;
    load.arrivals =
        OpenArrivals{.process = process == "poisson" ? Process::poisson : Process::constant, .rate_per_s = rate};
  } else {
    load.arrivals = ClosedArrivals{};
  }
  load.calls = {CallSpec{.tool = "echo", .arguments_json = Json{{"text", std::string(payload, 'x')}}.dump()}};
  load.timeout = std::chrono::seconds(5);
  if (spin != "auto") load.spin = from_seconds(std::stod(spin) * 1e-6);
  if (spin_for_answers != "auto") load.spin_for_answers = from_seconds(std::stod(spin_for_answers) * 1e-6);

  if (floor) {
    std::printf("%s\n", floor_of(*where, rate, seconds, load).dump().c_str());
    return 0;
  }
  LoadThreads threads(load.workers);
  cpu_set_t cores;
  CPU_ZERO(&cores);
  ::sched_getaffinity(0, sizeof cores, &cores);
  const Pacing pacing = make_pacing(load, threads, static_cast<unsigned>(CPU_COUNT(&cores)));
  Target target;
  target.url = *where;
  target.connections = connections;
  Generator generator(load, std::vector<Target>(load.sessions, target), threads, spin_of(pacing));
  generator.open();
  const std::uint64_t opened = resident_bytes();
  const std::atomic<bool> stop{false};
  if (warmup > 0) generator.run(from_seconds(warmup), 1, stop);
  WindowResult result;
  for (std::uint32_t i = 0; i < windows; ++i) result = generator.run(from_seconds(seconds), 2 + i, stop);

  const OutcomeCounts counts = count_outcomes(result.samples);
  const double calls = static_cast<double>(std::max<std::uint64_t>(counts.sent(), 1));
  Json out{{"calls", counts.planned},
           {"ok", counts.ok},
           {"failed", counts.failed()},
           {"calls_per_s", static_cast<double>(counts.ok) / to_seconds(result.duration)},
           {"cpu_ns_per_call", static_cast<double>(result.cpu.count()) / calls},
           {"spun_ns_per_call", static_cast<double>(result.spun.count()) / calls},
           {"working_ns_per_call", static_cast<double>((result.cpu - result.spun).count()) / calls},
           {"spin_ns", pacing.spin_ns},
           {"spin_for_answers_ns", pacing.spin_for_answers_ns},
           {"pacing", pacing.reason},
           {"send_lag", times(result.samples, &Sample::send_lag)},
           {"latency", times(result.samples, &Sample::latency)},
           {"resident_bytes_opened", opened},
           {"resident_bytes", resident_bytes()}};
  if (bare && rate > 0) out["bare_loop"] = bare_loop(rate, std::min(seconds, 3.0), spin_of(pacing).before_due, threads);
  std::printf("%s\n", out.dump().c_str());
}
