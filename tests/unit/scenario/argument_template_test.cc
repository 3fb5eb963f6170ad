#include "harness/scenario/argument_template.h"

#include <array>
#include <cmath>
#include <functional>
#include <regex>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "harness/base/rng.h"

namespace tracetax {
namespace {

using Json = nlohmann::json;

std::uint64_t draw_of(std::uint64_t call) {
  return derive_seed({7, call}) >> 11;
}

std::string render(const std::string& json, std::uint64_t draw, std::uint64_t number = 1, const LinesByFile& lines = {},
                   Numbers numbers = Numbers::as_numbers) {
  std::string out;
  ArgumentTemplate(json, lines, numbers).render(out, draw, number);
  return out;
}

std::string what_is_wrong(const std::string& text) {
  const auto wrong = wrong_template(text);
  return wrong ? wrong->what + " / " + wrong->hint : "nothing";
}

TEST(ArgumentTemplate, WithoutTemplatesGivesTheSameJson) {
  const std::string json = R"({"b":[1,2.5,null,true,{}],"a":"x\"\\\u0001ü $ {} $} $","":{"k":[]}})";
  EXPECT_EQ(Json::parse(render(json, 1)), Json::parse(json));
  EXPECT_FALSE(ArgumentTemplate(json, {}).varies());
  EXPECT_FALSE(ArgumentTemplate(R"({"a":"$${counter}"})", {}).varies());
  EXPECT_TRUE(ArgumentTemplate(R"({"a":"${counter}"})", {}).varies());
  EXPECT_EQ(render(R"({"a":"$${int:1..2} $$${x}"})", 1), R"({"a":"${int:1..2} $${x}"})");
}

// Bytes that must never change: recorded results were made with them.
TEST(ArgumentTemplate, HasKnownAnswers) {
  const LinesByFile lines{{"f.txt", std::make_shared<const std::vector<std::string>>(
                                        std::vector<std::string>{"first", "se\"cond", "third"})}};
  const std::string all =
      R"({"c":"${counter}","i":"${int:-5..5}","f":"${float:0..1}","o":"${choice:a,b,c}","h":"${hex:20}","u":"${uuid}",)"
      R"("l":"${line:f.txt}","t":"n ${counter} of ${int:1..1000}"})";
  const std::string one = render(all, 123456789, 42, lines);
  EXPECT_EQ(one, render(all, 123456789, 42, lines));
  // Computed apart from this code from SplitMix64's definition and these rules.
  EXPECT_EQ(one, R"({"c":42,"i":-5,"f":0.9315171904873251,"o":"b","h":"0ce81084bdd02d36e526",)"
                 R"("u":"ebda51d2-7ac1-4771-a371-8f625bd6f3f2","l":"first","t":"n 42 of 232"})");
}

TEST(ArgumentTemplate, OfANumberAloneIsAJsonNumberAndElseText) {
  const Json made = Json::parse(render(R"({"n":"${int:3..3}","c":"${counter}","f":"${float:1..2}","t":"x${int:3..3}",
                                          "h":"${choice:5}","deep":[{"n":"${int:4..4}"}]})",
                                       1, 9));
  EXPECT_EQ(made.at("n"), 3);
  EXPECT_EQ(made.at("c"), 9);
  EXPECT_TRUE(made.at("f").is_number());
  EXPECT_EQ(made.at("t"), "x3");
  EXPECT_EQ(made.at("h"), "5");
  EXPECT_EQ(made.at("deep").at(0).at("n"), 4);
  const Json texts = Json::parse(render(R"({"n":"${int:3..3}","c":"${counter}"})", 1, 9, {}, Numbers::as_texts));
  EXPECT_EQ(texts, (Json{{"n", "3"}, {"c", "9"}}));
}

TEST(ArgumentTemplate, ChoicesAndLinesAreEscapedAsJson) {
  const LinesByFile lines{
      {"f", std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"a \"b\" \\ \t ü"})}};
  const Json made = Json::parse(render(R"({"l":"<${line:f}>","c":"${choice:\"}"})", 5, 1, lines));
  EXPECT_EQ(made.at("l"), "<a \"b\" \\ \t ü>");
  EXPECT_EQ(made.at("c"), "\"");
}

// Pearson's statistic over `calls` draws; the 99.9 % quantiles are of tables. The seed is fixed: it passes or fails
// always.
double chi_square(std::size_t classes, const std::function<std::size_t(std::uint64_t)>& class_of) {
  constexpr std::uint64_t calls = 20'000;
  std::vector<double> seen(classes);
  for (std::uint64_t i = 0; i < calls; ++i) seen.at(class_of(draw_of(i))) += 1;
  const double expected = static_cast<double>(calls) / static_cast<double>(classes);
  double sum = 0;
  for (const double count : seen) sum += (count - expected) * (count - expected) / expected;
  return sum;
}

