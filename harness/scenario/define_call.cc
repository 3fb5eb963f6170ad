#include <array>

#include "harness/scenario/argument_template.h"
#include "harness/scenario/core_schema.h"
#include "harness/scenario/definitions.h"

namespace tracetax::shapes {
namespace {

// Tools of programs that are not ours may have other names than our own tools can have.
Shape<std::string> called_tool() {
  static constexpr const char* pattern = "^[A-Za-z0-9_.:/-]{1,128}$";
  const auto read = [](Reading& reading, const Node& node, std::string& out) {
    if (!reading.expect(node, Node::Kind::scalar, "the name of a tool")) return;
    const auto fits = [](unsigned char c) {
      return std::isalnum(c) || std::string_view("_.:/-").find(static_cast<char>(c)) != std::string_view::npos;
    };
    out = node.text;
    if (out.empty() || out.size() > 128 || !std::ranges::all_of(out, fits)) {
      reading.finding(node.place, "is not the name of a tool, got " + describe(node),
                      "1 to 128 letters, digits, `_`, `.`, `:`, `/` and `-`");
    }
  };
  return {read, [](const std::string& v) { return Json(v); },
          [] {
            return Json{{"type", "string"}, {"pattern", pattern}};
          }};
}

Shape<std::string> json_object() {
  const auto read = [](Reading& reading, const Node& node, std::string& out) {
    if (!reading.expect(node, Node::Kind::map, "a map")) return;
    if (const auto json = to_json(reading, node)) out = json->dump();
  };
  return {read, [](const std::string& v) { return Json::parse(v); }, [] { return Json{{"type", "object"}}; }};
}

void remember_places(const Node& node, const std::string& key, std::vector<ValuePlace>& out) {
  const Place& place = node.place;
  out.push_back({key, place.source ? place.source->name : std::string(), place.line, place.column});
  for (const Entry& entry : node.entries) remember_places(entry.value, key + "." + entry.key, out);
  for (std::size_t i = 0; i < node.items.size(); ++i)
    remember_places(node.items[i], key + "." + std::to_string(i), out);
}

void check_templates(Reading& reading, const Node& node) {
  if (node.kind == Node::Kind::scalar) {
    if (const auto wrong = wrong_template(node.text)) reading.finding(node.place, wrong->what, wrong->hint);
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const auto key = reading.inside(std::to_string(i));
    check_templates(reading, node.items[i]);
  }
  for (const Entry& entry : node.entries) {
    const auto key = reading.inside(entry.key);
    check_templates(reading, entry.value);
  }
}

// GetPromptRequest, 2025-11-25 and 2026-07-28: `arguments?: { [key: string]: string }`.
void check_prompt_arguments(Reading& reading, const CallSpec& call, const Node& arguments) {
  const Json given = Json::parse(call.arguments_json);
  for (const Entry& entry : arguments.entries) {
    const auto value = given.find(entry.key);
    if (value == given.end() || value->is_string()) continue;
    const auto key = reading.inside(entry.key);
    reading.finding(entry.value.place, "must be a text, got " + describe(entry.value),
                    "arguments of prompts are texts: put quotes around it");
  }
}

constexpr std::array<std::string_view, 4> kinds{"tool", "resource", "prompt", "recording"};

// What of the call there must be, and must not.
void check_call(Reading& reading, const Node& node, const CallSpec& call) {
  const Entry* first = nullptr;
  for (const std::string_view kind : kinds) {
    const Entry* const entry = node.find(kind);
    if (!entry) continue;
    if (first) {
      const auto key = reading.inside(kind);
      reading.finding(entry->place, "stands beside `" + first->key + "`: a call is one of them",
                      "make it an item of `calls` of its own");
    } else {
      first = entry;
    }
  }
  if (!first) {
    const auto key = reading.inside("tool");
    reading.finding(node.place, "is missing",
                    "a call has a `tool`, a `resource`, a `prompt` or a `recording` that it is taken from");
    return;
  }
  if (const Entry* order = node.find("order"); order && first->key != "recording") {
    const auto key = reading.inside("order");
    reading.finding(order->place, "has a meaning for `recording` only", "remove it");
  }
  const Entry* const arguments = node.find("arguments");
  if (!arguments) return;
  const auto key = reading.inside("arguments");
  if (first->key == "resource" || first->key == "recording") {
    reading.finding(arguments->place, "has no meaning for a `" + first->key + "`",
                    first->key == "resource" ? "what is asked for is in its URI" : "recorded calls have their own");
    return;
  }
  check_templates(reading, arguments->value);
  if (first->key == "prompt" && reading.sound(reading.path())) check_prompt_arguments(reading, call, arguments->value);
}

Shape<bool> random_order() {
  struct Word {
    std::string_view word;
    bool random;
  };
  static constexpr std::array<Word, 2> words{{{"recorded", false}, {"random", true}}};
  const auto read = [](Reading& reading, const Node& node, bool& out) {
    if (const Word* const found = find_word(reading, node, words, &Word::word)) out = found->random;
  };
  const auto write = [](const bool& random) { return Json(words[random ? 1 : 0].word); };
  return {read, write, [] { return Json{{"enum", {words[0].word, words[1].word}}}; }};
}

}  // namespace

Shape<CallSpec> call() {
  using C = CallSpec;
  const auto look = [](Reading& reading, const Node& node, C& call) {
    check_call(reading, node, call);
    // What a server takes is known when it can be asked.
    call.places.clear();
    for (const char* key : {"tool", "resource", "prompt", "recording", "arguments"}) {
      if (const Entry* entry = node.find(key)) remember_places(entry->value, key, call.places);
    }
  };
  Shape<C> shape = record<C>(
      {
          field<C>("tool", &C::tool, called_tool(), "the name of the tool that is called"),
          field<C>("resource", &C::resource, text(), "or the URI of the resource that is read"),
          field<C>("prompt", &C::prompt, text(), "or the name of the prompt that is asked for"),
          field<C>("recording", &C::recording, text(),
                   "or a file of recorded calls, relative to the scenario, of which each time one is made"),
          field<C>("weight", &C::weight, number(0, 1e9, Zero::refused), "how often, relative to the other calls"),
          field<C>("arguments", &C::arguments_json, json_object(),
                   "of a tool any map, of a prompt texts; handed over as JSON, with templates such as ${int:1..1000} "
                   "filled in for each call"),
          field<C>("order", &C::random_order, random_order(), "of a recording: as recorded, or at random"),
      },
      look);
  shape.schema = [inner = shape.schema] {
    Json schema = inner();
    for (const std::string_view kind : kinds) schema["oneOf"].push_back(Json{{"required", {kind}}});
    return schema;
  };
  return shape;
}

}  // namespace tracetax::shapes
