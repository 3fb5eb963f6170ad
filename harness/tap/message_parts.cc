#include "harness/tap/message_parts.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "harness/mcp/json_reader.h"

namespace tracetax::tap {
namespace {

using Json = nlohmann::ordered_json;
using mcp::JsonPart;
using mcp::JsonReader;

constexpr int most_levels = 64;  // as JsonReader has it

// The value of a text: what an escape means.
std::string text_of(const JsonPart& part, std::string_view line) {
  if (part.kind != JsonPart::Kind::string) return {};
  if (!part.escaped) return std::string(part.at.in(line));
  return Json::parse("\"" + std::string(part.at.in(line)) + "\"").get<std::string>();
}

// Ids keep their kind: 5 and "5" are two.
std::string id_of(const JsonPart& part, std::string_view line) {
  if (part.kind == JsonPart::Kind::string) return "\"" + text_of(part, line) + "\"";
  return part.kind == JsonPart::Kind::number ? std::string(part.at.in(line)) : std::string();
}

std::optional<RecordedCall::Kind> kind_of(std::string_view method) {
  if (method == "tools/call") return RecordedCall::Kind::tool;
  if (method == "resources/read") return RecordedCall::Kind::resource;
  if (method == "prompts/get") return RecordedCall::Kind::prompt;
  return {};
}

struct Params {
  std::string name{}, uri{}, arguments{}, request_id{};
};

// Reads the members of the object that comes next; `member` gets its key and its value.
template <class Member>
bool read_members(std::string_view text, Member member) {
  JsonReader reader(text);
  return reader.object([&](std::string_view key, std::size_t) {
    JsonPart value;
    if (!reader.value(value)) return false;
    member(key, value);
    return true;
  });
}

Params read_params(std::string_view text) {
  Params params;
  read_members(text, [&](std::string_view key, const JsonPart& value) {
    if (key == "name") params.name = text_of(value, text);
    if (key == "uri") params.uri = text_of(value, text);
    if (key == "requestId") params.request_id = id_of(value, text);
    if (key == "arguments" && value.kind == JsonPart::Kind::object) params.arguments = value.at.in(text);
  });
  return params;
}

std::string outcome_of(std::string_view result) {
  std::string outcome = "ok";
  read_members(result, [&](std::string_view key, const JsonPart& value) {
    if (key == "isError" && value.at.in(result) == "true") outcome = "tool_error";
    if (key == "resultType" && text_of(value, result) == "input_required") outcome = "input_required";
  });
  return outcome;
}

std::optional<MessageParts> read_message(std::string_view text) {
  MessageParts parts;
  std::string_view params;
  const bool read = read_members(text, [&](std::string_view key, const JsonPart& value) {
    if (key == "id") parts.id = id_of(value, text);
    if (key == "method") parts.method = text_of(value, text);
    if (key == "params" && value.kind == JsonPart::Kind::object) params = value.at.in(text);
    if (key == "error" && value.kind == JsonPart::Kind::object) parts.outcome = "protocol_error";
    if (key == "result" && value.kind == JsonPart::Kind::object) parts.outcome = outcome_of(value.at.in(text));
  });
  if (!read) return {};
  parts.kind = parts.id.empty() ? std::nullopt : kind_of(parts.method);
  if (parts.kind || parts.method == "notifications/cancelled") {
    Params named = read_params(params);
    parts.cancelled = parts.kind ? std::string() : std::move(named.request_id);
    parts.name = std::move(parts.kind == RecordedCall::Kind::resource ? named.uri : named.name);
    if (parts.name.empty()) parts.kind.reset();
    parts.arguments = std::move(named.arguments);
  }
  return parts;
}

// The same text in the form that JsonReader takes, e.g. with its keys unescaped; null when it has none.
Json read_tree(std::string_view line) {
  bool too_deep = false;
  const auto look = [&](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > most_levels;
    return depth <= most_levels;
  };
  Json tree = Json::parse(line, look, false);
  return too_deep || tree.is_discarded() ? Json() : tree;
}

}  // namespace

std::vector<MessageParts> read_line(std::string_view line) {
  std::vector<MessageParts> messages;
  const std::size_t first = line.find_first_not_of(" \t\r");
  if (first == std::string_view::npos || (line[first] != '{' && line[first] != '[')) return messages;
  if (line[first] == '{') {
    if (auto message = read_message(line)) return {std::move(*message)};
  }
  const Json tree = read_tree(line);
  if (tree.is_object()) {
    if (auto message = read_message(tree.dump())) messages.push_back(std::move(*message));
  } else if (tree.is_array()) {
    for (const Json& item : tree) {
      if (!item.is_object()) continue;
      if (auto message = read_message(item.dump())) messages.push_back(std::move(*message));
    }
  }
  return messages;
}

}  // namespace tracetax::tap
