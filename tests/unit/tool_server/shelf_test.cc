// What mcp-server offers beside tools.

#include "mock_servers/tool_server/shelf.h"

#include <gtest/gtest.h>

namespace tracetax::tool_server {
namespace {

using mcp::Json;

Offer offer() {
  Offer out;
  PromptSpec review;
  review.name = "review";
  review.description = "Reviews code";
  review.arguments = {{"language", "of the code", true, {"python", "Perl", "rust"}}, {"code"}};
  review.messages = {{PromptMessage::Role::user, R"(Review this {language}: {code} {"a":{b}})"},
                     {PromptMessage::Role::assistant, "Gladly."}};
  PromptSpec plain;
  plain.name = "plain";
  plain.messages = {{PromptMessage::Role::user, "hi"}};
  out.prompts = {review, plain};
  ResourceSpec text, blob;
  text.uri = "file:///a.md";
  text.name = "a";
  text.mime_type = "text/markdown";
  text.text = "# Ä";
  blob.uri = "mock://blob";
  blob.bytes = 300;
  out.resources = {text, blob};
  ResourceTemplate user;
  user.uri_template = "mock://users/{id}";
  user.text = R"({"id":"{id}","x":"{x}"})";
  user.values = {{"id", {"ada", "bob"}}};
  out.resource_templates = {user};
  return out;
}

Json result(const Shelf& shelf, const char* method, const Json& params = Json::object()) {
  return std::get<Json>(shelf.answer(method, params));
}
int code(const Shelf& shelf, const char* method, const Json& params) {
  const auto outcome = shelf.answer(method, params);
  const auto* error = std::get_if<mcp::ErrorObject>(&outcome);
  return error == nullptr ? 0 : error->code;
}

TEST(Shelf, AdvertisesWhatThereIs) {
  EXPECT_EQ(Shelf(offer(), 0).capabilities(), Json::parse(R"({"prompts":{},"resources":{},"completions":{}})"));
  EXPECT_EQ(Shelf({}, 0).capabilities(), Json::object());
  Offer only_templates;
  only_templates.resource_templates = offer().resource_templates;
  only_templates.resource_templates[0].values.clear();
  EXPECT_EQ(Shelf(only_templates, 0).capabilities(), Json::parse(R"({"resources":{}})"));
  Offer only_prompts;
  only_prompts.prompts = {offer().prompts[1]};
  EXPECT_EQ(Shelf(only_prompts, 0).capabilities(), Json::parse(R"({"prompts":{}})"));
}

TEST(Shelf, Lists) {
  const Shelf shelf(offer(), 0);
  EXPECT_EQ(result(shelf, "prompts/list"), Json::parse(R"({"prompts":[
      {"name":"review","description":"Reviews code","arguments":[
        {"name":"language","description":"of the code","required":true},{"name":"code","required":false}]},
      {"name":"plain"}]})"));
  EXPECT_EQ(result(shelf, "resources/list"), Json::parse(R"({"resources":[
      {"uri":"file:///a.md","name":"a","mimeType":"text/markdown","size":4},
      {"uri":"mock://blob","name":"mock://blob","mimeType":"application/octet-stream","size":300}]})"));
  EXPECT_EQ(result(shelf, "resources/templates/list"), Json::parse(R"({"resourceTemplates":[
      {"uriTemplate":"mock://users/{id}","name":"mock://users/{id}","mimeType":"text/plain"}]})"));
  const auto first = result(Shelf(offer(), 1), "prompts/list");
  EXPECT_EQ(first["prompts"].size(), 1u);
  EXPECT_EQ(result(Shelf(offer(), 1), "prompts/list", {{"cursor", first["nextCursor"]}})["prompts"][0]["name"],
            "plain");
  EXPECT_EQ(code(Shelf(offer(), 1), "resources/list", {{"cursor", first["nextCursor"]}}), mcp::invalid_params);
}