TEST(ArgumentTemplate, DrawsAreUniform) {
  const LinesByFile lines{
      {"f", std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"0", "1", "2", "3", "4"})}};
  const auto whole = [&](const std::string& text) {
    const ArgumentTemplate made("{\"v\":\"" + text + "\"}", lines);
    return [made](std::uint64_t draw) {
      std::string out;
      made.render(out, draw, 1);
      const Json value = Json::parse(out).at("v");
      return value.is_number_float() ? static_cast<std::size_t>(value.get<double>() * 10)
             : value.is_number()     ? value.get<std::size_t>()
                                     : static_cast<std::size_t>(std::stoul(value.get<std::string>(), nullptr, 16));
    };
  };
  EXPECT_LT(chi_square(10, whole("${int:0..9}")), 27.9);     // 9 degrees of freedom
  EXPECT_LT(chi_square(10, whole("${float:0..1}")), 27.9);   // 9
  EXPECT_LT(chi_square(16, whole("${hex:1}")), 37.7);        // 15
  EXPECT_LT(chi_square(3, whole("${choice:0,1,2}")), 13.9);  // 2
  EXPECT_LT(chi_square(5, whole("${line:f}")), 18.5);        // 4
  // Two templates of one call draw each for itself: pairs are uniform too.
  const ArgumentTemplate two(R"({"a":"${int:0..4}","b":"${int:0..4}"})", {});
  EXPECT_LT(chi_square(25,
                       [&](std::uint64_t draw) {
                         std::string out;
                         two.render(out, draw, 1);
                         const Json made = Json::parse(out);
                         return made.at("a").get<std::size_t>() * 5 + made.at("b").get<std::size_t>();
                       }),
            51.2);  // 24
}

TEST(ArgumentTemplate, UuidsAreOfVersion4AndNoneComesTwice) {
  const std::regex form("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  std::set<std::string> seen;
  std::set<char> variants;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    const auto uuid = Json::parse(render(R"({"u":"${uuid}"})", draw_of(i))).at("u").get<std::string>();
    ASSERT_TRUE(std::regex_match(uuid, form)) << uuid;
    EXPECT_TRUE(seen.insert(uuid).second) << uuid;
    variants.insert(uuid[19]);
  }
  EXPECT_EQ(variants.size(), 4u);
}

TEST(ArgumentTemplate, HexHasItsDigitsAndIntItsEnds) {
  EXPECT_EQ(Json::parse(render(R"({"h":"${hex:1024}"})", 3)).at("h").get<std::string>().size(), 1024u);
  std::set<int> seen;
  for (std::uint64_t i = 0; i < 200; ++i)
    seen.insert(Json::parse(render(R"({"i":"${int:-2..2}"})", draw_of(i))).at("i").get<int>());
  EXPECT_EQ(seen, (std::set<int>{-2, -1, 0, 1, 2}));
  // No step of rounding on the way: these are 2^53 and its negative.
  EXPECT_EQ(what_is_wrong("${int:-9007199254740992..9007199254740992}"), "nothing");
}

TEST(ArgumentTemplate, MistakesAreToldWithHints) {
  EXPECT_EQ(what_is_wrong("no $ template {here} $$"), "nothing");
  EXPECT_EQ(what_is_wrong("${int:9..1}"), "`${int:9..1}` has no values / the smaller number comes first");
  EXPECT_EQ(what_is_wrong("a ${int:1-9}"), "`${int:1-9}` is no range of whole numbers / e.g. ${int:1..1000}");
  EXPECT_EQ(what_is_wrong("${int:0..9007199254740993}"),
            "`${int:0..9007199254740993}` goes beyond ±2^53 / JSON readers round larger numbers");
  EXPECT_EQ(what_is_wrong("${float:1..1}"), "`${float:1..1}` has no values / the smaller number comes first");
  EXPECT_EQ(what_is_wrong("${float:0..inf}"), "`${float:0..inf}` is no range of numbers / e.g. ${float:0..1}");
  EXPECT_EQ(what_is_wrong("${hex:0}"), "`${hex:0}` has no number of digits from 1 to 1024 / e.g. ${hex:16}");
  EXPECT_EQ(what_is_wrong("${choice:}"), "`${choice:}` has nothing to choose from / e.g. ${choice:a,b,c}");
  EXPECT_EQ(what_is_wrong("${line:}"), "`${line:}` names no file / e.g. ${line:words.txt}");
  EXPECT_EQ(what_is_wrong("${uuid:4}"), "`${uuid:4}` takes no value / write ${uuid}");
  EXPECT_EQ(what_is_wrong("${counter"), "`${counter` has no end / close it with }, or write $${ for ${");
  EXPECT_NE(what_is_wrong("${env:HOME}").find("is not possible in arguments"), std::string::npos);
  EXPECT_NE(what_is_wrong("${random}").find("is no template / one of: ${counter}, "), std::string::npos);
}

TEST(ArgumentTemplate, FilesAreFoundAndRenamed) {
  const std::string text = "${line:a.txt} $${line:a.txt} ${line:b/c.txt}${line:a.txt}";
  EXPECT_EQ(files_in_template(text), (std::vector<std::string>{"a.txt", "b/c.txt", "a.txt"}));
  EXPECT_EQ(with_files_renamed(text, {{"a.txt", "x"}, {"c.txt", "no"}}),
            "${line:x} $${line:a.txt} ${line:b/c.txt}${line:x}");
}

}  // namespace
}  // namespace tracetax
