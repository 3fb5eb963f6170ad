#include "harness/experiment/environment.h"

#include <cstdlib>

#include <gtest/gtest.h>

namespace tracetax {
namespace {

constexpr const char* commit = "git commit";

class Commit : public testing::Test {
 protected:
  Commit() { clear(); }
  ~Commit() override { clear(); }
  static void clear() {
    for (const char* name : {"TRACETAX_COMMIT", "GITHUB_SHA", "CI_COMMIT_SHA"}) ::unsetenv(name);
  }
};

TEST_F(Commit, IsWhatWhoeverStartsTheRunSays) {
  EXPECT_FALSE(read_environment().versions.contains(commit));
  ::setenv("CI_COMMIT_SHA", "gitlab", 1);
  EXPECT_EQ(read_environment().versions[commit], "gitlab");
  ::setenv("GITHUB_SHA", "github", 1);
  EXPECT_EQ(read_environment().versions[commit], "github");
  ::setenv("TRACETAX_COMMIT", "own", 1);
  EXPECT_EQ(read_environment().versions[commit], "own");
  ::setenv("TRACETAX_COMMIT", "", 1);
  EXPECT_EQ(read_environment().versions[commit], "github");
}

}  // namespace
}  // namespace tracetax
