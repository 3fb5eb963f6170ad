#include "harness/scenario/fingerprint.h"

#include <gtest/gtest.h>

#include "harness/scenario/load_scenario.h"

namespace tracetax {
namespace {

const std::string text =
    "version: 1\nname: a\n"
    "topology: { servers: [ { name: tools, listen: http } ] }\n"
    "load: { arrivals: { process: poisson, rate: 200/s }, calls: [ { tool: echo, weight: 1 } ] }\n"
    "plan: { window: 5s, seed: 1, blocks: 6 }\n"
    "budgets: [ { metric: latency.p50, max: 5% } ]\n";

std::string with(std::string changed, const std::string& from, const std::string& to) {
  return changed.replace(changed.find(from), from.size(), to);
}

TEST(Fingerprint, IsTheSameWhereTheSameIsMeasured) {
  const std::string print = fingerprint_of(text);
  EXPECT_EQ(print.size(), 16U);
  EXPECT_EQ(fingerprint_of(with(text, "name: a", "name: b\ndescription: other words")), print);
  EXPECT_EQ(fingerprint_of(with(text, "max: 5%", "max: 7%")), print);
  EXPECT_EQ(fingerprint_of(with(text, "seed: 1, blocks: 6", "blocks: { min: 6, max: 24 }, seed: 9, looks: 3")), print);
  EXPECT_EQ(fingerprint_of(with(text, "tool: echo, weight: 1", "weight: 1, tool: echo")), print) << "order of keys";
}

TEST(Fingerprint, IsAnotherWhereSomethingElseIs) {
  const std::string print = fingerprint_of(text);
  EXPECT_NE(fingerprint_of(with(text, "200/s", "201/s")), print);
  EXPECT_NE(fingerprint_of(with(text, "window: 5s", "window: 4s")), print);
  EXPECT_NE(fingerprint_of(with(text, "tool: echo", "tool: spin")), print);
  EXPECT_NE(fingerprint_of(with(text, "listen: http", "listen: ws")), print);
  // A name is left out at the top only: a server's own decides which service is which.
  EXPECT_NE(fingerprint_of(with(text, "name: tools", "name: others")), print);
}

TEST(Fingerprint, OfNoYamlIsAnError) {
  EXPECT_THROW(fingerprint_of("a: [1"), ScenarioError);
}

}  // namespace
}  // namespace tracetax
