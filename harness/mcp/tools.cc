#include "harness/mcp/tools.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace tracetax::mcp {
namespace {

constexpr const char* annotation = "x-mcp-header";
constexpr int most_levels = 64;

// RFC 9110, 5.6.2.
bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 || std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string::npos;
  });
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool is_annotated(const Json& schema, int level) {
  if (level > most_levels) return false;
  if (schema.is_object() && schema.contains(annotation)) return true;
  if (!schema.is_structured()) return false;
  return std::ranges::any_of(schema, [&](const Json& part) { return is_annotated(part, level + 1); });
}

bool can_be_mirrored(const Json& schema) {
  static constexpr std::array<std::string_view, 4> kinds{"string", "integer", "boolean", "number"};
  const auto type = schema.find("type");
  return type != schema.end() && type->is_string() &&
         std::ranges::find(kinds, type->get_ref<const std::string&>()) != kinds.end();
}

class Mirror {
 public:
  MirroredArguments take(const Json& schema, const Json& arguments) {
    walk(schema, &arguments, 0);
    if (!out_.problem.empty()) out_.headers.clear();
    return std::move(out_);
  }

 private:
  // `value` null: there is none.
  void walk(const Json& schema, const Json* value, int level) {
    if (!schema.is_object() || level > most_levels) return;
    for (const auto& [keyword, part] : schema.items()) {
      if (keyword == annotation) {
        mirror(schema, part, value, level);
      } else if (keyword == "properties" && part.is_object()) {
        for (const auto& [name, property] : part.items()) {
          const bool there = value != nullptr && value->is_object() && value->contains(name);
          walk(property, there ? &value->at(name) : nullptr, level + 1);
        }
      } else if (keyword != "default" && keyword != "examples" && keyword != "const" && keyword != "enum" &&
                 is_annotated(part, level)) {
        out_.problem = "x-mcp-header stands below `" + keyword + "`, where only `properties` may lead";
      }
    }
  }

  void mirror(const Json& schema, const Json& name, const Json* value, int level) {
    if (level == 0 || !name.is_string() || !is_token(name.get_ref<const std::string&>()) || !can_be_mirrored(schema)) {
      out_.problem =
          "x-mcp-header must be the name of a header, at a property that is a string, an integer or a boolean";
      return;
    }
    const auto& text = name.get_ref<const std::string&>();
    if (std::ranges::find(names_, lower(text)) != names_.end()) {
      out_.problem = "two properties have the same x-mcp-header";
      return;
    }
    names_.push_back(lower(text));
    if (value == nullptr || value->is_null()) return;
    out_.headers.emplace_back("Mcp-Param-" + text,
                              encode_header_value(value->is_string() ? value->get<std::string>() : value->dump()));
  }

  MirroredArguments out_{};
  std::vector<std::string> names_{};
};

}  // namespace

std::optional<ToolsPage> read_tools_page(const Json& result) {
  if (!result.is_object()) return {};
  const auto tools = result.find("tools");
  if (tools == result.end() || !tools->is_array()) return {};
  ToolsPage page;
  for (const Json& tool : *tools) {
    if (!tool.is_object() || !tool.contains("name") || !tool["name"].is_string()) return {};
    Tool& one = page.tools.emplace_back();
    one.name = tool["name"].get<std::string>();
    if (const auto schema = tool.find("inputSchema"); schema != tool.end() && schema->is_object())
      one.input_schema = *schema;
  }
  if (const auto cursor = result.find("nextCursor"); cursor != result.end() && cursor->is_string())
    page.next_cursor = cursor->get<std::string>();
  return page;
}

bool mirrors_arguments(const Json& input_schema) {
  return is_annotated(input_schema, 0);
}

MirroredArguments mirrored_arguments(const Json& input_schema, const Json& arguments) {
  return Mirror().take(input_schema, arguments);
}

}  // namespace tracetax::mcp
