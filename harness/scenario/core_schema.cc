#include "harness/scenario/core_schema.h"

#include <charconv>
#include <cmath>

namespace tracetax::shapes {
namespace {

template <class Number>
std::optional<Number> all_of(std::string_view text, int base) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  const bool whole = !text.empty() && error == std::errc{} && end == text.data() + text.size();
  return whole ? std::optional(value) : std::nullopt;
}

std::optional<Json> integer(std::string_view text) {
  if (text.starts_with("0x")) {
    const auto value = all_of<std::uint64_t>(text.substr(2), 16);
    return value ? std::optional<Json>(*value) : std::nullopt;
  }
  if (text.starts_with("0o")) {
    const auto value = all_of<std::uint64_t>(text.substr(2), 8);
    return value ? std::optional<Json>(*value) : std::nullopt;
  }
  if (text.starts_with('+')) text = text.substr(1).starts_with('-') ? "" : text.substr(1);
  if (const auto value = all_of<std::int64_t>(text, 10)) return *value;
  if (const auto value = all_of<std::uint64_t>(text, 10)) return *value;
  return std::nullopt;
}

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
std::optional<double> floating(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  const bool begins = !digits.empty() && (std::isdigit(static_cast<unsigned char>(digits.front())) != 0 ||
                                          (digits.front() == '.' && digits.size() > 1));
  if (!begins) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_not_json(std::string_view text) {
  if (text == ".nan" || text == ".NaN" || text == ".NAN") return true;
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return text == ".inf" || text == ".Inf" || text == ".INF";
}

std::optional<Json> scalar(Reading& reading, const Node& node) {
  const std::string& text = node.text;
  if (node.quoted) return text;
  if (text.empty()) return Json();
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  if (is_not_json(text)) {
    reading.finding(node.place, "JSON has no such number, got " + describe(node), "put quotes around a text");
    return std::nullopt;
  }
  if (auto number = integer(text)) return number;
  if (const auto number = floating(text)) return *number;
  return text;
}

}  // namespace

std::optional<Json> to_json(Reading& reading, const Node& node) {
  if (node.kind == Node::Kind::null) return Json();
  if (node.kind == Node::Kind::scalar) return scalar(reading, node);
  const bool list = node.kind == Node::Kind::list;
  Json out = list ? Json::array() : Json::object();
  bool complete = true;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const auto key = reading.inside(std::to_string(i));
    const auto value = to_json(reading, node.items[i]);
    complete = complete && value;
    if (value) out.push_back(*value);
  }
  for (const Entry& entry : node.entries) {
    const auto key = reading.inside(entry.key);
    const auto value = to_json(reading, entry.value);
    complete = complete && value;
    if (value) out[entry.key] = *value;
  }
  return complete ? std::optional(out) : std::nullopt;
}

}  // namespace tracetax::shapes
