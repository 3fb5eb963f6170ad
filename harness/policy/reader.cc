#include "harness/policy/reader.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace tracetax::policy {
namespace {

// As Go's time.ParseDuration: "1m30s", "500ms", "1.5h"; a bare number is nanoseconds.
std::optional<Nanos> go_duration(std::string_view text) {
  constexpr std::pair<std::string_view, double> units[] = {{"ns", 1},  {"us", 1e3}, {"µs", 1e3},  {"ms", 1e6},
                                                           {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}};
  double sum = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
    if (error != std::errc() || end != text.data() + digits) return std::nullopt;
    text.remove_prefix(digits);
    const std::string_view name = text.substr(0, std::min(text.find_first_of("0123456789."), text.size()));
    text.remove_prefix(name.size());
    const auto* const unit = std::ranges::find(units, name, &std::pair<std::string_view, double>::first);
    if (unit != std::end(units)) {
      sum += value * unit->second;
    } else if (name.empty() && sum == 0 && text.empty()) {
      sum = value;
    } else {
      return std::nullopt;
    }
  }
  if (sum > 9e18) return std::nullopt;
  return Nanos(std::llround(sum));
}

}  // namespace

Remark Reader::remark(const Place& place, std::string what) const {
  return {place.source->name, place.line, shapes::dotted(reading.path()), std::move(what)};
}

bool Reader::read_map(const Node& node, const std::vector<Key>& keys) {
  if (node.kind == Node::Kind::null) return true;
  if (!reading.expect(node, Node::Kind::map, "a map")) return true;
  bool all_known = true;
  for (const Entry& entry : node.entries) {
    const auto inside = reading.inside(entry.key);
    const auto key = std::ranges::find(keys, entry.key, &Key::name);
    if (key == keys.end()) {
      all_known = false;
      unknown(entry.place, "this key is not known here");
    } else if (key->read && entry.value.kind != Node::Kind::null) {
      key->read(entry.value);
    }
  }
  return all_known;
}

void Reader::read_list(const Node& node, const std::function<void(const Node&)>& read) {
  if (!reading.expect(node, Node::Kind::list, "a list")) return;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const auto inside = reading.inside(std::to_string(i));
    read(node.items[i]);
  }
}

void Reader::integer(const Node& node, std::int64_t& to, std::int64_t least, std::int64_t most) {
  if (!reading.expect(node, Node::Kind::scalar, "a whole number")) return;
  std::int64_t value = 0;
  const char* const last = node.text.data() + node.text.size();
  const auto [end, error] = std::from_chars(node.text.data(), last, value);
  if (error != std::errc() || end != last) {
    reading.finding(node.place, "must be a whole number, got " + describe(node));
  } else if (value < least || value > most) {
    reading.finding(node.place, fmt::format("must be from {} to {}, got {}", least, most, value));
  } else {
    to = value;
  }
}

void Reader::number(const Node& node, double& to) {
  if (!reading.expect(node, Node::Kind::scalar, "a number")) return;
  double value = 0;
  const char* const last = node.text.data() + node.text.size();
  const auto [end, error] = std::from_chars(node.text.data(), last, value);
  if (error != std::errc() || end != last || !std::isfinite(value)) {
    reading.finding(node.place, "must be a number, got " + describe(node));
  } else {
    to = value;
  }
}

void Reader::boolean(const Node& node, bool& to) {
  if (!reading.expect(node, Node::Kind::scalar, "true or false")) return;
  const bool yes = node.text == "true" || node.text == "True" || node.text == "TRUE";
  if (!yes && node.text != "false" && node.text != "False" && node.text != "FALSE") {
    reading.finding(node.place, "must be true or false, got " + describe(node));
    return;
  }
  to = yes;
}

void Reader::text(const Node& node, std::string& to) {
  if (reading.expect(node, Node::Kind::scalar, "a text")) to = node.text;
}

void Reader::texts(const Node& node, std::vector<std::string>& to) {
  read_list(node, [&](const Node& item) {
    std::string one;
    text(item, one);
    to.push_back(std::move(one));
  });
}

void Reader::duration(const Node& node, Nanos& to) {
  if (!reading.expect(node, Node::Kind::scalar, "a duration")) return;
  if (const auto value = go_duration(node.text)) {
    to = *value;
  } else {
    reading.finding(node.place, "must be a duration, got " + describe(node), "write it as 10s, 1m30s or 500ms");
  }
}

// `whole` says that the text is nothing but one reference, whose value then may be a number, a list or a map.
std::string Reader::expanded(const Node& node, bool& whole) {
  const std::string& text = node.text;
  std::string out;
  whole = false;
  for (std::size_t i = 0; i < text.size();) {
    if (text.compare(i, 2, "$$") == 0) {
      out += '$';
      i += 2;
      continue;
    }
    const std::size_t end = text.compare(i, 2, "${") == 0 ? text.find('}', i) : std::string::npos;
    if (end == std::string::npos) {
      out += text[i++];
      continue;
    }
    std::string name = text.substr(i + 2, end - i - 2);
    whole = i == 0 && end + 1 == text.size();
    i = end + 1;
    if (name.starts_with("env:")) name.erase(0, 4);
    std::optional<std::string> fallback;
    if (const std::size_t at = name.find(":-"); at != std::string::npos) {
      fallback = name.substr(at + 2);
      name.resize(at);
    }
    if (name.find(':') != std::string::npos) {
      reading.finding(node.place, fmt::format("`${{{}}}` is read by the Collector only", name),
                      "put the value into the file, or an environment variable");
      continue;
    }
    const std::optional<std::string> value = environment_(name);
    if (!value && !fallback) {
      reading.finding(node.place, fmt::format("the environment variable {} is not set", name),
                      fmt::format("set it, or give it a default: ${{env:{}:-VALUE}}", name));
    }
    out += value ? *value : fallback.value_or("");
  }
  return out;
}

Node Reader::resolved(const Node& node) {
  Node out = node;
  if (node.kind == Node::Kind::scalar && node.text.find('$') != std::string::npos) {
    bool whole = false;
    out.text = expanded(node, whole);
    Findings ignored;  // what is no YAML is a text
    if (const auto value = whole ? parse_yaml(out.text, node.place.source, ignored) : std::nullopt) {
      out = *value;
      out.place = node.place;
    }
  }
  for (std::size_t i = 0; i < out.items.size(); ++i) {
    const auto inside = reading.inside(std::to_string(i));
    out.items[i] = resolved(out.items[i]);
  }
  for (Entry& entry : out.entries) {
    const auto inside = reading.inside(entry.key);
    entry.value = resolved(entry.value);
  }
  return out;
}

}  // namespace tracetax::policy
