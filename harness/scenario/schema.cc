#include "harness/scenario/definitions.h"
#include "harness/scenario/load_scenario.h"

namespace tracetax {
namespace {

using shapes::Json;

// Or null, which takes a key of the extended file away.
Json or_null(Json schema) {
  if (schema.contains("oneOf") || schema.contains("anyOf")) {
    schema[schema.contains("oneOf") ? "oneOf" : "anyOf"].push_back({{"type", "null"}});
  } else if (schema.contains("enum")) {
    schema["enum"].push_back(nullptr);
  } else if (schema.contains("type")) {
    Json types = schema["type"].is_array() ? schema["type"] : Json::array({schema["type"]});
    types.push_back("null");
    schema["type"] = types;
  }
  return schema;
}

// What a file may say that `extends` another: of every map only a part. Lists are replaced, so their items are whole.
Json part_of(Json schema) {
  schema.erase("required");
  if (schema.contains("properties")) {
    for (auto& [key, property] : schema["properties"].items()) property = or_null(part_of(property));
  }
  if (schema.contains("additionalProperties") && schema["additionalProperties"].is_object())
    schema["additionalProperties"] = or_null(part_of(schema["additionalProperties"]));
  // With keys left out several forms may fit at once.
  if (schema.contains("oneOf")) {
    Json forms = Json::array();
    for (const Json& form : schema["oneOf"]) forms.push_back(part_of(form));
    schema.erase("oneOf");
    schema["anyOf"] = forms;
  }
  return schema;
}

}  // namespace

std::string budgets_json_schema() {
  Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
              {"title", "tracetax budgets"},
              {"description", "Made from the definitions that the reader uses; docs/scenario.md is the reference"}};
  schema.update(shapes::budgets_file().schema());
  return schema.dump(1) + "\n";
}

std::string scenario_json_schema() {
  const Json whole = shapes::scenario().schema();
  Json part = part_of(whole);
  part["properties"]["extends"] = {{"type", "string"},
                                   {"minLength", 1},
                                   {"description", "a scenario file, relative to this one, that this one changes"}};
  const Json schema{
      {"$schema", "https://json-schema.org/draft/2020-12/schema"},
      {"title", "tracetax scenario"},
      {"description", "Made from the definitions that the reader uses; docs/scenario.md is the reference"},
      {"if", {{"required", {"extends"}}}},
      {"then", {{"$ref", "#/$defs/part"}}},
      {"else", {{"$ref", "#/$defs/whole"}}},
      {"$defs", {{"whole", whole}, {"part", part}}}};
  return schema.dump(1) + "\n";
}

}  // namespace tracetax
