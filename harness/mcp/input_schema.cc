#include "harness/mcp/input_schema.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include "harness/base/text.h"
#include "harness/mcp/ecma_pattern.h"

namespace tracetax::mcp {
namespace {

constexpr int most_levels = 64;         // a schema may refer to itself
constexpr int most_steps = 100'000;     // and do so twice at each level
constexpr std::size_t most_shown = 60;  // bytes of a value in a message
constexpr std::size_t most_words = 20;  // in a hint

using Problems = std::vector<ArgumentProblem>;

std::string shown(const Json& value) {
  std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (text.size() > most_shown) text = text.substr(0, most_shown) + "…";
  return "`" + text + "`";
}

bool has_type(const Json& value, std::string_view type) {
  if (type == "string") return value.is_string();
  if (type == "number") return value.is_number();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  // 1.0 is an integer in JSON Schema.
  if (type == "integer")
    return value.is_number_integer() ||
           (value.is_number_float() && std::trunc(value.get<double>()) == value.get<double>());
  return true;
}

std::string with_article(const std::string& type) {
  if (type == "null") return type;
  return (type == "integer" || type == "array" || type == "object" ? "an " : "a ") + type;
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0u) != 0x80u; }));
}

const Json* find(const Json& schema, const char* keyword) {
  const auto found = schema.find(keyword);
  return found == schema.end() ? nullptr : &*found;
}

class Checker {
 public:
  explicit Checker(const Json& root) : root_(root) {}

  Problems check(const Json& value) {
    Problems problems;
    std::vector<std::string> path;
    at(value, root_, path, problems, 0);
    return problems;
  }

 private:
  using Path = std::vector<std::string>;

  void at(const Json& value, const Json& schema, Path& path, Problems& out, int level) {
    if (schema.is_boolean() && !schema.get<bool>()) out.push_back({path, "is not allowed here", {}});
    if (!schema.is_object() || level > most_levels || ++steps_ > most_steps) return;
    if (const Json* ref = find(schema, "$ref"); ref != nullptr && ref->is_string()) {
      if (const Json* target = resolve(ref->get_ref<const std::string&>())) at(value, *target, path, out, level + 1);
    }
    const std::size_t before = out.size();
    check_type(value, schema, path, out);
    check_choice(value, schema, path, out);
    if (out.size() > before) return;
    if (value.is_number()) check_number(value, schema, path, out);
    if (value.is_string()) check_text(value.get_ref<const std::string&>(), schema, path, out);
    if (value.is_object()) check_object(value, schema, path, out, level);
    if (value.is_array()) check_list(value, schema, path, out, level);
    check_forms(value, schema, path, out, level);
  }

  const Json* resolve(const std::string& ref) const {
    if (!ref.starts_with("#")) return nullptr;
    try {
      const Json::json_pointer pointer(ref.substr(1));
      return root_.contains(pointer) ? &root_.at(pointer) : nullptr;
    } catch (const Json::exception&) {
      return nullptr;  // "#name": an anchor
    }
  }

  static void check_type(const Json& value, const Json& schema, const Path& path, Problems& out) {
    const Json* type = find(schema, "type");
    if (type == nullptr) return;
    std::vector<std::string> allowed;
    if (type->is_string()) allowed.push_back(type->get<std::string>());
    if (type->is_array()) {
      for (const Json& one : *type) {
        if (one.is_string()) allowed.push_back(one.get<std::string>());
      }
    }
    if (allowed.empty() || std::ranges::any_of(allowed, [&](const auto& one) { return has_type(value, one); })) return;
    std::string wanted;
    for (const std::string& one : allowed) wanted += (wanted.empty() ? "" : " or ") + with_article(one);
    std::string hint;
    if (value.is_string() && allowed.front() != "string") {
      hint = "what is quoted in YAML is a string";
    } else if (allowed.front() == "string" && value.is_primitive()) {
      hint = "put it in quotes to make it a string";
    }
    out.push_back({path, "must be " + wanted + ", got " + shown(value), std::move(hint)});
  }

