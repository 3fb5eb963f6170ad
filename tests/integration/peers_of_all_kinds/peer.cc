#include "tests/integration/peers_of_all_kinds/peer.h"

#include <array>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/session/address.h"

namespace tracetax::test {
namespace {

using namespace std::chrono_literals;

const std::string script = TRACETAX_SOURCE_DIR "/tests/integration/peers_of_all_kinds/peer.py";

Launch launch_of(const std::string& mode, const std::string& transport, const std::string& era,
                 std::vector<std::string> more) {
  Launch launch;
  launch.program = TRACETAX_PYTHON;
  launch.arguments = {script, "--transport", transport, "--era", era, "--mode", mode};
  launch.arguments.insert(launch.arguments.end(), more.begin(), more.end());
  return launch;
}

std::string lines_of(const std::map<std::string, std::uint64_t>& counts) {
  std::string text;
  for (const auto& [what, times] : counts) text += what + " (" + std::to_string(times) + ")\n";
  return text;
}

}  // namespace

Peer::Peer(const std::string& mode, const std::string& transport, const std::string& era, std::vector<std::string> more)
    : process_(launch_of(mode, transport, era, std::move(more))) {}

Target Peer::target() {
  const auto url = parse_peer_url(process_.url());
  if (!url) throw std::runtime_error(process_.url());
  Target target;
  target.url = url->url;
  target.tls = url->tls;
  target.era.reset();
  target.connections = 4;
  return target;
}

StdioPeer::StdioPeer(const std::string& mode, const std::string& era) {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  EXPECT_EQ(::pipe2(in.data(), O_CLOEXEC), 0);
  EXPECT_EQ(::pipe2(out.data(), O_CLOEXEC), 0);
  log_ =
      (std::filesystem::temp_directory_path() / ("peer-" + std::to_string(::getpid()) + "-" + mode + ".log")).string();
  const int log = ::open(log_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  EXPECT_GE(log, 0);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(in[0], 0);
    ::dup2(out[1], 1);
    ::dup2(log, 2);
    ::execl(TRACETAX_PYTHON, TRACETAX_PYTHON, script.c_str(), "--transport", "stdio", "--mode", mode.c_str(), "--era",
            era.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(log);
  ::close(in[0]);
  ::close(out[1]);
  write_fd_ = in[1];
  read_fd_ = out[0];
}

StdioPeer::~StdioPeer() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  std::error_code ignored;
  std::filesystem::remove(log_, ignored);
}

Target StdioPeer::target() const {
  Target target;
  target.read_fd = read_fd_;
  target.write_fd = write_fd_;
  target.era.reset();
  return target;
}

std::string StdioPeer::errors() const {
  std::ifstream in(log_);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string Seen::reasons() const {
  return lines_of(window.reasons);
}
std::string Seen::all_oddities() const {
  return lines_of(oddities);
}
std::uint64_t Seen::counted() const {
  std::uint64_t sum = 0;
  for (const auto& [reason, times] : window.reasons) sum += times;
  return sum;
}

Load echo_load(double rate_per_s, std::uint32_t sessions) {
  Load load;
  load.arrivals = OpenArrivals{.process = OpenArrivals::Process::constant, .rate_per_s = rate_per_s};
  load.sessions = sessions;
  CallSpec echo;
  echo.tool = "echo";
  echo.arguments_json = R"({"text":"hällo"})";
  load.calls = {echo};
  load.timeout = 1s;
  return load;
}

Seen call(const Load& load, const std::vector<Target>& targets, int windows) {
  LoadThreads threads(1);
  Generator generator(load, targets, threads, {});
  const std::atomic<bool> stop{false};
  Seen seen;
  for (int i = 0; i < windows; ++i) {
    generator.open();
    seen.window = generator.run(300ms, 7, stop);
  }
  seen.calls = count_outcomes(seen.window.samples);
  seen.oddities = generator.take_oddities();
  seen.version = generator.version();
  return seen;
}

Seen call(const Target& target) {
  return call(echo_load(), {target});
}

void expect_accounts_add_up(const Seen& seen) {
  EXPECT_EQ(seen.calls.planned, 30u);
  EXPECT_TRUE(seen.calls.adds_up());
  EXPECT_EQ(seen.counted(), seen.calls.failed() - seen.calls.tool_error) << seen.reasons();
}

}  // namespace tracetax::test
