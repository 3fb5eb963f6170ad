#pragma once
// What a mock server offers beside tools: prompts, resources and templates of resources, all of them fixed texts. MCP's
// own words for them are those of the specification ("Server Features").

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tracetax {

struct PromptArgument {
  std::string name;
  std::string description{};
  bool required = false;
  std::vector<std::string> values{};  // what completion/complete suggests; empty: nothing
};

struct PromptMessage {
  enum class Role : std::uint8_t { user, assistant } role = Role::user;
  std::string text{};  // `{argument}` stands for what the caller gives; other braces stay
};

struct PromptSpec {
  std::string name;
  std::string description{};
  std::vector<PromptArgument> arguments{};
  std::vector<PromptMessage> messages{};  // at least one
};

struct ResourceSpec {
  std::string uri;
  std::string name{};  // empty: the URI
  std::string description{};
  std::string mime_type{};  // empty: text/plain, or application/octet-stream of one with `bytes`
  std::string text{};
  std::uint64_t bytes = 0;  // above 0: binary, of this length, in place of `text`
};

struct ResourceTemplate {
  std::string uri_template;  // RFC 6570 as far as {name} and {+name}
  std::string name{};        // empty: the template
  std::string description{};
  std::string mime_type{};                                   // empty: text/plain
  std::string text{};                                        // `{name}` stands for what the URI has in its place
  std::map<std::string, std::vector<std::string>> values{};  // of variables: what completion/complete suggests
};

struct Offer {
  std::vector<PromptSpec> prompts{};
  std::vector<ResourceSpec> resources{};
  std::vector<ResourceTemplate> resource_templates{};
};

}  // namespace tracetax
