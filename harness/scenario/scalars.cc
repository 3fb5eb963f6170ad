#include "harness/scenario/scalars.h"

#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "harness/base/text.h"

namespace tracetax::shapes {
namespace {

struct Scaled {
  std::string_view unit;
  double factor;
};

constexpr std::array<Scaled, 6> duration_units{
    {{"h", 3.6e12}, {"m", 6e10}, {"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"ns", 1}}};
constexpr std::array<Scaled, 9> byte_units{{{"", 1},
                                            {"B", 1},
                                            {"kB", 1e3},
                                            {"KB", 1e3},
                                            {"MB", 1e6},
                                            {"GB", 1e9},
                                            {"KiB", 1024},
                                            {"MiB", 1048576},
                                            {"GiB", 1073741824}}};

// The number at the front, and the rest without blanks around it.
std::optional<double> split_number(std::string_view text, std::string_view& rest) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || !std::isfinite(value)) return std::nullopt;
  rest = text.substr(static_cast<std::size_t>(end - text.data()));
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  return value;
}

std::optional<double> parse_duration_ns(std::string_view text) {
  const auto parsed = parse_duration(text);
  if (!parsed) return std::nullopt;
  return static_cast<double>(parsed->count());
}

constexpr std::string_view duration_units_hint = "units: ns us ms s m h";

std::string duration_hint(std::string_view text) {
  std::string_view unit;
  const auto value = split_number(text, unit);
  if (!value) return "a number and a unit, such as 2ms; " + std::string(duration_units_hint);
  if (unit.empty())
    return *value == 0 ? "write 0s" : fmt::format("write {0}ms or {0}s; {1}", *value, duration_units_hint);
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 18> habits{{{"min", "m"},
                                                                                         {"mins", "m"},
                                                                                         {"minute", "m"},
                                                                                         {"minutes", "m"},
                                                                                         {"sec", "s"},
                                                                                         {"secs", "s"},
                                                                                         {"second", "s"},
                                                                                         {"seconds", "s"},
                                                                                         {"S", "s"},
                                                                                         {"hour", "h"},
                                                                                         {"hours", "h"},
                                                                                         {"hr", "h"},
                                                                                         {"msec", "ms"},
                                                                                         {"millis", "ms"},
                                                                                         {"milliseconds", "ms"},
                                                                                         {"MS", "ms"},
                                                                                         {"usec", "us"},
                                                                                         {"microseconds", "us"}}};
  const auto habit = std::ranges::find(habits, unit, &std::pair<std::string_view, std::string_view>::first);
  if (habit != habits.end()) return fmt::format("did you mean `{}{}`? {}", *value, habit->second, duration_units_hint);
  return std::string(duration_units_hint);
}

std::string share_hint(std::string_view text) {
  return text.find('%') == std::string_view::npos && parse_number(text) ? "" : "for example 0.1 or 10%";
}

std::string rate_hint(std::string_view text) {
  std::string_view unit;
  const auto value = split_number(text, unit);
  if (!value) return "for example 400/s";
  if (unit.empty()) return fmt::format("did you mean `{}/s`?", *value);
  if (unit == "/sec" || unit == "/second" || unit == "rps" || unit == "Hz" || unit == "per second")
    return fmt::format("did you mean `{}/s`?", *value);
  if (unit == "/min" || unit == "/minute") return fmt::format("did you mean `{}/m`?", *value);
  return "units: /s /m /h";
}

std::string bytes_hint(std::string_view text) {
  std::string_view unit;
  const auto value = split_number(text, unit);
  constexpr std::string_view units = "units: B kB MB GB KiB MiB GiB";
  if (!value) return fmt::format("for example 512 or 4KiB; {}", units);
  static constexpr std::array<std::string_view, 7> known{"B", "kB", "MB", "GB", "KiB", "MiB", "GiB"};
  const auto meant = nearest(unit, known);
  return meant ? fmt::format("did you mean `{}{}`? {}", *value, *meant, units) : std::string(units);
}

std::string number_hint(std::string_view) {
  return {};
}

std::string show_duration(double ns) {
  return duration_text(Nanos(static_cast<std::int64_t>(ns)));
}
std::string show_number(double value) {
  return fmt::format("{}", value);
}
std::string show_share(double value) {
  return value == 1 ? "1 (100%)" : fmt::format("{}", value);
}
std::string show_rate(double value) {
  return rate_text(value);
}
std::string show_bytes(double value) {
  return format_bytes(value);
}

void limit_schema(Json& schema, const Limits& limits) {
  schema[limits.zero == Zero::refused ? "exclusiveMinimum" : "minimum"] = limits.low;
  if (limits.high < std::numeric_limits<double>::max()) schema["maximum"] = limits.high;
}

Shape<double> quantity_shape(const Quantity& quantity, Limits limits, std::string (*show)(double),
                             std::function<Json(const double&)> write, std::function<Json()> schema) {
  const auto read = [&quantity, limits, show](Reading& reading, const Node& node, double& out) {
    if (const auto value = read_quantity(reading, node, quantity, limits, show)) out = *value;
  };
  return {read, std::move(write), std::move(schema)};
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  std::string_view rest;
  const auto value = split_number(text, rest);
  return rest.empty() ? value : std::nullopt;
}

std::optional<double> parse_share(std::string_view text) {
  std::string_view rest;
  const auto value = split_number(text, rest);
  if (!value || (rest != "%" && !rest.empty())) return std::nullopt;
  return rest.empty() ? *value : *value / 100;
}

std::optional<double> parse_rate(std::string_view text) {
  std::string_view rest;
  const auto value = split_number(text, rest);
  if (!value || !rest.starts_with('/')) return std::nullopt;
  rest.remove_prefix(1);
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  if (rest == "s") return *value;
  if (rest == "m") return *value / 60;
  if (rest == "h") return *value / 3600;
  return std::nullopt;
}

std::optional<double> parse_bytes(std::string_view text) {
  std::string_view rest;
  const auto value = split_number(text, rest);
  const auto unit = std::ranges::find(byte_units, rest, &Scaled::unit);
  if (!value || unit == byte_units.end()) return std::nullopt;
  return *value * unit->factor;
}

std::string duration_text(Nanos time) {
  if (time == Nanos{}) return "0s";
  for (const Scaled& unit : duration_units) {
    const auto factor = static_cast<std::int64_t>(unit.factor);
    if (time.count() % factor == 0) return fmt::format("{}{}", time.count() / factor, unit.unit);
  }
  return {};
}

std::string rate_text(double per_second) {
  return fmt::format("{}/s", per_second);
}

const Quantity& duration_quantity() {
  static const Quantity quantity{"a duration such as 2ms or 1.5s", parse_duration_ns, duration_hint};
  return quantity;
}
const Quantity& share_quantity() {
  static const Quantity quantity{"a share such as 0.1 or 10%", parse_share, share_hint};
  return quantity;
}
const Quantity& rate_quantity() {
  static const Quantity quantity{"a rate such as 400/s", parse_rate, rate_hint};
  return quantity;
}
const Quantity& bytes_quantity() {
  static const Quantity quantity{"a size in bytes such as 512 or 4KiB", parse_bytes, bytes_hint};
  return quantity;
}
const Quantity& number_quantity() {
  static const Quantity quantity{"a number", parse_number, number_hint};
  return quantity;
}

std::optional<double> read_quantity(Reading& reading, const Node& node, const Quantity& quantity, const Limits& limits,
                                    std::string (*show)(double)) {
  if (!reading.expect(node, Node::Kind::scalar, quantity.wanted)) return std::nullopt;
  const std::optional<double> value = quantity.parse(node.text);
  if (!value) {
    reading.finding(node.place, fmt::format("must be {}, got {}", quantity.wanted, describe(node)),
                    quantity.hint(node.text));
    return std::nullopt;
  }
  const bool too_low = *value < limits.low || (limits.zero == Zero::refused && *value == limits.low);
  if (!too_low && *value <= limits.high) return value;
  const std::string limit = !too_low                       ? "at most " + show(limits.high)
                            : limits.zero == Zero::refused ? "above " + show(limits.low)
                                                           : "at least " + show(limits.low);
  reading.finding(node.place, fmt::format("must be {}, got {}", limit, describe(node)));
  return std::nullopt;
}

std::optional<std::uint64_t> read_whole(Reading& reading, const Node& node, std::uint64_t low, std::uint64_t high) {
  if (!reading.expect(node, Node::Kind::scalar, "a whole number")) return std::nullopt;
  const std::string& text = node.text;
  const bool negative = text.starts_with('-');
  const std::string_view digits = std::string_view(text).substr(negative ? 1 : 0);
  const bool whole = !digits.empty() && std::ranges::all_of(digits, [](unsigned char c) { return std::isdigit(c); });
  if (!whole || node.quoted) {
    reading.finding(node.place, fmt::format("must be a whole number, got {}", describe(node)),
                    whole ? "remove the quotes" : "");
    return std::nullopt;
  }
  std::uint64_t value = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool too_high = parsed.ec != std::errc{} || value > high;
  const bool too_low = (negative && value != 0) || (!too_high && value < low);
  if (!too_low && !too_high) return value;
  reading.finding(node.place, fmt::format("must be at {} {}, got {}", too_low ? "least" : "most", too_low ? low : high,
                                          describe(node)));
  return std::nullopt;
}

Shape<Nanos> duration(Zero zero, Nanos longest) {
  const Limits limits{0, static_cast<double>(longest.count()), zero};
  const auto read = [limits](Reading& reading, const Node& node, Nanos& out) {
    if (const auto value = read_quantity(reading, node, duration_quantity(), limits, show_duration))
      out = Nanos(static_cast<std::int64_t>(*value));
  };
  const auto schema = [] { return Json{{"type", "string"}, {"pattern", duration_pattern}}; };
  return {read, [](const Nanos& time) { return Json(duration_text(time)); }, schema};
}

Shape<double> share(Zero zero) {
  const Limits limits{0, 1, zero};
  const auto schema = [limits] {
    Json fraction{{"type", "number"}};
    limit_schema(fraction, limits);
    return Json{{"anyOf", {fraction, {{"type", "string"}, {"pattern", share_pattern}}}}};
  };
  return quantity_shape(
      share_quantity(), limits, show_share, [](const double& v) { return Json(v); }, schema);
}

Shape<double> number(double low, double high, Zero zero) {
  const Limits limits{low, high, zero};
  const auto schema = [limits] {
    Json out{{"type", "number"}};
    limit_schema(out, limits);
    return out;
  };
  const auto read = [limits](Reading& reading, const Node& node, double& out) {
    if (node.quoted && parse_number(node.text)) {
      reading.finding(node.place, fmt::format("must be a number, got the text {}", describe(node)),
                      "remove the quotes");
    } else if (const auto value = read_quantity(reading, node, number_quantity(), limits, show_number)) {
      out = *value;
    }
  };
  return {read, [](const double& v) { return Json(v); }, schema};
}

Shape<double> rate(double highest) {
  const auto schema = [] { return Json{{"type", "string"}, {"pattern", rate_pattern}}; };
  const auto write = [](const double& v) { return v > 0 ? Json(rate_text(v)) : Json(); };
  return quantity_shape(rate_quantity(), {0, highest, Zero::refused}, show_rate, write, schema);
}

Shape<std::uint64_t> bytes(std::uint64_t most) {
  const Limits limits{0, static_cast<double>(most)};
  const auto read = [limits](Reading& reading, const Node& node, std::uint64_t& out) {
    const auto value = read_quantity(reading, node, bytes_quantity(), limits, show_bytes);
    if (!value) return;
    if (*value != std::floor(*value)) {
      reading.finding(node.place, "must be whole bytes, got " + describe(node));
    } else {
      out = static_cast<std::uint64_t>(*value);
    }
  };
  const auto schema = [most] {
    return Json{
        {"anyOf",
         {{{"type", "integer"}, {"minimum", 0}, {"maximum", most}}, {{"type", "string"}, {"pattern", bytes_pattern}}}}};
  };
  return {read, [](const std::uint64_t& v) { return Json(v); }, schema};
}

Shape<bool> boolean() {
  const auto read = [](Reading& reading, const Node& node, bool& out) {
    const bool yes = node.text == "true" || node.text == "True" || node.text == "TRUE";
    const bool no = node.text == "false" || node.text == "False" || node.text == "FALSE";
    if (node.kind == Node::Kind::scalar && !node.quoted && (yes || no)) {
      out = yes;
    } else {
      reading.finding(node.place, "must be true or false, got " + describe(node));
    }
  };
  return {read, [](const bool& v) { return Json(v); }, [] { return Json{{"type", "boolean"}}; }};
}

}  // namespace tracetax::shapes