TEST(Shelf, FillsPromptsIn) {
  const Shelf shelf(offer(), 0);
  const auto got =
      result(shelf, "prompts/get", Json::parse(R"({"name":"review","arguments":{"language":"rust","b":"no"}})"));
  EXPECT_EQ(got, Json::parse(R"json({"description":"Reviews code","messages":[
      {"role":"user","content":{"type":"text","text":"Review this rust:  {\"a\":{b}}"}},
      {"role":"assistant","content":{"type":"text","text":"Gladly."}}]})json"));
  EXPECT_EQ(code(shelf, "prompts/get", {{"name", "review"}}), mcp::invalid_params);
  EXPECT_EQ(code(shelf, "prompts/get", {{"name", "nothing"}}), mcp::invalid_params);
  EXPECT_EQ(code(shelf, "prompts/get", {{"name", "plain"}}), 0);
}

TEST(Shelf, ReadsTextsBytesAndTemplates) {
  const Shelf shelf(offer(), 0);
  EXPECT_EQ(result(shelf, "resources/read", {{"uri", "file:///a.md"}}),
            Json::parse(R"({"contents":[{"uri":"file:///a.md","mimeType":"text/markdown","text":"# Ä"}]})"));
  const auto blob = result(shelf, "resources/read", {{"uri", "mock://blob"}})["contents"][0];
  EXPECT_EQ(blob["blob"].get<std::string>().size(), 400u);  // 4 characters for each 3 bytes
  EXPECT_EQ(blob["blob"].get<std::string>().substr(0, 4), "AAcO");
  EXPECT_EQ(
      result(shelf, "resources/read", {{"uri", "mock://users/a%20b"}})["contents"][0],
      Json::parse(
          R"json({"uri":"mock://users/a%20b","mimeType":"text/plain","text":"{\"id\":\"a b\",\"x\":\"{x}\"}"})json"));
  const auto missing = shelf.answer("resources/read", {{"uri", "mock://users/1/2"}});
  EXPECT_EQ(std::get<mcp::ErrorObject>(missing).code, mcp::resource_not_found);
  EXPECT_EQ(std::get<mcp::ErrorObject>(missing).data, Json::parse(R"({"uri":"mock://users/1/2"})"));
}

Json ask(const char* type, const char* key, const char* of, const char* name, const char* typed) {
  return {{"ref", {{"type", type}, {key, of}}}, {"argument", {{"name", name}, {"value", typed}}}};
}

TEST(Shelf, CompletesWhatItHasValuesFor) {
  const Shelf shelf(offer(), 0);
  const auto values = [&](const Json& params) { return result(shelf, "completion/complete", params)["completion"]; };
  EXPECT_EQ(values(ask("ref/prompt", "name", "review", "language", "P")),
            Json::parse(R"({"values":["python","Perl"],"total":2,"hasMore":false})"));
  EXPECT_EQ(values(ask("ref/prompt", "name", "review", "code", ""))["values"], Json::array());
  EXPECT_EQ(values(ask("ref/resource", "uri", "mock://users/{id}", "id", ""))["total"], 2);
  EXPECT_EQ(code(shelf, "completion/complete", ask("ref/prompt", "name", "nothing", "x", "")), mcp::invalid_params);
  EXPECT_EQ(code(shelf, "completion/complete", ask("ref/prompt", "name", "review", "x", "")), mcp::invalid_params);
  EXPECT_EQ(code(shelf, "completion/complete", ask("ref/resource", "uri", "mock://users/{id}", "x", "")),
            mcp::invalid_params);
}

TEST(Shelf, SuggestsAHundredAtMost) {
  Offer many = offer();
  many.prompts[0].arguments[0].values.clear();
  for (int i = 0; i < 150; ++i) many.prompts[0].arguments[0].values.push_back("v" + std::to_string(i));
  const auto out =
      result(Shelf(many, 0), "completion/complete", ask("ref/prompt", "name", "review", "language", "v"))["completion"];
  EXPECT_EQ(out["values"].size(), 100u);
  EXPECT_EQ(out["total"], 150);
  EXPECT_EQ(out["hasMore"], true);
}

}  // namespace
}  // namespace tracetax::tool_server
