#include "harness/experiment/usage.h"

#include <cstring>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace tracetax {
namespace {

using namespace std::chrono_literals;

Nanos thread_cpu() {
  timespec t{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return std::chrono::seconds(t.tv_sec) + Nanos(t.tv_nsec);
}

TEST(Usage, CpuOfAProcessIsItsThreadsTime) {
  const Nanos before = process_cpu(::getpid()).value();
  const Nanos until = thread_cpu() + 50ms;
  while (thread_cpu() < until) {
  }
  const Nanos used = process_cpu(::getpid()).value() - before;
  EXPECT_GE(used, 50ms);
  EXPECT_LE(used, 80ms);  // CPU time, not wall clock: a busy machine does not add to it
}

TEST(Usage, AProcessThatIsGoneHasNone) {
  EXPECT_FALSE(process_cpu(4194303).has_value());
  EXPECT_FALSE(process_pss(4194303).has_value());
  EXPECT_TRUE(process_connections(4194303).empty());
}

TEST(Usage, PssGrowsByWhatIsTouched) {
  // Large against what comes and goes with the shares of a neighbour that runs the same program.
  constexpr std::size_t size = 128u << 20;
  const std::uint64_t before = process_pss(::getpid()).value();
  void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  std::memset(memory, 1, size);
  const std::uint64_t after = process_pss(::getpid()).value();
  ::munmap(memory, size);
  EXPECT_NEAR(static_cast<double>(after - before), static_cast<double>(size), 0.06 * static_cast<double>(size));
}

struct Pair {
  int listener = ::socket(AF_INET, SOCK_STREAM, 0), client = ::socket(AF_INET, SOCK_STREAM, 0), server = -1;
  Pair() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    ::bind(listener, reinterpret_cast<sockaddr*>(&address), length);
    ::listen(listener, 1);
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
    ::connect(client, reinterpret_cast<sockaddr*>(&address), length);
    server = ::accept(listener, nullptr, nullptr);
  }
  ~Pair() {
    ::close(listener);
    ::close(client);
    ::close(server);
  }
  void carry(std::size_t bytes) const {
    std::string data(bytes, 'x');
    ASSERT_EQ(::send(client, data.data(), data.size(), 0), static_cast<ssize_t>(bytes));
    for (std::size_t got = 0; got < bytes;)
      got += static_cast<std::size_t>(::recv(server, data.data(), bytes - got, 0));
  }
};

TEST(Usage, TcpPayloadIsCountedByTheKernel) {
  const Pair pair;
  pair.carry(1000);
  const auto before = process_connections(::getpid());
  if (before.empty()) GTEST_SKIP() << "this kernel has no sock_diag";
  ASSERT_EQ(before.size(), 2U);  // both ends are ours
  pair.carry(12345);
  const NetworkBytes bytes = carried(before, process_connections(::getpid()));
  EXPECT_EQ(bytes.sent, 12345U);
  EXPECT_EQ(bytes.received, 12345U);
}

TEST(Usage, ConnectionsThatProcessesShareCountOnce) {
  const Pair pair;
  pair.carry(1000);
  const pid_t child = ::fork();  // holds both ends as well
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::pause();
    ::_exit(0);
  }
  const std::vector<pid_t> both{::getpid(), child};
  const auto alone = process_connections(::getpid());
  const auto of_child = process_connections(child);
  const auto together = process_connections(both);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  if (alone.empty()) GTEST_SKIP() << "this kernel has no sock_diag";
  EXPECT_EQ(of_child.size(), 2U);
  EXPECT_EQ(together.size(), 2U);
}

TEST(Usage, ConnectionsThatComeAndGoBetweenReadings) {
  const std::vector<ConnectionBytes> before{{1, 100, 10}, {2, 50, 5}};
  const std::vector<ConnectionBytes> after{{1, 150, 30}, {3, 7, 9}};
  const NetworkBytes bytes = carried(before, after);
  EXPECT_EQ(bytes.sent, 57U);      // 50 of the first, 7 of the new one
  EXPECT_EQ(bytes.received, 29U);  // 20 and 9
  // An inode that was given out again starts from nothing.
  const std::vector<ConnectionBytes> again{{1, 20, 3}};
  EXPECT_EQ(carried(before, again).sent, 20U);
}

TEST(Usage, StealIsAShareOfAllTime) {
  EXPECT_DOUBLE_EQ(steal_share({1000, 10}, {2000, 60}), 0.05);
  EXPECT_DOUBLE_EQ(steal_share({1000, 10}, {1000, 10}), 0);
  EXPECT_GT(machine_times().total_ticks, 0U);
}

}  // namespace
}  // namespace tracetax
