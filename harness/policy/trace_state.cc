#include "harness/policy/trace_state.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace tracetax::policy {
namespace {

constexpr std::size_t max_length = 1024, max_ot_length = 256, max_value = 256, max_members = 32;

bool lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool digit(char c) {
  return c >= '0' && c <= '9';
}
bool key_char(char c) {
  return lower(c) || digit(c) || c == '_' || c == '-' || c == '*' || c == '/';
}
bool value_char(char c) {
  return c >= 0x20 && c <= 0x7e && c != ',' && c != '=';
}

std::string_view trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

// The part before the separator; `rest` becomes what follows it.
std::string_view cut(std::string_view& rest, char separator) {
  const std::size_t at = rest.find(separator);
  const std::string_view part = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
  return part;
}

struct KeyLimits {
  std::size_t simple, tenant, system;
};
constexpr KeyLimits w3c_key{256, 241, 14};
constexpr KeyLimits any_key{max_length, max_length, max_length};

bool valid_key(std::string_view key, const KeyLimits& limits) {
  const auto part = [](std::string_view text, bool digit_first, std::size_t most) {
    if (text.empty() || text.size() > most) return false;
    return (lower(text.front()) || (digit_first && digit(text.front()))) &&
           std::ranges::all_of(text.substr(1), key_char);
  };
  const std::size_t at = key.find('@');
  if (at == std::string_view::npos) return part(key, false, limits.simple);
  return part(key.substr(0, at), true, limits.tenant) && part(key.substr(at + 1), false, limits.system);
}

bool valid_value(std::string_view value) {
  return !value.empty() && value.size() <= max_value && std::ranges::all_of(value, value_char) && value.back() != ' ';
}

bool valid_ot_member(std::string_view member) {
  const std::size_t colon = member.find(':');
  if (colon == std::string_view::npos || colon == 0 || !lower(member.front())) return false;
  const auto alphanumeric = [](char c) { return lower(c) || digit(c); };
  const auto ot_char = [&](char c) {
    return alphanumeric(c) || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-';
  };
  return std::ranges::all_of(member.substr(0, colon), alphanumeric) &&
         std::ranges::all_of(member.substr(colon + 1), ot_char);
}

std::optional<std::uint64_t> parse_hex(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// False: an error, which makes the whole tracestate invalid.
bool read_ot(std::string_view text, TraceState& state) {
  state.randomness.reset();
  state.threshold.reset();
  state.ot_others.clear();
  if (text.size() > max_ot_length || text.empty() || text.back() == ';') return false;
  for (std::string_view rest = text; !rest.empty();) {
    if (!valid_ot_member(cut(rest, ';'))) return false;
  }
  bool good = true;
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view value = cut(rest, ';');
    const std::string_view key = cut(value, ':');
    if (key == "rv") {
      state.randomness = value.size() == 14 ? parse_hex(value) : std::nullopt;
      good = good && state.randomness;
    } else if (key == "th") {
      state.threshold = value.size() <= 14 ? parse_hex(value) : std::nullopt;
      if (state.threshold) *state.threshold <<= 4 * (14 - value.size());
      good = good && state.threshold;
    } else {
      state.ot_others.emplace_back(key, value);
    }
  }
  return good;
}

}  // namespace

TraceState parse_trace_state(std::string_view text) {
  TraceState state;
  const auto invalid = [&] {
    state.valid = false;
    return state;
  };
  if (text.size() > max_length) return invalid();
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view value = trimmed(cut(rest, ','));
    if (value.empty()) continue;
    if (value.find('=') == std::string_view::npos) return invalid();
    const std::string_view key = cut(value, '=');
    if (!valid_key(key, any_key) || !valid_value(value)) return invalid();
  }
  std::size_t members = 0;
  for (std::string_view rest = text; !rest.empty();) {
    // The Collector counts before it looks, so that the thirty-second member is one too many.
    if (++members >= max_members) return invalid();
    std::string_view value = trimmed(cut(rest, ','));
    if (value.empty()) continue;
    const std::string_view key = cut(value, '=');
    if (!valid_key(key, w3c_key)) {
      state.valid = false;
    } else if (key != "ot") {
      state.others.emplace_back(key, value);
    } else if (!read_ot(value, state)) {
      state.valid = false;
    }
  }
  return state;
}

void TraceState::raise_threshold(Threshold to) {
  if (threshold && *threshold > to) return;
  // The threshold that keeps nothing has no text.
  threshold = to == never_sample ? std::nullopt : std::optional(to);
}

std::string TraceState::text() const {
  std::string ot;
  const auto add = [&](std::string_view key, std::string_view value) {
    ot += fmt::format("{}{}:{}", ot.empty() ? "" : ";", key, value);
  };
  if (randomness) add("rv", fmt::format("{:014x}", *randomness));
  if (threshold) {
    std::string digits = fmt::format("{:014x}", *threshold);
    digits.erase(digits.find_last_not_of('0') + 1);
    add("th", digits.empty() ? "0" : digits);
  }
  for (const auto& [key, value] : ot_others) add(key, value);
  std::string all = ot.empty() ? "" : "ot=" + ot;
  for (const auto& [key, value] : others) all += fmt::format("{}{}={}", all.empty() ? "" : ",", key, value);
  return all;
}

std::string trace_state_member(std::string_view text, std::string_view key) {
  std::vector<std::pair<std::string_view, std::string_view>> members;
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view value = cut(rest, ',');
    if (value.empty()) continue;
    if (value.find('=') == std::string_view::npos) return {};
    std::string_view name = cut(value, '=');
    name.remove_prefix(std::min(name.find_first_not_of(" \t"), name.size()));
    value = value.substr(0, value.find_last_not_of(" \t") + 1);
    const auto same = [&](const auto& member) { return member.first == name; };
    if (!valid_key(name, w3c_key) || !valid_value(value) || std::ranges::any_of(members, same)) return {};
    members.emplace_back(name, value);
    if (members.size() > max_members) return {};
  }
  const auto found = std::ranges::find(members, key, &std::pair<std::string_view, std::string_view>::first);
  return found == members.end() ? std::string() : std::string(found->second);
}

}  // namespace tracetax::policy
