#include "mock_servers/tool_server/shelf.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>
#include <vector>

#include "harness/mcp/paging.h"
#include "harness/mcp/protocol.h"
#include "harness/mcp/uri_template.h"

namespace tracetax::tool_server {
namespace {

using mcp::ErrorObject;
using mcp::Json;

constexpr std::size_t most_suggestions = 100;  // MCP, "Completion Results"

ErrorObject invalid(std::string what) {
  return {mcp::invalid_params, std::move(what)};
}

void add_text(Json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}

Json listed(const PromptSpec& prompt) {
  Json out{{"name", prompt.name}};
  add_text(out, "description", prompt.description);
  if (prompt.arguments.empty()) return out;
  Json& arguments = out["arguments"] = Json::array();
  for (const PromptArgument& argument : prompt.arguments) {
    Json one{{"name", argument.name}, {"required", argument.required}};
    add_text(one, "description", argument.description);
    arguments.push_back(std::move(one));
  }
  return out;
}

std::string mime_type_of(const ResourceSpec& resource) {
  if (!resource.mime_type.empty()) return resource.mime_type;
  return resource.bytes > 0 ? "application/octet-stream" : "text/plain";
}

std::string mime_type_of(const ResourceTemplate& resource) {
  return resource.mime_type.empty() ? "text/plain" : resource.mime_type;
}

Json listed(const ResourceSpec& resource) {
  Json out{{"uri", resource.uri},
           {"name", resource.name.empty() ? resource.uri : resource.name},
           {"mimeType", mime_type_of(resource)},
           {"size", resource.bytes > 0 ? resource.bytes : resource.text.size()}};
  add_text(out, "description", resource.description);
  return out;
}

Json listed(const ResourceTemplate& resource) {
  Json out{{"uriTemplate", resource.uri_template},
           {"name", resource.name.empty() ? resource.uri_template : resource.name},
           {"mimeType", mime_type_of(resource)}};
  add_text(out, "description", resource.description);
  return out;
}

// Every byte has another value than its neighbours, so that a reader notices what is missing.
std::string binary(std::uint64_t bytes) {
  std::string out(bytes, '\0');
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<char>(i * 7 + i / 256);
  return out;
}

Json contents(const std::string& uri, const std::string& mime_type, const char* key, std::string value) {
  return {{"contents", Json::array({{{"uri", uri}, {"mimeType", mime_type}, {key, std::move(value)}}})}};
}

bool begins_with(std::string_view text, std::string_view typed) {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
  };
  return text.size() >= typed.size() && std::equal(typed.begin(), typed.end(), text.begin(), same);
}

Json completion(const std::vector<std::string>& values, const std::string& typed) {
  Json fitting = Json::array();
  std::size_t total = 0;
  for (const std::string& value : values) {
    if (!begins_with(value, typed)) continue;
    if (++total <= most_suggestions) fitting.push_back(value);
  }
  return {{"completion", {{"values", std::move(fitting)}, {"total", total}, {"hasMore", total > most_suggestions}}}};
}

template <class T>
Json all_listed(const std::vector<T>& items) {
  Json out = Json::array();
  for (const T& item : items) out.push_back(listed(item));
  return out;
}

}  // namespace

Shelf::Shelf(Offer offer, std::size_t page_size)
    : offer_(std::move(offer)),
      page_size_(page_size),
      prompts_(all_listed(offer_.prompts)),
      resources_(all_listed(offer_.resources)),
      templates_(all_listed(offer_.resource_templates)) {}

Json Shelf::capabilities() const {
  Json out = Json::object();
  if (!offer_.prompts.empty()) out["prompts"] = Json::object();
  if (!offer_.resources.empty() || !offer_.resource_templates.empty()) out["resources"] = Json::object();
  const auto suggests = [](const auto& item) { return !item.values.empty(); };
  const bool completes =
      std::ranges::any_of(offer_.prompts,
                          [&](const PromptSpec& prompt) { return std::ranges::any_of(prompt.arguments, suggests); }) ||
      std::ranges::any_of(offer_.resource_templates, suggests);
  if (completes) out["completions"] = Json::object();
  return out;
}

