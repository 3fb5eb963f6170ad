#include "mock_servers/gateway/balancer.h"

#include <vector>

#include <gtest/gtest.h>

namespace tracetax::gateway {
namespace {

TEST(Balancer, EqualsTakeTurns) {
  Balancer balancer;
  const std::vector<Candidate> idle(3);
  std::vector<std::size_t> picks;
  for (int i = 0; i < 6; ++i) picks.push_back(*balancer.pick(idle));
  EXPECT_EQ(picks, (std::vector<std::size_t>{0, 1, 2, 0, 1, 2}));
}

TEST(Balancer, TakesTheOneWithTheFewestInFlight) {
  Balancer balancer;
  const std::vector<Candidate> loads{{.in_flight = 3}, {.in_flight = 1}, {.in_flight = 2}};
  EXPECT_EQ(balancer.pick(loads), 1u);
  EXPECT_EQ(balancer.pick(loads), 1u);
}

TEST(Balancer, TurnsAreTakenAmongTheLeastLoadedOnly) {
  Balancer balancer;
  const std::vector<Candidate> loads{{.in_flight = 1}, {.in_flight = 5}, {.in_flight = 1}};
  std::vector<std::size_t> picks;
  for (int i = 0; i < 4; ++i) picks.push_back(*balancer.pick(loads));
  EXPECT_EQ(picks, (std::vector<std::size_t>{0, 2, 0, 2}));
}

TEST(Balancer, SkipsWhatIsNotAvailable) {
  Balancer balancer;
  std::vector<Candidate> loads{{.in_flight = 0, .available = false}, {.in_flight = 9}, {.in_flight = 9}};
  EXPECT_EQ(balancer.pick(loads), 1u);
  loads[1].available = loads[2].available = false;
  EXPECT_EQ(balancer.pick(loads), std::nullopt);
  EXPECT_EQ(balancer.pick({}), std::nullopt);
}

}  // namespace
}  // namespace tracetax::gateway