  static void check_choice(const Json& value, const Json& schema, const Path& path, Problems& out) {
    if (const Json* constant = find(schema, "const"); constant != nullptr && *constant != value)
      out.push_back({path, "must be " + shown(*constant) + ", got " + shown(value), {}});
    const Json* allowed = find(schema, "enum");
    if (allowed == nullptr || !allowed->is_array() || std::ranges::find(*allowed, value) != allowed->end()) return;
    std::string words;
    for (std::size_t i = 0; i < std::min(allowed->size(), most_words); ++i)
      words += (i == 0 ? "" : ", ") + shown((*allowed)[i]);
    out.push_back({path, "is none of the values that the tool takes, got " + shown(value), "one of: " + words});
  }

  static void check_number(const Json& value, const Json& schema, const Path& path, Problems& out) {
    const auto number = value.get<double>();
    const auto refuse = [&](const char* words, const Json& limit) {
      out.push_back({path, std::string("must be ") + words + " " + limit.dump() + ", got " + shown(value), {}});
    };
    const auto limit = [&](const char* keyword, const char* words, auto broken) {
      const Json* of = find(schema, keyword);
      if (of != nullptr && of->is_number() && broken(of->get<double>())) refuse(words, *of);
    };
    limit("minimum", "at least", [&](double least) { return number < least; });
    limit("maximum", "at most", [&](double most) { return number > most; });
    limit("exclusiveMinimum", "above", [&](double low) { return number <= low; });
    limit("exclusiveMaximum", "below", [&](double high) { return number >= high; });
  }

  static void check_size(std::size_t size, const Json& schema, const char* least, const char* most,
                         const std::string& unit, const Path& path, Problems& out) {
    const auto got = ", got " + std::to_string(size);
    if (const Json* of = find(schema, least);
        of != nullptr && of->is_number_unsigned() && size < of->get<std::size_t>())
      out.push_back({path, "must have at least " + of->dump() + " " + unit + got, {}});
    if (const Json* of = find(schema, most); of != nullptr && of->is_number_unsigned() && size > of->get<std::size_t>())
      out.push_back({path, "must have at most " + of->dump() + " " + unit + got, {}});
  }

  static void check_text(const std::string& text, const Json& schema, const Path& path, Problems& out) {
    check_size(code_points(text), schema, "minLength", "maxLength", "characters", path, out);
    const Json* pattern = find(schema, "pattern");
    if (pattern == nullptr || !pattern->is_string()) return;
    const auto& expression = pattern->get_ref<const std::string&>();
    if (!finds_pattern(expression, text).value_or(true))
      out.push_back({path, "must match " + shown(*pattern) + ", got " + shown(text), pattern_hint(expression)});
  }

  static std::string pattern_hint(std::string_view expression) {
    const bool whole = expression.starts_with('^') && expression.ends_with('$');
    return whole ? "a regular expression of the tool's, of the whole text"
                 : "a regular expression of the tool's, to be found anywhere in the text";
  }

  void check_list(const Json& value, const Json& schema, Path& path, Problems& out, int level) {
    check_size(value.size(), schema, "minItems", "maxItems", "items", path, out);
    const Json* items = find(schema, "items");
    if (items == nullptr) return;
    for (std::size_t i = 0; i < value.size(); ++i) {
      path.push_back(std::to_string(i));
      at(value[i], *items, path, out, level + 1);
      path.pop_back();
    }
  }

