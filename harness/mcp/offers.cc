#include "harness/mcp/offers.h"

#include <algorithm>

namespace tracetax::mcp {
namespace {

std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Empty: there is none.
const Json* list_at(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found != object.end() && found->is_array() ? &*found : nullptr;
}

std::optional<TextsPage> read_texts(const Json& result, const char* list, const char* key) {
  const Json* const items = list_at(result, list);
  if (items == nullptr) return {};
  TextsPage page{{}, text_at(result, "nextCursor")};
  for (const Json& item : *items) {
    if (!item.is_object() || text_at(item, key).empty()) return {};
    page.texts.push_back(text_at(item, key));
  }
  return page;
}

// The literal parts come one after the other, the first where the URI begins and the last where it ends.
bool may_make(std::string_view pattern, std::string_view uri) {
  bool first = true;
  for (;;) {
    const auto open = pattern.find('{');
    const std::string_view literal = pattern.substr(0, open);
    if (open == std::string_view::npos) return first ? uri == literal : uri.ends_with(literal);
    const auto at = uri.find(literal);
    if (at == std::string_view::npos || (first && at != 0)) return false;
    uri.remove_prefix(at + literal.size());
    const auto close = pattern.find('}', open);
    if (close == std::string_view::npos) return false;
    pattern.remove_prefix(close + 1);
    first = false;
  }
}

}  // namespace

std::optional<PromptsPage> read_prompts_page(const Json& result) {
  const Json* const prompts = list_at(result, "prompts");
  if (prompts == nullptr) return {};
  PromptsPage page{{}, text_at(result, "nextCursor")};
  for (const Json& prompt : *prompts) {
    if (!prompt.is_object() || text_at(prompt, "name").empty()) return {};
    Prompt& one = page.prompts.emplace_back();
    one.name = text_at(prompt, "name");
    const Json* const arguments = list_at(prompt, "arguments");
    if (arguments == nullptr) continue;
    for (const Json& argument : *arguments) {
      if (!argument.is_object()) return {};
      const auto required = argument.find("required");
      one.arguments.push_back({text_at(argument, "name"), required != argument.end() && *required == true});
    }
  }
  return page;
}

std::optional<TextsPage> read_resources_page(const Json& result) {
  return read_texts(result, "resources", "uri");
}

std::optional<TextsPage> read_templates_page(const Json& result) {
  return read_texts(result, "resourceTemplates", "uriTemplate");
}

bool may_have(const ResourceList& resources, std::string_view uri) {
  return std::ranges::find(resources.uris, uri) != resources.uris.end() ||
         std::ranges::any_of(resources.templates, [&](const std::string& made) { return may_make(made, uri); });
}

}  // namespace tracetax::mcp
