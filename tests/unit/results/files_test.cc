#include "harness/results/files.h"

#include <csignal>
#include <cstdio>
#include <fstream>
#include <functional>
#include <stdexcept>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/results/gzip.h"
#include "tests/support/temporary_folder.h"

namespace tracetax {
namespace {

namespace fs = std::filesystem;

std::string problem_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "none";
}

TEST(Files, RoundTripBytesAndReplace) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "result.json";
  const std::string bytes("a\0b\n\xff", 5);
  write_file_atomically(file, bytes);
  EXPECT_EQ(read_file(file), bytes);
  write_file_atomically(file, "");
  EXPECT_EQ(read_file(file), "");
  const std::string large(3'000'000, 'x');
  write_file_atomically(file, large);
  EXPECT_EQ(read_file(file), large);
  EXPECT_EQ(folder.entries(), 1U);  // no leftovers
}

TEST(Files, WriteToANameWithoutAFolder) {
  const TemporaryFolder folder;
  const fs::path before = fs::current_path();
  fs::current_path(folder.path());
  write_file_atomically("plain.txt", "here");
  fs::current_path(before);
  EXPECT_EQ(read_file(folder.path() / "plain.txt"), "here");
}

TEST(Files, ReplaceWhatALinkNamesAndNotTheLink) {
  const TemporaryFolder folder;
  const fs::path real = folder.path() / "real.txt";
  const fs::path link = folder.path() / "link.txt";
  write_file_atomically(real, "old");
  fs::create_symlink(real, link);
  write_file_atomically(link, "new");
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(read_file(real), "new");
}

TEST(Files, NamePathAndReasonOfWhatFails) {
  const TemporaryFolder folder;
  const fs::path missing = folder.path() / "no" / "such" / "file";
  EXPECT_NE(problem_of([&] { read_file(missing); }).find(missing.string() + ": cannot open: No such file"),
            std::string::npos);
  EXPECT_NE(problem_of([&] { write_file_atomically(missing, "x"); }).find("No such file"), std::string::npos);
  EXPECT_EQ(problem_of([&] { write_file_atomically(folder.path(), "x"); }),
            folder.path().string() + ": cannot write: Is a directory");
  EXPECT_NE(problem_of([&] { read_file(folder.path()); }).find("Is a directory"), std::string::npos);
}

TEST(Files, SayThatADiskIsFull) {
  EXPECT_EQ(problem_of([] { write_file_atomically("/dev/full", "x"); }),
            "/dev/full: cannot write: No space left on device");
}

TEST(Files, WriteToDevicesInPlace) {
  write_file_atomically("/dev/null", "x");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

// A limit on the size of files stands for a disk that fills up in the middle. In a child, because it binds the process.
TEST(Files, KeepTheOldFileWhenTheDiskFillsUp) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "result.json";
  write_file_atomically(file, "old");
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{.rlim_cur = 100'000, .rlim_max = 100'000};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(2);
    const std::string problem = problem_of([&] { write_file_atomically(file, std::string(1'000'000, 'x')); });
    _exit(problem.find("result.json") != std::string::npos && problem.find("File too large") != std::string::npos ? 0
                                                                                                                  : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(read_file(file), "old");
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(Gzip, RoundTripsInPieces) {
  GzipWriter writer;
  std::string text;
  for (int i = 0; i < 50'000; ++i) {
    const std::string piece = std::to_string(i * 31 % 977) + ",";
    text += piece;
    writer.push(piece);
  }
  const std::string compressed = writer.finish();
  EXPECT_LT(compressed.size(), text.size() / 2);
  EXPECT_EQ(gunzip(compressed), text);
  EXPECT_EQ(gunzip(GzipWriter().finish()), "");
}

TEST(Gzip, RefusesDamage) {
  GzipWriter writer;
  writer.push("some text, some text, some text");
  const std::string good = writer.finish();
  for (std::size_t length = 0; length < good.size(); ++length) {
    EXPECT_EQ(problem_of([&] { gunzip(good.substr(0, length)); }), "gzip: the file is cut off") << length;
  }
  std::string damaged = good;
  damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] ^ 1);  // in the checksum
  EXPECT_EQ(problem_of([&] { gunzip(damaged); }), "gzip: the data is damaged");
  EXPECT_EQ(problem_of([&] { gunzip("call,session"); }), "gzip: the data is damaged");
  EXPECT_EQ(problem_of([&] { gunzip(good + "x"); }), "gzip: there is more after the end");
}

}  // namespace
}  // namespace tracetax
