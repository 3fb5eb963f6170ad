// tracetax record between real processes: neither side sees a difference, and the file has what was called.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/scenario/load_scenario.h"
#include "harness/scenario/recording.h"
#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace tracetax {
namespace {

using test::Process;
using testing::HasSubstr;

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class Record : public testing::Test {
 protected:
  Process tap(std::vector<std::string> command, std::vector<std::string> options = {}) const {
    std::vector<std::string> arguments{"record", "--output", file_};
    arguments.insert(arguments.end(), options.begin(), options.end());
    arguments.emplace_back("--");
    arguments.insert(arguments.end(), command.begin(), command.end());
    return Process({.program = "tracetax", .arguments = arguments, .stdio = true});
  }
  static Process direct(const std::vector<std::string>& command) {
    return Process({.program = command.front(), .arguments = {command.begin() + 1, command.end()}, .stdio = true});
  }

  // What a command of bash's ends with; $TAP is `tracetax record`, $FILE the recording.
  int bash(const std::string& command) const {
    std::ofstream(folder_ / "script") << "cd " << folder_
                                      << "; TAP=\"" TRACETAX_BIN_DIR "/tracetax record\"; FILE=" << file_ << "\n"
                                      << command << "\n";
    const int status = std::system(("bash " + (folder_ / "script").string()).c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  static std::vector<std::string> mcp_server() { return {TRACETAX_BIN_DIR "/mcp-server", "--listen", "stdio"}; }

  TemporaryFolder files_{};
  const std::filesystem::path& folder_ = files_.path();
  const std::string file_ = (folder_ / "calls.jsonl").string();
};

std::string call(int id, const std::string& tool, const std::string& arguments) {
  return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":"tools/call","params":{"name":")" + tool +
         R"(","arguments":)" + arguments + "}}";
}

const char* const hello =
    R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}})";

TEST_F(Record, AClientSeesNoDifferenceAndTheFileHasItsCalls) {
  const std::vector<std::string> requests{hello, call(1, "echo", R"({"text":"hällo"})"),
                                          call(2, "echo", R"({"text":"x","token":"t0p"})"), call(3, "nothing", "{}"),
                                          R"({"jsonrpc":"2.0","id":4,"method":"tools/list"})"};
  Process plain = direct(mcp_server());
  Process tapped = tap(mcp_server());
  for (const std::string& request : requests) {
    plain.write_line(request);
    tapped.write_line(request);
    const auto expected = plain.read_line();
    ASSERT_TRUE(expected);
    EXPECT_EQ(tapped.read_line(), expected);
  }
  tapped.close_stdin();
  EXPECT_EQ(tapped.wait(), 0);
  EXPECT_THAT(tapped.stderr_text(), HasSubstr(R"("event":"ready")"));
  EXPECT_THAT(tapped.stderr_text(), Not(HasSubstr("tracetax")));

  const Recording recording = read_recording(file_);
  ASSERT_EQ(recording.calls.size(), 3u);
  EXPECT_TRUE(recording.timed);
  EXPECT_EQ(recording.calls[0].name, "echo");
  EXPECT_EQ(recording.calls[0].arguments_json, R"({"text":"hällo"})");
  EXPECT_EQ(recording.calls[1].arguments_json, R"({"text":"x","token":"[redacted]"})");
  EXPECT_EQ(recording.calls[2].name, "nothing");
  EXPECT_THAT(text_of(file_), HasSubstr(R"("outcome":"ok")"));
  EXPECT_THAT(text_of(file_), HasSubstr(R"("outcome":"protocol_error")"));
  EXPECT_THAT(text_of(file_), Not(HasSubstr("t0p")));
  struct stat status {};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u) << "what people asked is for its owner to read";
}

TEST_F(Record, ALargeMessagePassesInBothDirections) {
  Process tapped = tap(mcp_server());
  const std::string large(std::size_t{1} << 20, 'x');
  tapped.write_line(hello);
  ASSERT_TRUE(tapped.read_line());
  tapped.write_line(call(1, "echo", R"({"text":")" + large + "\"}"));
  const auto answer = tapped.read_line();
  ASSERT_TRUE(answer);
  EXPECT_EQ(test::Json::parse(*answer)["result"]["content"][0]["text"], large);
  tapped.close_stdin();
  EXPECT_EQ(tapped.wait(), 0);
  EXPECT_EQ(read_recording(file_).calls.at(0).arguments_json, R"({"text":")" + large + "\"}");
}

