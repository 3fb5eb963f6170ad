// The generator against a real mcp-server: every transport, both eras.
#include <array>
#include <atomic>
#include <csignal>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/load/generator.h"
#include "harness/results/trial.h"
#include "tests/support/process.h"

namespace tracetax {
namespace {

using namespace std::chrono_literals;

class Peer : public ::testing::TestWithParam<std::tuple<TransportKind, Era>> {};

Load load_of(std::uint32_t sessions) {
  Load load;
  load.arrivals = OpenArrivals{.process = OpenArrivals::Process::poisson, .rate_per_s = 400};
  load.sessions = sessions;
  load.calls = {CallSpec{.tool = "echo", .arguments_json = R"({"text":"hällo"})"},
                CallSpec{.tool = "sleep", .arguments_json = R"({"ms":2})"},
                CallSpec{.tool = "nobody", .arguments_json = "{}"}};
  load.timeout = 5s;
  return load;
}

// mcp-server with its standard streams on pipes to us.
struct StdioChild {
  StdioChild() {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    EXPECT_EQ(::pipe2(in.data(), O_CLOEXEC), 0);
    EXPECT_EQ(::pipe2(out.data(), O_CLOEXEC), 0);
    const std::string program = std::string(TRACETAX_BIN_DIR) + "/mcp-server";
    pid = ::fork();
    if (pid == 0) {
      ::dup2(in[0], 0);
      ::dup2(out[1], 1);
      ::execl(program.c_str(), program.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    write_fd = in[1];
    read_fd = out[0];
  }
  int wait() const {
    int status = 0;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  pid_t pid = 0;
  int read_fd = -1;
  int write_fd = -1;
};

TEST_P(Peer, AnswersEveryCall) {
  const auto [kind, era] = GetParam();
  const std::uint32_t sessions = kind == TransportKind::stdio ? 1 : 5;
  std::optional<test::Process> server;
  std::optional<StdioChild> child;
  Target target;
  target.era = era;
  target.connections = 4;
  if (kind == TransportKind::stdio) {
    child.emplace();
    target.read_fd = child->read_fd;
    target.write_fd = child->write_fd;
  } else {
    server.emplace(test::Launch{"mcp-server", {"--listen", std::string(to_string(kind)) + "://127.0.0.1:0/mcp"}});
    server->wait_ready();
    target.url = *transport::parse_url(server->url());
  }
  const Load load = load_of(sessions);
  {
    LoadThreads threads(1);
    Generator generator(load, std::vector<Target>(sessions, target), threads, {.before_due = 50us});
    generator.open();
    const std::atomic<bool> stop{false};
    for (const std::uint64_t seed : {1u, 2u}) {
      const WindowResult result = generator.run(500ms, seed, stop);
      ASSERT_GT(result.samples.size(), 100u);
      for (const Sample& sample : result.samples) {
        // A tool that is not there is a JSON-RPC error.
        EXPECT_EQ(sample.outcome, sample.tool == 2 ? Outcome::protocol_error : Outcome::ok) << sample.call;
        if (sample.tool == 1) {
          EXPECT_GE(sample.service_time(), 2ms);
        }
      }
    }
  }
  if (child) {
    EXPECT_EQ(child->wait(), 0);
  }
}

TEST_P(Peer, OneThatDiesTakesItsCallsWithIt) {
  const auto [kind, era] = GetParam();
  if (kind == TransportKind::stdio) GTEST_SKIP() << "the pipes' other end dies with the test's own child only";
  test::Process server(test::Launch{"mcp-server", {"--listen", std::string(to_string(kind)) + "://127.0.0.1:0/mcp"}});
  server.wait_ready();
  Target target;
  target.era = era;
  target.connections = 4;
  target.url = *transport::parse_url(server.url());
  Load load = load_of(2);
  load.calls = {CallSpec{.tool = "sleep", .arguments_json = R"({"ms":50})"}};
  LoadThreads threads(1);
  Generator generator(load, std::vector<Target>(2, target), threads, {});
  generator.open();
  const std::atomic<bool> stop{false};
  std::thread killer([&] {
    std::this_thread::sleep_for(300ms);
    server.signal(SIGKILL);
  });
  const WindowResult result = generator.run(600ms, 1, stop);
  killer.join();
  const OutcomeCounts counts = count_outcomes(result.samples);
  EXPECT_TRUE(counts.adds_up());
  EXPECT_GT(counts.ok, 20u);
  EXPECT_GT(counts.disconnected, 0u);
  EXPECT_GT(counts.never_sent, 20u);
  EXPECT_EQ(counts.ok + counts.disconnected + counts.never_sent, counts.planned);
}

INSTANTIATE_TEST_SUITE_P(Transports, Peer,
                         ::testing::Combine(::testing::Values(TransportKind::http, TransportKind::ws,
                                                              TransportKind::stdio),
                                            ::testing::Values(Era::modern, Era::legacy)),
                         [](const auto& instance) {
                           return std::string(to_string(std::get<0>(instance.param))) + "_" +
                                  std::string(to_string(std::get<1>(instance.param)));
                         });

TEST(Opening, SaysWhatIsWrong) {
  Load load = load_of(1);
  LoadThreads threads(1);
  Target target;
  target.url = {TransportKind::ws, "127.0.0.1", 9, "/mcp"};
  Generator nobody(load, {target}, threads, {});
  try {
    nobody.open();
    FAIL() << "opened";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(),
                 "session 0 cannot be opened: cannot connect to ws://127.0.0.1:9/mcp: Connection refused");
  }
  target.url.kind = TransportKind::http;
  target.era = Era::legacy;
  Generator legacy(load, {target}, threads, {});
  try {
    legacy.open();
    FAIL() << "opened";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "session 0 cannot be opened: initialize: cannot connect: Connection refused");
  }
}

}  // namespace
}  // namespace tracetax
