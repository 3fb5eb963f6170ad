#include "harness/mcp/request_params.h"

#include <string>
#include <utility>

#include "harness/mcp/notices.h"

namespace tracetax::mcp {
namespace {

ErrorObject invalid(std::string what) {
  return {invalid_params, std::move(what)};
}

const Json* member(const Json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return object.is_object() && found != object.end() ? &*found : nullptr;
}

bool is_text(const Json* value) {
  return value != nullptr && value->is_string();
}

std::optional<ErrorObject> check_prompt(const Json& params) {
  if (!is_text(member(params, "name"))) return invalid("params.name must be a string");
  const Json* arguments = member(params, "arguments");
  if (arguments == nullptr) return {};
  if (!arguments->is_object()) return invalid("params.arguments must be an object");
  for (const auto& [name, value] : arguments->items()) {
    if (!value.is_string())
      return invalid("params.arguments." + name + " must be a string, as all arguments of prompts");
  }
  return {};
}

std::optional<ErrorObject> check_completion(const Json& params) {
  const Json* ref = member(params, "ref");
  const Json* type = ref != nullptr ? member(*ref, "type") : nullptr;
  const bool of_prompt = is_text(type) && *type == "ref/prompt" && is_text(member(*ref, "name"));
  const bool of_resource = is_text(type) && *type == "ref/resource" && is_text(member(*ref, "uri"));
  if (!of_prompt && !of_resource) {
    return invalid("params.ref must be {type: ref/prompt, name} or {type: ref/resource, uri}");
  }
  const Json* argument = member(params, "argument");
  if (argument == nullptr || !is_text(member(*argument, "name")) || !is_text(member(*argument, "value"))) {
    return invalid("params.argument must be {name, value}, both strings");
  }
  return {};
}

}  // namespace

bool is_list(std::string_view method) {
  return method == "tools/list" || method == "prompts/list" || method == "resources/list" ||
         method == "resources/templates/list";
}

const char* capability_of(std::string_view method) {
  if (method == "prompts/list" || method == "prompts/get") return "prompts";
  if (method == "resources/list" || method == "resources/read" || method == "resources/templates/list") {
    return "resources";
  }
  if (method == "completion/complete") return "completions";
  if (method == "logging/setLevel") return "logging";
  return nullptr;
}

std::optional<ErrorObject> check_params(const Request& request) {
  const Json& params = request.params;
  if (request.method == "prompts/get") return check_prompt(params);
  if (request.method == "completion/complete") return check_completion(params);
  if (request.method == "resources/read" && !is_text(member(params, "uri"))) {
    return invalid("params.uri must be a string");
  }
  if (request.method == "logging/setLevel") {
    const Json* level = member(params, "level");
    if (!is_text(level) || !read_log_level(level->get_ref<const std::string&>())) {
      return invalid("params.level must be one of debug, info, notice, warning, error, critical, alert, emergency");
    }
  }
  if (is_list(request.method)) {
    const Json* cursor = member(params, "cursor");
    if (cursor != nullptr && !cursor->is_null() && !cursor->is_string())
      return invalid("params.cursor must be a string");
  }
  if (request.method != "tools/call") return {};
  const auto name = request.params.find("name");
  if (name == request.params.end() || !name->is_string())
    return ErrorObject{invalid_params, "params.name must be a string"};
  const auto arguments = request.params.find("arguments");
  if (arguments != request.params.end() && !arguments->is_object()) {
    return ErrorObject{invalid_params, "params.arguments must be an object"};
  }
  return {};
}

}  // namespace tracetax::mcp
