// Prompts and resources of scenarios and of mcp-server's configuration.

#include <gtest/gtest.h>

#include "harness/scenario/load_scenario.h"
#include "harness/scenario/service_config.h"
#include "tests/support/temporary_folder.h"

namespace tracetax {
namespace {

class OfferTest : public testing::Test {
 protected:
  std::string write(const std::string& text) const { return folder_.write("offer.yaml", text); }
  // The problems of a server's configuration, a line each.
  std::string problems(const std::string& text) const {
    try {
      read_server_config(write(text));
    } catch (const ScenarioError& error) {
      return error.what();
    }
    return {};
  }

 private:
  TemporaryFolder folder_{};
};

constexpr const char* full = R"(
prompts:
  review:
    description: Reviews code
    arguments: [ { name: language, required: true, values: [python, rust] }, { name: code } ]
    messages: [ { text: "Review {language}" }, { role: assistant, text: Gladly. } ]
resources:
  - { uri: "file:///a.md", name: a, mime_type: text/markdown, text: "# A" }
  - { uri: "mock://blob", bytes: 4KiB }
resource_templates:
  - { uri_template: "mock://users/{id}", text: "user {id}", values: { id: [ada] } }
)";

void expect_full(const Offer& offer) {
  ASSERT_EQ(offer.prompts.size(), 1U);
  EXPECT_EQ(offer.prompts[0].name, "review");
  ASSERT_EQ(offer.prompts[0].arguments.size(), 2U);
  EXPECT_TRUE(offer.prompts[0].arguments[0].required);
  EXPECT_EQ(offer.prompts[0].arguments[0].values, (std::vector<std::string>{"python", "rust"}));
  EXPECT_FALSE(offer.prompts[0].arguments[1].required);
  ASSERT_EQ(offer.prompts[0].messages.size(), 2U);
  EXPECT_EQ(offer.prompts[0].messages[0].role, PromptMessage::Role::user);
  EXPECT_EQ(offer.prompts[0].messages[1].role, PromptMessage::Role::assistant);
  ASSERT_EQ(offer.resources.size(), 2U);
  EXPECT_EQ(offer.resources[0].text, "# A");
  EXPECT_EQ(offer.resources[1].bytes, 4096U);
  ASSERT_EQ(offer.resource_templates.size(), 1U);
  EXPECT_EQ(offer.resource_templates[0].values.at("id"), std::vector<std::string>{"ada"});
}

TEST_F(OfferTest, AServersIsReadAndWritten) {
  const ServerConfig config =
      read_server_config(write(std::string(full) + "page_size: 7\nlogging: true\nallowed_hosts: [a.example]\n"));
  expect_full(config.offer);
  const ServerConfig back = read_server_config(write(write_config(config)));
  expect_full(back.offer);
  EXPECT_EQ(back.page_size, 7U);
  EXPECT_TRUE(back.logging);
  EXPECT_EQ(back.allowed_hosts, std::vector<std::string>{"a.example"});
}

TEST_F(OfferTest, ProgramsOfBeforeMeetNoKeyThatTheyDoNotKnow) {
  const std::string text = write_config(ServerConfig{});
  for (const char* key : {"prompts", "resources", "page_size", "logging", "allowed"})
    EXPECT_EQ(text.find(key), std::string::npos) << key;
}

TEST_F(OfferTest, AScenariosIsRead) {
  const auto file = write(std::string(R"(
version: 1
name: x
topology: { servers: [ { name: tools } ] }
load: { arrivals: { process: constant, rate: 10/s }, calls: [ { tool: echo, arguments: { text: a } } ] }
arms: { untraced: { role: control }, traced: { tracing: { sampler: always_on } } }
)") + full);
  expect_full(load_scenario(file).scenario.offer);
}

TEST_F(OfferTest, MistakesAreToldWithTheirPlace) {
  const std::pair<const char*, const char*> table[] = {
      {"prompts: { p: { arguments: [ { name: a } ] } }", "prompts.p.messages: is missing"},
      {"prompts: { p: { messages: [] } }", "prompts.p.messages: must not be empty"},
      {"prompts: { p: { messages: [ { role: system, text: a } ] } }", "prompts.p.messages.0.role: unknown word"},
      {"prompts: { p: { arguments: [ { name: a }, { name: a } ], messages: [ { text: a } ] } }",
       "two arguments are called `a`"},
      {"resources: [ { text: a } ]", "resources.0.uri: is missing"},
      {"resources: [ { uri: u } ]", "resources.0.text: is missing"},
      {"resources: [ { uri: u, text: a, bytes: 1 } ]", "resources.0.bytes: cannot be together with `text`"},
      {"resources: [ { uri: u, text: a }, { uri: u, text: b } ]", "resources.1.uri: `u` is there twice"},
      {"resource_templates: [ { uri_template: \"u\", text: a } ]", "has no {variable}"},
      {"resource_templates: [ { uri_template: \"u/{a}\", text: a, values: { b: [x] } } ]",
       "`b` is no variable of u/{a}"},
  };
  for (const auto& [text, problem] : table) {
    const auto said = problems(text);
    EXPECT_NE(said.find(problem), std::string::npos) << text << "\n" << said;
    EXPECT_NE(said.find("offer.yaml:1:"), std::string::npos) << said;
  }
}

}  // namespace
}  // namespace tracetax