Outcome Shelf::answer(std::string_view method, const Json& params) const {
  if (method == "prompts/list") return mcp::page_of("prompts", prompts_, page_size_, params);
  if (method == "resources/list") return mcp::page_of("resources", resources_, page_size_, params);
  if (method == "resources/templates/list") return mcp::page_of("resourceTemplates", templates_, page_size_, params);
  if (method == "prompts/get") return get_prompt(params);
  if (method == "resources/read") return read(params);
  if (method == "completion/complete") return complete(params);
  return ErrorObject{mcp::method_not_found, "no method '" + std::string(method) + "'"};
}

Outcome Shelf::get_prompt(const Json& params) const {
  const auto name = params.at("name").get<std::string>();
  const auto prompt = std::ranges::find(offer_.prompts, name, &PromptSpec::name);
  if (prompt == offer_.prompts.end()) return invalid("no prompt '" + name + "': prompts/list names those there are");
  const Json given = params.value("arguments", Json::object());
  for (const PromptArgument& argument : prompt->arguments) {
    if (argument.required && !given.contains(argument.name)) {
      return invalid("the prompt '" + name + "' needs the argument '" + argument.name + "'");
    }
  }
  // One that is not given is empty; what is no argument of the prompt is no place to fill in.
  const auto value = [&](std::string_view key) -> std::optional<std::string> {
    const std::string argument(key);
    if (std::ranges::find(prompt->arguments, argument, &PromptArgument::name) == prompt->arguments.end()) return {};
    return given.value(argument, std::string());
  };
  Json messages = Json::array();
  for (const PromptMessage& message : prompt->messages) {
    messages.push_back({{"role", message.role == PromptMessage::Role::user ? "user" : "assistant"},
                        {"content", {{"type", "text"}, {"text", mcp::fill_in(message.text, value)}}}});
  }
  Json result{{"messages", std::move(messages)}};
  add_text(result, "description", prompt->description);
  return result;
}

Outcome Shelf::read(const Json& params) const {
  const auto uri = params.at("uri").get<std::string>();
  const auto resource = std::ranges::find(offer_.resources, uri, &ResourceSpec::uri);
  if (resource != offer_.resources.end()) {
    const auto mime_type = mime_type_of(*resource);
    if (resource->bytes == 0) return contents(uri, mime_type, "text", resource->text);
    return contents(uri, mime_type, "blob", mcp::to_base64(binary(resource->bytes)));
  }
  for (const ResourceTemplate& one : offer_.resource_templates) {
    const auto variables = mcp::match_uri(one.uri_template, uri);
    if (!variables) continue;
    const auto value = [&](std::string_view key) -> std::optional<std::string> {
      const auto found = variables->find(std::string(key));
      return found == variables->end() ? std::nullopt : std::optional(found->second);
    };
    return contents(uri, mime_type_of(one), "text", mcp::fill_in(one.text, value));
  }
  return ErrorObject{mcp::resource_not_found, "no resource '" + uri + "'", Json{{"uri", uri}}};
}

Outcome Shelf::complete(const Json& params) const {
  const Json& ref = params.at("ref");
  const Json& argument = params.at("argument");
  const auto name = argument.at("name").get<std::string>();
  const auto typed = argument.at("value").get<std::string>();
  if (ref.at("type") == "ref/prompt") {
    const auto prompt = std::ranges::find(offer_.prompts, ref.at("name").get<std::string>(), &PromptSpec::name);
    if (prompt == offer_.prompts.end()) return invalid("no prompt '" + ref.at("name").get<std::string>() + "'");
    const auto known = std::ranges::find(prompt->arguments, name, &PromptArgument::name);
    if (known == prompt->arguments.end()) return invalid("the prompt has no argument '" + name + "'");
    return completion(known->values, typed);
  }
  const auto uri = ref.at("uri").get<std::string>();
  const auto one = std::ranges::find(offer_.resource_templates, uri, &ResourceTemplate::uri_template);
  if (one == offer_.resource_templates.end()) return invalid("no template '" + uri + "'");
  const auto values = one->values.find(name);
  const bool variable =
      uri.find("{" + name + "}") != std::string::npos || uri.find("{+" + name + "}") != std::string::npos;
  if (!variable) return invalid("the template has no variable '" + name + "'");
  return completion(values == one->values.end() ? std::vector<std::string>() : values->second, typed);
}

}  // namespace tracetax::tool_server
