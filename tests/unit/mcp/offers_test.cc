#include "harness/mcp/offers.h"

#include <gtest/gtest.h>

namespace tracetax::mcp {
namespace {

TEST(Offers, PromptsAreReadWithTheArgumentsTheyRequire) {
  const auto page = read_prompts_page(Json::parse(
      R"({"prompts":[{"name":"a","arguments":[{"name":"x","required":true},{"name":"y"}]},{"name":"b"}],"nextCursor":"n"})"));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->next_cursor, "n");
  ASSERT_EQ(page->prompts.size(), 2u);
  ASSERT_EQ(page->prompts[0].arguments.size(), 2u);
  EXPECT_TRUE(page->prompts[0].arguments[0].required);
  EXPECT_FALSE(page->prompts[0].arguments[1].required);
  EXPECT_TRUE(page->prompts[1].arguments.empty());
}

TEST(Offers, ResourcesAndTemplatesAreRead) {
  const auto page = read_resources_page(Json::parse(R"({"resources":[{"name":"a","uri":"file:///a"}]})"));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->texts, std::vector<std::string>{"file:///a"});
  EXPECT_TRUE(page->next_cursor.empty());
  const auto made = read_templates_page(Json::parse(R"({"resourceTemplates":[{"uriTemplate":"x:{+path}"}]})"));
  ASSERT_TRUE(made);
  EXPECT_EQ(made->texts, std::vector<std::string>{"x:{+path}"});
}

TEST(Offers, WhatIsNoListIsNone) {
  for (const char* text : {"null", "[]", "{}", R"({"prompts":{}})", R"({"prompts":[5]})", R"({"prompts":[{"name":5}]})",
                           R"({"prompts":[{"name":"a","arguments":[5]}]})"})
    EXPECT_FALSE(read_prompts_page(Json::parse(text))) << text;
  for (const char* text : {"null", "{}", R"({"resources":[{"name":"a"}]})", R"({"resources":["file:///a"]})"})
    EXPECT_FALSE(read_resources_page(Json::parse(text))) << text;
}

TEST(Offers, ATemplateMayMakeAUri) {
  const auto fits = [](std::string made, std::string_view uri) { return may_have({{}, {std::move(made)}}, uri); };
  EXPECT_TRUE(fits("db:///{table}/rows/{id}", "db:///people/rows/7"));
  EXPECT_FALSE(fits("db:///{table}/rows/{id}", "db:///people/columns/7"));
  EXPECT_FALSE(fits("db:///{table}/rows", "db:///people/rows/7"));
  EXPECT_FALSE(fits("b:///{table}", "db:///people"));
  EXPECT_TRUE(fits("{+uri}", "anything"));
  EXPECT_TRUE(fits("plain:x", "plain:x"));
  EXPECT_FALSE(fits("plain:x", "plain:xy"));
  EXPECT_FALSE(fits("open:{never", "open:x"));
  EXPECT_TRUE(may_have({{"file:///a"}, {}}, "file:///a"));
  EXPECT_FALSE(may_have({{"file:///a"}, {}}, "file:///b"));
}

}  // namespace
}  // namespace tracetax::mcp