TEST_F(Record, AServerThatCrashesLeavesItsSignalAndItsCalls) {
  Process tapped = tap({"/bin/sh", "-c", R"(read line; read line; echo "so long" >&2; kill -SEGV $$)"});
  tapped.write_line(hello);
  tapped.write_line(call(1, "echo", "{}"));
  EXPECT_EQ(tapped.wait(), 128 + SIGSEGV);
  EXPECT_EQ(tapped.read_line(), std::nullopt);
  EXPECT_THAT(tapped.stderr_text(), testing::StartsWith("so long"));
  EXPECT_THAT(text_of(file_), HasSubstr(R"("tool":"echo","arguments":{},"outcome":"no answer"})"));
}

TEST_F(Record, CodesAndWordsOfTheServerArePassedOn) {
  Process tapped = tap({"/bin/sh", "-c", R"(printf 'no end of line'; exit 7)"});
  EXPECT_EQ(tapped.wait(), 7);
  // What another program takes for options is the server's.
  EXPECT_EQ(bash("$TAP -o a.jsonl -- echo run --force -o -- x > words; test \"$(cat words)\" = 'run --force -o -- x'"),
            0);
}

TEST_F(Record, SignalsGoToTheServer) {
  Process tapped = tap({"/bin/bash", "-c", "trap 'echo ended; exit 9' TERM; echo ready; while :; do sleep 0.05; done"});
  ASSERT_EQ(tapped.read_line(), "ready");
  tapped.signal(SIGTERM);
  EXPECT_EQ(tapped.read_line(), "ended");
  EXPECT_EQ(tapped.wait(), 9);
}

