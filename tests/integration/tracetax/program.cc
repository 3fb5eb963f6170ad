#include "tests/integration/tracetax/program.h"

#include <fstream>
#include <iterator>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace tracetax::test {
namespace {

std::string slurp(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

Workplace::Workplace() {
  std::string pattern = (std::filesystem::temp_directory_path() / "tracetax-test-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
}
Workplace::~Workplace() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::filesystem::path Workplace::write(const std::string& name, const std::string& text) const {
  std::filesystem::create_directories((folder_ / name).parent_path());
  std::ofstream(folder_ / name, std::ios::binary) << text;
  return folder_ / name;
}

Ended Workplace::tracetax(const std::vector<std::string>& arguments, const std::function<void(int)>& meanwhile) const {
  const std::string program = std::string(TRACETAX_BIN_DIR) + "/tracetax";
  const std::string out = folder_ / "stdout.txt";
  const std::string err = folder_ / "stderr.txt";
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ::posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ::setenv("TRACETAX_SCENARIOS", TRACETAX_SOURCE_DIR "/scenarios", 1);
  pid_t pid = 0;
  EXPECT_EQ(::posix_spawn(&pid, program.c_str(), &actions, nullptr, argv.data(), environ), 0);
  ::posix_spawn_file_actions_destroy(&actions);
  if (meanwhile) meanwhile(pid);
  int status = 0;
  ::waitpid(pid, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), slurp(out), slurp(err)};
}

nlohmann::json read_json(const std::filesystem::path& file) {
  return nlohmann::json::parse(slurp(file));
}

std::vector<int> processes_with(const std::string& text) {
  std::vector<int> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos || std::stoi(name) == ::getpid()) continue;
    if (slurp(entry.path() / "cmdline").find(text) != std::string::npos) found.push_back(std::stoi(name));
  }
  return found;
}

std::string short_scenario(const std::string& topology, const std::string& rest) {
  return "version: 1\nname: short\n" + topology +
         "tools:\n"
         "  lookup: { service_time: { distribution: constant, value: 1ms }, cpu_share: 0.1, response_bytes: 128 }\n"
         "  flaky: { service_time: { distribution: constant, value: 200us }, error_rate: 0.3 }\n"
         "  stuck: { service_time: { distribution: constant, value: 1s } }\n" +
         rest;
}

void expect_calls_add_up(const nlohmann::json& result) {
  ASSERT_FALSE(result.at("arms").empty());
  for (const nlohmann::json& arm : result.at("arms")) {
    const nlohmann::json& calls = arm.at("calls");
    std::uint64_t sum = 0;
    for (const char* outcome : {"ok", "tool_error", "protocol_error", "timed_out", "disconnected", "never_sent"}) {
      sum += calls.at(outcome).get<std::uint64_t>();
    }
    EXPECT_EQ(calls.at("planned").get<std::uint64_t>(), sum) << arm.at("name");
  }
}

bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 12000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

}  // namespace tracetax::test
