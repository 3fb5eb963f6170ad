#include "harness/experiment/placement.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tracetax {
namespace {

TEST(Placement, NoCoreHasTwoRolesMoreThanAnother) {
  const std::array cores{1, 4, 6};
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    std::map<int, int> roles;
    for (const int core : draw_placement(8, cores, seed)) ++roles[core];
    ASSERT_EQ(roles.size(), 3U);
    for (const auto& [core, count] : roles) {
      EXPECT_TRUE(std::ranges::find(cores, core) != cores.end());
      EXPECT_GE(count, 2);
      EXPECT_LE(count, 3);
    }
  }
}

TEST(Placement, EveryRoleIsOnEveryCoreAndWithEveryOtherSometimes) {
  const std::array cores{0, 1};
  std::set<std::vector<int>> seen;
  for (std::uint64_t seed = 0; seed < 500; ++seed) seen.insert(draw_placement(4, cores, seed));
  EXPECT_EQ(seen.size(), 6U);  // 4 choose 2
}

TEST(Placement, TheSeedAloneDecidesItAndFewRolesHaveCoresOfTheirOwn) {
  const std::array cores{0, 1, 2, 3, 4, 5, 6, 7};
  EXPECT_EQ(draw_placement(4, cores, 5), draw_placement(4, cores, 5));
  EXPECT_NE(draw_placement(4, cores, 5), draw_placement(4, cores, 6));
  const auto few = draw_placement(4, cores, 5);
  EXPECT_EQ(std::set<int>(few.begin(), few.end()).size(), 4U);
  EXPECT_TRUE(draw_placement(0, cores, 1).empty());
}

TEST(Placement, AProcessIsPutOnItsCoreAndOneThatIsGoneIsNot) {
  const std::vector<int> cores = allowed_cores();
  ASSERT_FALSE(cores.empty());
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::pause();
    ::_exit(0);
  }
  EXPECT_TRUE(place_main_thread(child, cores.back()));
  cpu_set_t set;
  ASSERT_EQ(::sched_getaffinity(child, sizeof set, &set), 0);
  EXPECT_EQ(CPU_COUNT(&set), 1);
  EXPECT_TRUE(CPU_ISSET(static_cast<std::size_t>(cores.back()), &set));
  EXPECT_EQ(allowed_cores(), cores) << "nobody else is moved";
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_FALSE(place_main_thread(child, cores.back()));
}

}  // namespace
}  // namespace tracetax
