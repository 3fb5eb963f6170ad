// What tools say they take: lists, schemas, and arguments that are repeated in headers.
#include "harness/mcp/tools.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/mcp/input_schema.h"

namespace tracetax::mcp {
namespace {

using ::testing::HasSubstr;

// "path: what | hint" of each problem, a line each.
std::string problems(const char* arguments, const char* schema) {
  std::string text;
  for (const ArgumentProblem& problem : check_arguments(Json::parse(arguments), Json::parse(schema))) {
    std::string path;
    for (const std::string& part : problem.path) path += (path.empty() ? "" : ".") + part;
    text += path + ": " + problem.what + (problem.hint.empty() ? "" : " | " + problem.hint) + "\n";
  }
  return text;
}

TEST(ToolsPage, HasNamesSchemasAndWhereItGoesOn) {
  const auto page = read_tools_page(
      Json::parse(R"({"tools":[{"name":"a","inputSchema":{"type":"object"}},{"name":"b"}],"nextCursor":"x"})"));
  ASSERT_TRUE(page);
  ASSERT_EQ(page->tools.size(), 2u);
  EXPECT_EQ(page->tools[0].input_schema, Json::parse(R"({"type":"object"})"));
  EXPECT_EQ(page->tools[1].input_schema, Json::object());
  EXPECT_EQ(page->next_cursor, "x");
  for (const char* none : {"[]", "{}", R"({"tools":{}})", R"({"tools":[{"title":"a"}]})", R"({"tools":[3]})"})
    EXPECT_FALSE(read_tools_page(Json::parse(none))) << none;
}

TEST(InputSchema, WhatFitsHasNoProblems) {
  EXPECT_EQ(problems("{}", "{}"), "");
  EXPECT_EQ(problems(R"({"a":1.0,"b":[1,2],"c":null,"d":"x","e":{"f":true}})",
                     R"({"type":"object","required":["a"],"additionalProperties":false,"properties":{
                         "a":{"type":"integer","minimum":1,"maximum":1},
                         "b":{"type":"array","items":{"type":"number"},"minItems":2,"maxItems":2},
                         "c":{"anyOf":[{"type":"string"},{"type":"null"}]},
                         "d":{"enum":["x","y"],"minLength":1,"maxLength":1},
                         "e":{"$ref":"#/$defs/flag"}},
                         "$defs":{"flag":{"type":"object","properties":{"f":{"const":true}}}}})"),
            "");
}

TEST(InputSchema, SaysWhatIsWrongWhereAndWhatToDo) {
  const char* schema = R"({"type":"object","required":["text"],"additionalProperties":false,"properties":{
      "text":{"type":"string","minLength":2,"maxLength":3},"n":{"type":"integer","exclusiveMinimum":0,"maximum":9},
      "color":{"enum":["red","green"]},"list":{"type":"array","items":{"type":"boolean"},"maxItems":2}}})";
  EXPECT_EQ(problems(R"({"txt":"ab"})", schema),
            "text: is missing | the tool requires `text`, a string\n"
            "txt: is not among the tool's arguments | did you mean `text`?\n");
  EXPECT_EQ(problems(R"({"text":5})", schema),
            "text: must be a string, got `5` | put it in quotes to make it a string\n");
  EXPECT_EQ(problems(R"({"text":"ü"})", schema), "text: must have at least 2 characters, got 1\n");
  EXPECT_EQ(problems(R"({"text":"abcd"})", schema), "text: must have at most 3 characters, got 4\n");
  EXPECT_EQ(problems(R"({"text":"ab","n":"5"})", schema),
            "n: must be an integer, got `\"5\"` | what is quoted in YAML is a string\n");
  EXPECT_EQ(problems(R"({"text":"ab","n":1.5})", schema), "n: must be an integer, got `1.5`\n");
  EXPECT_EQ(problems(R"({"text":"ab","n":0})", schema), "n: must be above 0, got `0`\n");
  EXPECT_EQ(problems(R"({"text":"ab","n":10})", schema), "n: must be at most 9, got `10`\n");
  EXPECT_EQ(problems(R"({"text":"ab","color":"blue"})", schema),
            "color: is none of the values that the tool takes, got `\"blue\"` | one of: `\"red\"`, `\"green\"`\n");
  EXPECT_EQ(problems(R"({"text":"ab","list":[true,1,0]})", schema),
            "list: must have at most 2 items, got 3\n"
            "list.1: must be a boolean, got `1`\nlist.2: must be a boolean, got `0`\n");
}

TEST(InputSchema, FormsAreTriedAndTheNearestIsTold) {
  const char* schema = R"({"properties":{"x":{"anyOf":[{"type":"string"},
      {"type":"object","properties":{"y":{"type":"integer"}}}]},"z":{"oneOf":[{"type":"integer"},{"minimum":5}]}}})";
  EXPECT_EQ(problems(R"({"x":{"y":"a"}})", schema),
            "x.y: must be an integer, got `\"a\"` | what is quoted in YAML is a string\n");
  EXPECT_EQ(problems(R"({"z":7})", schema), "z: fits 2 of the forms of which the tool takes exactly one\n");
  EXPECT_EQ(problems(R"({"z":3})", schema), "");
  EXPECT_EQ(problems(R"({"a":1})", R"({"properties":{"a":false}})"), "a: is not allowed here\n");
}

