#pragma once
// What a server says of its prompts and resources, as the client that is to ask for them reads it. Values only.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/mcp/message.h"

namespace tracetax::mcp {

struct PromptArgument {
  std::string name{};
  bool required = false;
};

struct Prompt {
  std::string name{};
  std::vector<PromptArgument> arguments{};
};

struct PromptsPage {
  std::vector<Prompt> prompts{};
  std::string next_cursor{};  // empty: the last page
};
// Empty: the result is none of `prompts/list`.
std::optional<PromptsPage> read_prompts_page(const Json& result);

struct TextsPage {
  std::vector<std::string> texts{};
  std::string next_cursor{};
};
// The `uri`s of a `resources/list`, the `uriTemplate`s of a `resources/templates/list`. Empty: it is none.
std::optional<TextsPage> read_resources_page(const Json& result);
std::optional<TextsPage> read_templates_page(const Json& result);

struct ResourceList {
  std::vector<std::string> uris{};
  std::vector<std::string> templates{};  // RFC 6570
};
// Whether the URI is listed, or may be made from one of the templates: an expression stands for any text, so that a
// template is thought to make more than it does.
bool may_have(const ResourceList& resources, std::string_view uri);

}  // namespace tracetax::mcp
