// Programs that start others: all of them are found, measured, placed and ended.

#include "harness/experiment/process_tree.h"

#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include "harness/experiment/placement.h"
#include "harness/experiment/process.h"
#include "harness/experiment/usage.h"

namespace tracetax {
namespace {

using namespace std::chrono_literals;

class ProcessTreeTest : public testing::Test {
 protected:
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("tracetax-tree-" + std::to_string(::getpid()) + "-" +
                                                testing::UnitTest::GetInstance()->current_test_info()->name());
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  ProcessOptions shell(const std::string& script) const {
    ProcessOptions made;
    made.command = {"sh", "-c", script};
    made.log = folder_ / "log";
    made.stdio = true;
    made.tree = true;
    return made;
  }
  static std::vector<ProcessId> members(const Process& process) { return process.members(ProcessTable::now()); }
  // The program says what it has done, line by line, and waits for a line of ours.
  static std::string read_line(int fd) {
    std::string line;
    for (char byte = 0; ::read(fd, &byte, 1) == 1 && byte != '\n';) line += byte;
    return line;
  }
  static void wait_for_members(const Process& process, std::size_t count) {
    while (members(process).size() != count) std::this_thread::sleep_for(1ms);
  }
};

TEST_F(ProcessTreeTest, WhatChildrenUsedCountsThoughTheyHaveEnded) {
  Process process(shell(
      "echo up; read go; sh -c 'i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done; cat /proc/$$/stat'; echo over; read "
      "end"));
  const int from = process.take_read_fd();
  const int to = process.take_write_fd();
  ASSERT_EQ(read_line(from), "up");
  const auto before = read_cpu(members(process));
  ASSERT_EQ(before.size(), 1U);
  ASSERT_EQ(::write(to, "\n", 1), 1);
  const std::string stat = read_line(from);
  ASSERT_EQ(read_line(from), "over");
  const auto after = read_cpu(members(process));
  ASSERT_EQ(after.size(), 1U) << "the child has ended";
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  std::int64_t user = 0;
  std::int64_t system = 0;
  fields >> user >> system;
  const Nanos said = (user + system) * std::chrono::duration_cast<Nanos>(1s) / ::sysconf(_SC_CLK_TCK);
  ASSERT_GT(said, 50ms) << stat;
  const Nanos used = cpu_between(before, after);
  EXPECT_GE(used, said - 20ms);  // two readings, each cut to whole ticks
  EXPECT_LE(used, said + 200ms);
  EXPECT_LT(after[0].own - before[0].own, said / 2) << "it is the child's, not the shell's own";
  ::close(from);
  ::close(to);
}

TEST_F(ProcessTreeTest, NothingThatAProgramStartedSurvivesIt) {
  // A child; one that left the session; one whose parent has ended and that does not want to end.
  Process process(
      shell("sleep 1000 & setsid sleep 1000 & (setsid sh -c \"trap '' TERM; while :; do sleep 1000; done\" &) ; echo "
            "up; wait"));
  const int from = process.take_read_fd();
  ASSERT_EQ(read_line(from), "up");
  wait_for_members(process, 5);  // with the shell, and the stubborn one's sleep
  const std::vector<ProcessId> all = members(process);
  for (const ProcessId& one : all) EXPECT_TRUE(still_runs(one));
  process.stop(5s);
  for (const ProcessId& one : all) EXPECT_FALSE(still_runs(one)) << one.pid;
  EXPECT_TRUE(members(process).empty());
  ::close(from);
}

TEST_F(ProcessTreeTest, WhatIsLeftOfAProgramThatEndedByItselfIsEndedToo) {
  Process process(shell("setsid sleep 1000 >/dev/null 2>&1 & exec true"));
  while (process.running()) std::this_thread::sleep_for(1ms);
  wait_for_members(process, 1);
  const ProcessId left = members(process).front();
  EXPECT_TRUE(still_runs(left));
  process.stop(5s);
  EXPECT_FALSE(still_runs(left));
}

TEST_F(ProcessTreeTest, AProgramsMembersAreItsOwnAlone) {
  Process one(shell("sleep 1000 & echo up; wait"));
  Process other(shell("sleep 1000 & echo up; wait"));
  const int fd = one.take_read_fd();
  const int other_fd = other.take_read_fd();
  read_line(fd);
  read_line(other_fd);
  wait_for_members(one, 2);
  wait_for_members(other, 2);
  for (const ProcessId& member : members(one)) {
    for (const ProcessId& foreign : members(other)) EXPECT_NE(member.pid, foreign.pid);
    EXPECT_NE(member.pid, ::getpid());
  }
  one.stop(5s);
  EXPECT_EQ(members(other).size(), 2U);
  EXPECT_TRUE(ProcessTable::now().tree_of(0, "").empty());
  EXPECT_TRUE(ProcessTable::now().tree_of(0, "none").empty());
  ::close(fd);
  ::close(other_fd);
}

TEST_F(ProcessTreeTest, MemoryIsOfAllMembers) {
  Process process(shell("sleep 1000 & sleep 1000 & echo up; wait"));
  const int from = process.take_read_fd();
  read_line(from);
  wait_for_members(process, 3);
  std::uint64_t sum = 0;
  for (const ProcessId& one : members(process)) sum += process_pss(one.pid).value_or(0);
  EXPECT_GT(sum, process_pss(process.pid()).value());
  ::close(from);
}

TEST_F(ProcessTreeTest, APlaceIsInheritedByWhatComesLater) {
  const std::vector<int> cores = allowed_cores();
  if (cores.size() < 2) GTEST_SKIP() << "one core only";
  Process process(shell("sleep 1000 & echo up; read go; sleep 1000 & echo more; wait"));
  const int from = process.take_read_fd();
  const int to = process.take_write_fd();
  read_line(from);
  wait_for_members(process, 2);
  ASSERT_TRUE(place_all_threads(members(process), cores.back()));
  ASSERT_EQ(::write(to, "\n", 1), 1);
  ASSERT_EQ(read_line(from), "more");
  wait_for_members(process, 3);
  for (const ProcessId& one : members(process)) {
    cpu_set_t set;
    ASSERT_EQ(::sched_getaffinity(one.pid, sizeof set, &set), 0);
    EXPECT_EQ(CPU_COUNT(&set), 1) << one.pid;
    EXPECT_TRUE(CPU_ISSET(static_cast<std::size_t>(cores.back()), &set));
  }
  EXPECT_EQ(allowed_cores(), cores) << "nobody else is moved";
  process.stop(5s);
  EXPECT_FALSE(place_all_threads({{process.pid(), 1}}, cores.back()));
  ::close(from);
  ::close(to);
}

TEST(CpuOfATree, CountsEveryProcessOnce) {
  const std::vector<ProcessCpu> before{{{10, 1}, 100ms, 0ms}, {{11, 2}, 50ms, 0ms}};
  // 11 used 20 ms more and ended, waited for by 10, which used 5 ms; 12 is new.
  const std::vector<ProcessCpu> after{{{10, 1}, 105ms, 70ms}, {{12, 3}, 8ms, 0ms}};
  EXPECT_EQ(cpu_between(before, after), 33ms);
  // Nobody waited for 11: what it used is lost, not taken away from the others.
  const std::vector<ProcessCpu> lost{{{10, 1}, 105ms, 0ms}, {{12, 3}, 8ms, 0ms}};
  EXPECT_EQ(cpu_between(before, lost), 13ms);
  // The number was given out again: another process.
  const std::vector<ProcessCpu> again{{{10, 1}, 105ms, 50ms}, {{11, 9}, 8ms, 0ms}};
  EXPECT_EQ(cpu_between(before, again), 13ms);
}

TEST_F(ProcessTreeTest, AProgramIsFoundAsAShellWouldFindIt) {
  std::filesystem::create_directories(folder_ / "app/bin");
  std::ofstream(folder_ / "app/mine") << "#!/bin/sh\npwd; echo $PWD; cat beside\n";
  std::ofstream(folder_ / "app/beside") << "here\n";
  std::filesystem::permissions(folder_ / "app/mine", std::filesystem::perms::owner_all);
  std::filesystem::copy_file(folder_ / "app/mine", folder_ / "app/bin/named");
  const std::string app = folder_ / "app";
  for (const std::string& word : {std::string("./mine"), std::string("named")}) {
    ProcessOptions options = shell("");
    options.command = {word};
    options.folder = app;
    options.environment["PATH"] = "bin:/usr/bin:/bin";
    Process process(options);
    const int from = process.take_read_fd();
    EXPECT_EQ(read_line(from), app);
    EXPECT_EQ(read_line(from), app);
    EXPECT_EQ(read_line(from), "here");
    ::close(from);
  }
  ProcessOptions nowhere = shell("");
  nowhere.folder = app + "/none";
  try {
    Process process(nowhere);
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), ("cannot start sh: there is no folder " + app + "/none").c_str());
  }
}

}  // namespace
}  // namespace tracetax