// Schemas come from anybody.
TEST(InputSchema, StrangeSchemasEndAndRefuseNothingByThemselves) {
  EXPECT_EQ(problems(R"({"a":{"a":{"a":{}}}})", R"({"properties":{"a":{"$ref":"#"}}})"), "");
  EXPECT_EQ(problems("{}", R"({"$ref":"#"})"), "");
  EXPECT_EQ(problems(R"({"a":1})", R"({"type":5,"properties":[],"required":"a","enum":{},"anyOf":[],"$ref":"x.json"})"),
            "");
  EXPECT_EQ(problems(R"({"a":1})", R"({"properties":{"a":{"type":["x"],"minimum":"b","$ref":"#nowhere"}}})"), "");
  EXPECT_THAT(problems(R"({"<script>":1})", R"({"additionalProperties":false})"),
              HasSubstr("<script>: is not among the tool's arguments | it takes none"));
}

TEST(InputSchema, ASchemaThatBranchesIntoItselfEnds) {
  EXPECT_EQ(problems(R"({"a":1})", R"({"anyOf":[{"$ref":"#"},{"$ref":"#"},{"$ref":"#"}]})"), "");
}

TEST(InputSchema, PatternsAreHeldTo) {
  const char* schema = R"({"properties":{"id":{"type":"string","pattern":"^[A-Z]{2}-\\d+$"},"any":{"pattern":"b+"},
      "when":{"type":"string","format":"date-time"}}})";
  EXPECT_EQ(problems(R"({"id":"AB-12","any":"abc","when":"tomorrow"})", schema), "")
      << "format says, and asserts nothing";
  EXPECT_EQ(problems(R"({"id":"ab-12"})", schema),
            "id: must match `\"^[A-Z]{2}-\\\\d+$\"`, got `\"ab-12\"` | a regular expression of the tool's, of the "
            "whole text\n");
  EXPECT_EQ(
      problems(R"({"any":"x"})", schema),
      "any: must match `\"b+\"`, got `\"x\"` | a regular expression of the tool's, to be found anywhere in the text\n");
  EXPECT_EQ(problems(R"({"any":5})", schema), "") << "a pattern is of texts";
  // What cannot be judged here the server judges.
  EXPECT_EQ(problems(R"({"a":"x"})", R"J({"properties":{"a":{"pattern":"(?=y)"}}})J"), "");
  EXPECT_EQ(problems(R"({"a":"x"})", R"J({"properties":{"a":{"pattern":"("}}})J"), "");
}

TEST(InputSchema, PropertiesByPatternAreHeldToTheirs) {
  const char* schema = R"({"additionalProperties":false,"properties":{"x_y":{"minimum":1}},
      "patternProperties":{"^x_":{"type":"integer"}}})";
  EXPECT_EQ(problems(R"({"x_a":1,"x_y":2})", schema), "");
  EXPECT_EQ(problems(R"({"x_a":"b"})", schema),
            "x_a: must be an integer, got `\"b\"` | what is quoted in YAML is a string\n");
  EXPECT_EQ(problems(R"({"x_y":0})", schema), "x_y: must be at least 1, got `0`\n");
  EXPECT_EQ(problems(R"({"y":1})", schema), "y: is not among the tool's arguments | one of: x_y\n");
  EXPECT_EQ(problems(R"({"y":1})", R"J({"additionalProperties":false,"patternProperties":{"(?=z)":{}}})J"), "");
}

MirroredArguments mirrored(const char* schema, const char* arguments) {
  return mirrored_arguments(Json::parse(schema), Json::parse(arguments));
}

TEST(MirroredArguments, AreThoseWithAHeaderAtAnyDepth) {
  const char* schema = R"({"properties":{"region":{"type":"string","x-mcp-header":"Region"},"q":{"type":"string"},
      "o":{"type":"object","properties":{"n":{"type":"integer","x-mcp-header":"N"},
      "b":{"type":"boolean","x-mcp-header":"B"}}}}})";
  EXPECT_EQ(mirrored(schema, R"({"region":"eu","q":"x","o":{"n":42,"b":true}})").headers,
            (HeaderFields{{"Mcp-Param-B", "true"}, {"Mcp-Param-N", "42"}, {"Mcp-Param-Region", "eu"}}));
  EXPECT_EQ(mirrored(schema, R"({"region":null,"o":5})").headers, HeaderFields{});
  EXPECT_EQ(mirrored(schema, R"({"region":"Zürich"})").headers,
            (HeaderFields{{"Mcp-Param-Region", "=?base64?WsO8cmljaA==?="}}));
}

TEST(MirroredArguments, AnnotationsAgainstTheRulesAreAProblem) {
  for (const char* schema :
       {R"({"properties":{"a":{"type":"string","x-mcp-header":"a b"}}})",
        R"({"properties":{"a":{"type":"string","x-mcp-header":""}}})", R"({"properties":{"a":{"x-mcp-header":"A"}}})",
        R"({"properties":{"a":{"type":"object","x-mcp-header":"A"}}})",
        R"({"properties":{"a":{"type":"string","x-mcp-header":"A"},"b":{"type":"string","x-mcp-header":"a"}}})",
        R"({"properties":{"a":{"type":"array","items":{"type":"string","x-mcp-header":"A"}}}})",
        R"({"anyOf":[{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}]})", R"({"x-mcp-header":"A"})"}) {
    const MirroredArguments found = mirrored(schema, R"({"a":"x","b":"y"})");
    EXPECT_NE(found.problem, "") << schema;
    EXPECT_EQ(found.headers, HeaderFields{}) << schema;
  }
}

}  // namespace
}  // namespace tracetax::mcp
