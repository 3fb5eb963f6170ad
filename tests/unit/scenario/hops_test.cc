// What an arm says of a hop, over what the topology says of it.

#include <gtest/gtest.h>

#include "harness/scenario/load_scenario.h"
#include "tests/unit/scenario/scenario_text.h"

namespace tracetax {
namespace {

using namespace std::chrono_literals;
using Words = std::vector<std::string>;

Scenario with(const std::string& topology, const std::string& arms) {
  const std::string text =
      "version: 1\nname: hops\ntopology: " + topology +
      "\nload: { arrivals: { process: poisson, rate: 100/s }, calls: [ { tool: find } ] }\narms: " + arms + "\n";
  return load_scenario_text(text, "folder/hops.yaml").scenario;
}

std::string warnings_of(const Scenario& scenario) {
  std::string all;
  for (const std::string& warning : scenario_warnings(scenario)) all += warning + "\n";
  return all;
}

const std::string program =
    "{ servers: [ { name: s, command: [node, server.js], environment: { A: one, B: two }, cwd: app, start_timeout: 50s "
    "} ] }";

TEST(HopsOfArms, WhatAnArmSaysIsOverWhatTheTopologySays) {
  const Scenario s = with(program,
                          "{ off: { role: control }, on: { services: { s: { environment: { B: three, C: four }, cwd: . "
                          "} } }, other: { services: { s: { command: [python, server.py], start_timeout: 1m } } } }");
  const Hop& hop = s.topology.servers.front();
  EXPECT_EQ(&hop_in(hop, s.arms[0]), &hop);
  EXPECT_EQ(hop.start_timeout, 50s);

  const Hop& on = hop_in(hop, s.arms[1]);
  EXPECT_EQ(on.name, "s");
  EXPECT_EQ(on.command, (Words{"node", "server.js"}));
  EXPECT_EQ(on.environment, (std::map<std::string, std::string>{{"A", "one"}, {"B", "three"}, {"C", "four"}}));
  EXPECT_EQ(on.cwd, ".");
  EXPECT_EQ(on.start_timeout, 50s);

  const Hop& other = hop_in(hop, s.arms[2]);
  EXPECT_EQ(other.command, (Words{"python", "server.py"}));
  EXPECT_EQ(other.environment, hop.environment);
  EXPECT_EQ(other.cwd, "app");
  EXPECT_EQ(other.start_timeout, 1min);
  EXPECT_EQ(command_of(hop, s.arms[2]), other.command);
  EXPECT_EQ(era_of_load(hop, s.arms[2]), std::nullopt);
}

TEST(HopsOfArms, AUrlTakesThePlaceOfACommandAndTheOtherWayRound) {
  const std::string url =
      "{ servers: [ { name: s, url: 'https://127.0.0.1:1/mcp', tls: { ca: a.pem }, headers: { X-Tenant: a } } ] }";
  const Scenario s = with(url,
                          "{ one: { role: control }, ws: { services: { s: { url: 'ws://127.0.0.1:2/mcp' } } }, own: { "
                          "services: { s: { command: [node] } } }, https: { services: { s: { url: "
                          "'https://127.0.0.1:3/mcp' } } } }");
  const Hop& hop = s.topology.servers.front();
  const Hop& ws = hop_in(hop, s.arms[1]);
  EXPECT_EQ(ws.url, "ws://127.0.0.1:2/mcp");
  EXPECT_EQ(ws.listen, TransportKind::ws);
  EXPECT_EQ(ws.ca, "");
  EXPECT_EQ(ws.headers.size(), 1U);
  const Hop& own = hop_in(hop, s.arms[2]);
  EXPECT_EQ(own.url, "");
  EXPECT_EQ(own.command, Words{"node"});
  EXPECT_TRUE(own.headers.empty());
  EXPECT_EQ(own.ca, "");
  EXPECT_EQ(hop_in(hop, s.arms[3]).ca, "a.pem");

  const Scenario p =
      with(program, "{ off: { role: control }, on: { services: { s: { url: 'http://127.0.0.1:1/mcp' } } } }");
  const Hop& away = hop_in(p.topology.servers.front(), p.arms[1]);
  EXPECT_TRUE(away.command.empty());
  EXPECT_EQ(away.listen, TransportKind::http);
  EXPECT_FALSE(all_mocks(p.topology, p.arms[1]));
}

TEST(HopsOfArms, TheShortFormSaysTheSame) {
  const std::string arms = "{ off: { role: control }, on: { ";
  const Scenario brief = with(program, arms + "commands: { s: [other] } } }");
  const Scenario whole = with(program, arms + "services: { s: { command: [other] } } } }");
  const Hop& hop = brief.topology.servers.front();
  EXPECT_EQ(test::everything_of(hop_in(hop, brief.arms[1])), test::everything_of(hop_in(hop, whole.arms[1])));
  EXPECT_EQ(command_of(hop, brief.arms[1]), Words{"other"});
}

TEST(HopsOfArms, OneSettingOfAServerThatRunsElsewhereIsWarnedAbout) {
  const std::string here = "{ servers: [ { name: s, url: 'http://127.0.0.1:1/mcp' } ] }";
  const std::string same = warnings_of(with(here, "{ off: { role: control }, on: {} }"));
  EXPECT_NE(same.find("s runs elsewhere in arms off, on: it is not started anew"), std::string::npos) << same;
  EXPECT_NE(same.find("s is the same URL in several arms, http://127.0.0.1:1/mcp"), std::string::npos) << same;
  const std::string two =
      warnings_of(with(here, "{ off: { role: control }, on: { services: { s: { url: 'http://127.0.0.1:2/mcp' } } } }"));
  EXPECT_NE(two.find("s runs elsewhere"), std::string::npos);
  EXPECT_EQ(two.find("the same URL"), std::string::npos) << two;
}

}  // namespace
}  // namespace tracetax
