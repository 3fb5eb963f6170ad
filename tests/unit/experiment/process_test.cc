#include "harness/experiment/process.h"

#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tracetax {
namespace {

using namespace std::chrono_literals;

class ProcessTest : public testing::Test {
 protected:
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("tracetax-process-" + std::to_string(::getpid()) + "-" +
                                                testing::UnitTest::GetInstance()->current_test_info()->name());
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  ProcessOptions options(std::vector<std::string> command, bool stdio = false) const {
    ProcessOptions made;
    made.command = std::move(command);
    made.log = folder_ / "log";
    made.stdio = stdio;
    return made;
  }
  static void wait_until_ended(Process& process) {
    while (process.running()) std::this_thread::sleep_for(1ms);
  }
};

TEST_F(ProcessTest, ArgumentsReachTheProgramUntouchedByAnyShell) {
  Process process(options({"printf", "%s|", "$HOME", "a b", "*", ";ls"}, true));
  const int fd = process.take_read_fd();
  std::string text;
  char byte = 0;
  while (::read(fd, &byte, 1) == 1) text += byte;
  ::close(fd);
  EXPECT_EQ(text, "$HOME|a b|*|;ls|");
}

TEST_F(ProcessTest, WhatAProgramPrintsIsInItsLog) {
  Process process(options({"sh", "-c", "echo out; echo error >&2"}));
  wait_until_ended(process);
  EXPECT_EQ(process.last_log_lines(5), "  out\n  error\n");
}

TEST_F(ProcessTest, StdioIsAPairOfPipes) {
  Process process(options({"cat"}, true));
  const int in = process.take_read_fd();
  const int out = process.take_write_fd();
  ASSERT_EQ(::write(out, "hello\n", 6), 6);
  char buffer[6] = {};
  ASSERT_EQ(::read(in, buffer, 6), 6);
  EXPECT_EQ(std::string(buffer, 6), "hello\n");
  EXPECT_TRUE(process.running());
  ::close(out);  // end of input: cat ends
  wait_until_ended(process);
  EXPECT_EQ(process.how_it_ended(), "exited with status 0");
  ::close(in);
}

TEST_F(ProcessTest, TheLogTakesStderrAndTheEnvironmentIsAddedTo) {
  ProcessOptions with_environment = options({"sh", "-c", "echo \"$GREETING\" >&2; exit 3"});
  with_environment.environment["GREETING"] = "good morning";
  Process process(with_environment);
  wait_until_ended(process);
  EXPECT_EQ(process.how_it_ended(), "exited with status 3");
  EXPECT_EQ(process.last_log_lines(5), "  good morning\n");
}

TEST_F(ProcessTest, OurOwnTelemetryVariablesAreNotHandedOn) {
  ::setenv("OTEL_TRACES_SAMPLER", "always_off", 1);
  ProcessOptions made = options({"sh", "-c", "echo \"[$OTEL_TRACES_SAMPLER] [$OTEL_SERVICE_NAME]\" >&2"});
  made.environment["OTEL_SERVICE_NAME"] = "mine";
  Process process(made);
  wait_until_ended(process);
  ::unsetenv("OTEL_TRACES_SAMPLER");
  EXPECT_EQ(process.last_log_lines(1), "  [] [mine]\n");
}

TEST_F(ProcessTest, ANameThatIsNoProgramIsSaid) {
  try {
    Process process(options({"no-such-program-here"}));
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "cannot start no-such-program-here: there is no such program in PATH");
  }
  EXPECT_THROW(Process(options({"/nowhere/at/all"})), std::runtime_error);
}

TEST_F(ProcessTest, AProgramThatIgnoresTheRequestToEndIsKilled) {
  Process process(options({"sh", "-c", "trap '' TERM; echo up >&2; while :; do sleep 1; done"}));
  while (process.last_log_lines(1).empty()) std::this_thread::sleep_for(1ms);
  const pid_t pid = process.pid();
  process.stop(50ms);
  EXPECT_EQ(::kill(pid, 0), -1);
  EXPECT_TRUE(process.was_killed());
  EXPECT_NE(process.how_it_ended().find("signal 9"), std::string::npos) << process.how_it_ended();
}

TEST_F(ProcessTest, WhatTheChildStartedGoesWithIt) {
  Process process(options({"sh", "-c", "sleep 1000 & echo $! >&2; wait"}));
  while (process.last_log_lines(1).size() < 3) std::this_thread::sleep_for(1ms);
  const pid_t grandchild = std::stoi(process.last_log_lines(1));
  ASSERT_EQ(::kill(grandchild, 0), 0);
  process.stop(1s);
  EXPECT_FALSE(process.was_killed()) << "the shell ended by itself";
  // It is a zombie of init's for a moment at most.
  for (int i = 0; i < 1000 && ::kill(grandchild, 0) == 0; ++i) {
    std::ifstream stat("/proc/" + std::to_string(grandchild) + "/stat");
    std::string skip, state;
    stat >> skip >> skip >> state;
    if (state == "Z") break;
    std::this_thread::sleep_for(1ms);
  }
  std::ifstream stat("/proc/" + std::to_string(grandchild) + "/stat");
  std::string skip, state = "gone";
  stat >> skip >> skip >> state;
  EXPECT_TRUE(state == "gone" || state == "Z" || state.empty()) << state;
}

// A crash of ours must leave nothing behind: here the starting process dies by SIGKILL.
TEST_F(ProcessTest, ChildrenDieWithAParentThatCrashes) {
  const std::filesystem::path log = folder_ / "log";
  const pid_t parent = ::fork();
  if (parent == 0) {
    Process process(options({"sh", "-c", "echo $$ >&2; exec sleep 1000"}));
    while (process.last_log_lines(1).size() < 3) std::this_thread::sleep_for(1ms);
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(parent, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  pid_t child = 0;
  std::ifstream(log) >> child;
  ASSERT_GT(child, 1);
  bool gone = false;
  for (int i = 0; i < 5000 && !gone; ++i) {
    std::ifstream stat("/proc/" + std::to_string(child) + "/stat");
    std::string skip, state;
    stat >> skip >> skip >> state;
    gone = state.empty() || state == "Z";
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_TRUE(gone);
}

TEST_F(ProcessTest, OurOtherDescriptorsAreNotHandedOn) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);  // without O_CLOEXEC, as a library might leave them
  Process process(options({"ls", "/proc/self/fd"}, true));
  const int fd = process.take_read_fd();
  std::string text;
  char byte = 0;
  while (::read(fd, &byte, 1) == 1) text += byte;
  ::close(fd);
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_EQ(text, "0\n1\n2\n3\n");  // 3 is ls reading the folder
}

}  // namespace
}  // namespace tracetax
