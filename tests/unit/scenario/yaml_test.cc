// Documents: places, merges, bounds, and bytes that are no YAML.

#include <gtest/gtest.h>

#include "harness/base/rng.h"
#include "harness/scenario/load_scenario.h"
#include "harness/scenario/yaml_tree.h"
#include "tests/unit/scenario/scenario_text.h"

namespace tracetax {
namespace {

const auto source = std::make_shared<const Source>(Source{"f.yaml", 0});

Node parse(const std::string& text) {
  Findings findings;
  auto root = parse_yaml(text, source, findings);
  EXPECT_TRUE(findings.empty()) << findings.front().problem.text();
  return root.value_or(Node{});
}
std::string problem(const std::string& text) {
  Findings findings;
  parse_yaml(text, source, findings);
  return findings.empty() ? "none" : findings.front().problem.text();
}

TEST(Yaml, PlacesCountCharactersAlsoAfterAByteOrderMark) {
  const Node root = parse("\xef\xbb\xbfgröße: { ä: 1, b: 2 }\n");
  const Entry& outer = root.entries.at(0);
  EXPECT_EQ(outer.key, "größe");
  EXPECT_EQ(outer.place.line, 1);
  EXPECT_EQ(outer.place.column, 1);
  EXPECT_EQ(outer.value.entries.at(1).place.column, 16);
  EXPECT_EQ(parse("a: 1\r\nb: 2\r\n").entries.at(1).place.line, 2);
  EXPECT_EQ(parse("a:\nb: 2\n").entries.at(0).value.place.line, 1);  // a value that is not there stands at its key
}

TEST(Yaml, MergeKeysGiveWayToOwnKeysAndEarlierMapsWin) {
  const Node root = parse(
      "one: &one { a: 1, b: 1 }\ntwo: &two { b: 2, c: 2 }\nmerged: { <<: [ *one, *two ], a: 0 }\nplain: { '<<': 5 }\n");
  const Node& merged = root.find("merged")->value;
  EXPECT_EQ(merged.entries.size(), 3U);
  EXPECT_EQ(merged.find("a")->value.text, "0");
  EXPECT_EQ(merged.find("b")->value.text, "1");
  EXPECT_EQ(merged.find("c")->value.text, "2");
  EXPECT_EQ(merged.find("c")->value.place.line, 2);  // where it really stands
  EXPECT_EQ(root.find("plain")->value.find("<<")->value.text, "5");
}

TEST(Yaml, WritesWhatItReads) {
  const char* text =
      "a: '5'\nb: 5\nc: ~\nd: \"\"\ne: [ x, [ ], { } ]\nf: |\n  two\n  lines\n'g: h': \"- \\\" # \\n\"\n'<<': 1\n"
      "\"\": empty\ni: 'null'\nj: a b c\nk: é\nl: '*x'\nm: 'true'\nn: !!str 7\n'*o': '&p'\n";
  const Node root = parse(text);
  const std::string written = write_yaml(root);
  const Node again = parse(written);
  EXPECT_EQ(write_yaml(again), written);
  ASSERT_EQ(again.entries.size(), root.entries.size());
  for (std::size_t i = 0; i < root.entries.size(); ++i) {
    const Entry& was = root.entries[i];
    const Entry& is = again.entries[i];
    EXPECT_EQ(is.key, was.key);
    EXPECT_EQ(is.value.kind, was.value.kind) << was.key;
    EXPECT_EQ(is.value.text, was.value.text) << was.key;
    EXPECT_EQ(is.value.quoted, was.value.quoted) << was.key;
  }
}

TEST(Yaml, DepthAndSizeAreBounded) {
  EXPECT_NE(problem(std::string(100'000, '[')).find("nested more than"), std::string::npos);
  std::string maps;
  for (int i = 0; i < 100; ++i) maps += "{ a: ";
  EXPECT_NE(problem(maps).find("nested more than"), std::string::npos);
  EXPECT_NE(problem("a: [" + std::string(200'000, ',') + "]").find("f.yaml:1:"), std::string::npos);
  std::string many = "a: [";
  for (int i = 0; i < 60'000; ++i) many += "1, ";
  EXPECT_NE(problem(many + "]").find("more than 50000 values"), std::string::npos);
  EXPECT_NE(problem(std::string(2u << 20, 'a')).find("larger than"), std::string::npos);
  // Anchors inside anchors cost copies, which count as well.
  std::string anchors = "a: ";
  for (int i = 0; i < 60; ++i) anchors += "&a" + std::to_string(i) + " [";
  for (int i = 0; i < 20'000; ++i) anchors += "1,";
  EXPECT_NE(problem(anchors + std::string(60, ']')).find("more than 50000 values"), std::string::npos);
}

TEST(Yaml, BytesThatAreNoTextAreNamed) {
  EXPECT_EQ(problem("a: b\n c\xc3("), "f.yaml:2:3: byte 0xc3 is not UTF-8\n  hint: save the file as UTF-8 text");
  EXPECT_NE(problem("a: \xed\xa0\x80").find("not UTF-8"), std::string::npos);      // a surrogate
  EXPECT_NE(problem("a: \xc0\xaf").find("not UTF-8"), std::string::npos);          // overlong
  EXPECT_NE(problem("a: \xf4\x90\x80\x80").find("not UTF-8"), std::string::npos);  // above U+10FFFF
  EXPECT_NE(problem(std::string("\xff\xfe\x61\0", 4)).find("UTF-8"), std::string::npos);
  EXPECT_NE(problem(std::string("a: \0", 4)).find("binary file"), std::string::npos);
  EXPECT_EQ(problem("a: \xf0\x9f\x98\x80 \xe2\x82\xac"), "none");
}

TEST(Yaml, QuotesMustClose) {
  for (const char* open : {"a: \"b\n", "a: 'b\n", "a: 'it''s\n", "a: \"b\\\"\n", "a: ['b', 'c\n"})
    EXPECT_NE(problem(open).find("not"), std::string::npos) << open;
  for (const char* closed :
       {"a: \"b\"\n", "a: 'it''s'\n", "a: \"\\\\\"\n", "a: ''\n", "a: &x \"b\"\n", "a: 'b\n  c'\n"})
    EXPECT_EQ(problem(closed), "none") << closed;
}

// Whatever bytes come: a scenario or a ScenarioError that says something, and nothing else.
TEST(Yaml, DamagedScenariosAreRefusedOrRead) {
  const std::string good = test::read_text(TRACETAX_SOURCE_DIR "/tests/data/scenarios/valid/everything.yaml");
  const std::string spice = "{}[]:,#&*!|>'\"%@`-? \n\t\\0x~<";
  Rng rng(20260102);
  std::size_t refused = 0;
  for (int round = 0; round < 1'500; ++round) {
    std::string text = good;
    for (std::uint64_t i = 0, n = 1 + rng.below(4); i < n; ++i) {
      const std::size_t at = rng.below(text.size());
      switch (rng.below(4)) {
        case 0:
          text[at] = spice[rng.below(spice.size())];
          break;
        case 1:
          text.erase(at, 1 + rng.below(20));
          break;
        case 2:
          text.insert(at, text.substr(rng.below(text.size()), rng.below(40)));
          break;
        default:
          text.resize(at + 1);
      }
    }
    try {
      const LoadedScenario loaded = load_scenario_text(text, "f.yaml");
      const Scenario again = load_scenario_text(loaded.resolved, "r.yaml").scenario;
      ASSERT_EQ(test::everything_of(again), test::everything_of(loaded.scenario)) << text;
    } catch (const ScenarioError& error) {
      ++refused;
      for (const Problem& p : error.problems()) ASSERT_FALSE(p.what.empty());
    }
  }
  EXPECT_GT(refused, 500U);
  EXPECT_LT(refused, 1'500U);
}

}  // namespace
}  // namespace tracetax