TEST_F(Record, IsNotOutlivedByTheServer) {
  Process tapped = tap({"/bin/sh", "-c", "echo $$; exec sleep 60"});
  const auto pid = tapped.read_line();
  ASSERT_TRUE(pid);
  tapped.signal(SIGKILL);
  EXPECT_EQ(tapped.wait(), 128 + SIGKILL);
  const auto gone = [&] {
    const std::string status = text_of("/proc/" + *pid + "/stat");
    return status.empty() || status.find(") Z") != std::string::npos;
  };
  for (int i = 0; i < 2000 && !gone(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_TRUE(gone());
}

TEST_F(Record, AnyBytesPassAsTheyAre) {
  EXPECT_EQ(bash("head -c 3000000 /dev/urandom > rubbish; $TAP -o $FILE -- cat < rubbish > back; cmp rubbish back"), 0);
  EXPECT_EQ(text_of(file_), "");
  // The server answers although nobody asks it anything more, and closes its stdout before it ends.
  EXPECT_EQ(bash("$TAP -o b.jsonl -- sh -c 'cat; exec >&-; sleep 0.05; exit 3' < rubbish > back; test $? = 3 && cmp "
                 "rubbish back"),
            0);
}

TEST_F(Record, AClientThatHangsUpEndsTheServer) {
  // Of a pipe that nobody reads the server hears as it would without us: by a signal, or where that is ignored by an
  // error of its write.
  const std::string expected = "yes | head -n 1 > first; expected=${PIPESTATUS[0]}; ";
  EXPECT_EQ(bash(expected + "$TAP -o $FILE -- yes | head -n 1 > first; "
                            "test ${PIPESTATUS[0]} = $expected && test $expected != 0 && test \"$(cat first)\" = y"),
            0);
}

TEST_F(Record, AClientThatDoesNotReadHoldsTheServerUp) {
  Process tapped = tap({"yes"});
  const auto read_so_far = [&] {
    const std::string io = text_of("/proc/" + std::to_string(tapped.pid()) + "/io");
    return std::stoull(io.substr(io.find("rchar: ") + 7));
  };
  // It fills the pipe and what the tap has in its hands; then nothing moves.
  unsigned long long before = 0;
  for (int i = 0; i < 400; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const auto now = read_so_far();
    if (now == before && now > 100'000) break;
    before = now;
  }
  EXPECT_LT(read_so_far(), 4'000'000u);
  EXPECT_EQ(tapped.read_line(), "y");
}

TEST_F(Record, AServerThatStopsReadingIsHeardOf) {
  // The client's write fails, as it would without us; then the server goes on until it ends by itself.
  EXPECT_EQ(bash("(trap '' PIPE; while echo x 2>/dev/null; do :; done; echo heard >&2) 2> client | "
                 "$TAP -o $FILE -- sh -c 'exec <&-; sleep 0.1; echo done; exit 5' > out; "
                 "test ${PIPESTATUS[1]} = 5 && test $(cat out) = done && wait && grep -q heard client"),
            0);
}

TEST_F(Record, StartsNothingWhereNothingCanBeWritten) {
  const auto told = [&](const std::string& options) {
    EXPECT_EQ(bash("$TAP " + options + " -- touch started 2> said"), 2);
    EXPECT_FALSE(std::filesystem::exists(folder_ / "started"));
    return text_of(folder_ / "said");
  };
  EXPECT_THAT(told("-o nowhere/calls.jsonl"), HasSubstr("there is no folder nowhere\n  hint: mkdir -p nowhere"));
  EXPECT_THAT(told("-o ."), HasSubstr("is a folder"));
  EXPECT_THAT(told(""), HasSubstr("needs -o FILE"));
  EXPECT_EQ(bash("$TAP -o a.jsonl touch --no-create started 2> said"), 2);
  EXPECT_THAT(text_of(folder_ / "said"),
              HasSubstr("unknown option `--no-create`\n  hint: what is the command's stands behind `--`"));
  std::ofstream(folder_ / "old.jsonl") << "old";
  EXPECT_THAT(told("-o old.jsonl"), HasSubstr("old.jsonl: is there already\n  hint: "));
  EXPECT_EQ(text_of(folder_ / "old.jsonl"), "old");
  EXPECT_EQ(bash("$TAP -o old.jsonl --force -- true"), 0);
  EXPECT_EQ(text_of(folder_ / "old.jsonl"), "");
  EXPECT_EQ(bash("$TAP -o 'new-{time}-{pid}.jsonl' -- true; ls | grep -qE '^new-[0-9]{8}T[0-9]{6}Z-[0-9]+[.]jsonl$'"),
            0);
  EXPECT_EQ(bash("$TAP -o none.jsonl -- ./no-such-server 2> said"), 2);
  EXPECT_THAT(text_of(folder_ / "said"), HasSubstr("cannot start ./no-such-server: No such file or directory"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "none.jsonl"));
}

TEST_F(Record, TheRecordingIsNobodysStdout) {
  // A descriptor that is free is the next one to be opened.
  EXPECT_EQ(bash("$TAP -o $FILE -- sh -c 'echo words; exit 3' >&-"), 3);
  EXPECT_EQ(text_of(file_), "");
  EXPECT_EQ(bash("$TAP -o b.jsonl -- sh -c 'cat; echo words; exit 3' <&- > said"), 3);
  EXPECT_EQ(text_of(folder_ / "said"), "words\n");
}

TEST_F(Record, AFullDiskHarmsNoTrafficAndIsSaid) {
  std::ofstream(folder_ / "requests") << call(1, "echo", "{}") << "\n" << call(2, "echo", "{}") << "\n";
  EXPECT_EQ(bash("$TAP -o /dev/full --force -- cat < requests > back 2> said"), 4);
  EXPECT_EQ(bash("cmp requests back"), 0);
  EXPECT_EQ(text_of(folder_ / "said"),
            "tracetax record: /dev/full: No space left on device: 0 of 2 calls are written\n");
  EXPECT_EQ(bash("$TAP -o /dev/full --force -- sh -c 'cat > /dev/null; exit 6' < requests"), 6);
}

}  // namespace
}  // namespace tracetax