  void check_object(const Json& value, const Json& schema, Path& path, Problems& out, int level) {
    static const Json none = Json::object();
    const Json* given = find(schema, "properties");
    const Json& properties = given != nullptr && given->is_object() ? *given : none;
    if (const Json* required = find(schema, "required"); required != nullptr && required->is_array()) {
      for (const Json& name : *required) {
        if (!name.is_string() || value.contains(name.get_ref<const std::string&>())) continue;
        path.push_back(name.get<std::string>());
        out.push_back({path, "is missing", described(properties, name.get_ref<const std::string&>())});
        path.pop_back();
      }
    }
    const Json* others = find(schema, "additionalProperties");
    for (const auto& [name, member] : value.items()) {
      path.push_back(name);
      const bool by_name = properties.contains(name);
      if (by_name) at(member, properties[name], path, out, level + 1);
      const bool by_pattern = check_by_patterns(name, member, schema, path, out, level);
      if (!by_name && !by_pattern && others != nullptr) {
        if (others->is_boolean() && !others->get<bool>()) {
          out.push_back({path, "is not among the tool's arguments", names_of(properties, name)});
        } else if (others->is_object()) {
          at(member, *others, path, out, level + 1);
        }
      }
      path.pop_back();
    }
  }

  // Whether the name is one that `patternProperties` speak of, or may be.
  bool check_by_patterns(const std::string& name, const Json& member, const Json& schema, Path& path, Problems& out,
                         int level) {
    const Json* patterns = find(schema, "patternProperties");
    if (patterns == nullptr || !patterns->is_object()) return false;
    bool spoken_of = false;
    for (const auto& [expression, of] : patterns->items()) {
      const std::optional<bool> found = finds_pattern(expression, name);
      if (found.value_or(false)) at(member, of, path, out, level + 1);
      spoken_of = spoken_of || found.value_or(true);
    }
    return spoken_of;
  }

  static std::string described(const Json& properties, const std::string& name) {
    const auto property = properties.find(name);
    std::string hint = "the tool requires `" + name + "`";
    if (property == properties.end() || !property->is_object()) return hint;
    if (const Json* type = find(*property, "type"); type != nullptr && type->is_string())
      hint += ", " + with_article(type->get<std::string>());
    return hint;
  }

  static std::string names_of(const Json& properties, const std::string& name) {
    std::vector<std::string_view> names;
    for (const auto& [key, property] : properties.items()) names.push_back(properties.find(key).key());
    if (names.empty()) return "it takes none";
    if (const auto near = nearest(name, names)) return "did you mean `" + std::string(*near) + "`?";
    std::string hint = "one of: ";
    for (std::size_t i = 0; i < std::min(names.size(), most_words); ++i)
      hint += (i == 0 ? "" : ", ") + std::string(names[i]);
    return hint;
  }

  void check_forms(const Json& value, const Json& schema, Path& path, Problems& out, int level) {
    if (const Json* all = find(schema, "allOf"); all != nullptr && all->is_array()) {
      for (const Json& form : *all) at(value, form, path, out, level + 1);
    }
    for (const char* keyword : {"anyOf", "oneOf"}) {
      const Json* forms = find(schema, keyword);
      if (forms == nullptr || !forms->is_array() || forms->empty()) continue;
      std::size_t fitting = 0;
      Problems nearest_form;
      for (const Json& form : *forms) {
        Problems problems;
        at(value, form, path, problems, level + 1);
        if (problems.empty()) ++fitting;
        // The form that the value is nearest to is the one whose trouble lies deepest.
        if (nearest_form.empty() ||
            (!problems.empty() && problems.front().path.size() > nearest_form.front().path.size()))
          nearest_form = std::move(problems);
      }
      if (fitting == 0) {
        out.insert(out.end(), nearest_form.begin(), nearest_form.end());
      } else if (fitting > 1 && std::string_view(keyword) == "oneOf") {
        out.push_back(
            {path, "fits " + std::to_string(fitting) + " of the forms of which the tool takes exactly one", {}});
      }
    }
  }

  const Json& root_;
  int steps_ = 0;
};

}  // namespace

std::vector<ArgumentProblem> check_arguments(const Json& arguments, const Json& input_schema) {
  return Checker(input_schema).check(arguments);
}

}  // namespace tracetax::mcp
