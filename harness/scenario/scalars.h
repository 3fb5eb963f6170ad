#pragma once
// The shapes of single values.

#include <concepts>
#include <initializer_list>
#include <limits>
#include <optional>

#include "harness/base/time.h"
#include "harness/scenario/shape.h"

namespace tracetax::shapes {

// What people write, as numbers. Empty when the text has another form.
std::optional<double> parse_number(std::string_view text);  // "5", "0.5", "1e-3"; finite
std::optional<double> parse_share(std::string_view text);   // "0.1", "10%", "10 %"
std::optional<double> parse_rate(std::string_view text);    // "400/s", "24000/m", "5/h": per second
std::optional<double> parse_bytes(std::string_view text);   // "512", "4 KiB", "1MB"

// A duration as it would be written: the largest unit that holds it exactly, "2ms".
std::string duration_text(Nanos);
std::string rate_text(double per_second);  // "400/s"

inline constexpr Nanos longest_duration = std::chrono::hours(24);
inline constexpr const char* duration_pattern = "^[0-9]*\\.?[0-9]+ *(ns|us|µs|μs|ms|s|m|h)$";
inline constexpr const char* share_pattern = "^[0-9]*\\.?[0-9]+ *%$";
inline constexpr const char* rate_pattern = "^[0-9]*\\.?[0-9]+([eE][-+]?[0-9]+)? */ *(s|m|h)$";
inline constexpr const char* bytes_pattern = "^[0-9]*\\.?[0-9]+ *(B|kB|KB|MB|GB|KiB|MiB|GiB)?$";

enum class Zero { allowed, refused };

// A quantity with a unit, and what to say where it is none.
struct Quantity {
  std::string wanted;  // "a duration such as 2ms or 1.5s"
  std::optional<double> (*parse)(std::string_view);
  std::string (*hint)(std::string_view);  // for a text that parse() refuses
};
const Quantity& duration_quantity();  // nanoseconds
const Quantity& share_quantity();
const Quantity& rate_quantity();
const Quantity& bytes_quantity();
const Quantity& number_quantity();

struct Limits {
  double low = 0;
  double high = std::numeric_limits<double>::max();
  Zero zero = Zero::allowed;  // refused: the value must be above `low`, not only at least it
};
// The value within the limits; otherwise a finding, and nothing. `show` writes a limit.
std::optional<double> read_quantity(Reading&, const Node&, const Quantity&, const Limits&, std::string (*show)(double));

Shape<Nanos> duration(Zero zero, Nanos longest = longest_duration);
Shape<double> share(Zero zero = Zero::allowed);  // 0..1
Shape<double> number(double low, double high, Zero zero = Zero::allowed);
Shape<double> rate(double highest);  // above 0
Shape<std::uint64_t> bytes(std::uint64_t most);
Shape<bool> boolean();
Shape<std::string> text(std::size_t longest = 10'000);  // not empty
Shape<std::string> name();
// HOST:PORT URLs with one of the schemes ("http", "ws"). `word`: one word that is accepted too ("stdio").
Shape<std::string> url(std::vector<std::string> schemes, std::string word = {});

std::optional<std::uint64_t> read_whole(Reading&, const Node&, std::uint64_t low, std::uint64_t high);

template <std::unsigned_integral T>
Shape<T> whole(std::type_identity_t<T> low, std::type_identity_t<T> high) {
  const auto read = [=](Reading& reading, const Node& node, T& out) {
    if (const auto value = read_whole(reading, node, low, high)) out = static_cast<T>(*value);
  };
  const auto schema = [=] { return Json{{"type", "integer"}, {"minimum", low}, {"maximum", high}}; };
  return {read, [](const T& value) { return Json(value); }, schema};
}

template <class E>
Shape<E> word(std::vector<std::pair<std::string, E>> words) {
  const auto read = [words](Reading& reading, const Node& node, E& out) {
    if (const auto* found = find_word(reading, node, words, &std::pair<std::string, E>::first)) out = found->second;
  };
  const auto write = [words](const E& value) {
    const auto found = std::ranges::find(words, value, &std::pair<std::string, E>::second);
    return found == words.end() ? Json() : Json(found->first);
  };
  const auto schema = [words] {
    Json out;
    for (const auto& [text, value] : words) out["enum"].push_back(text);
    return out;
  };
  return {read, write, schema};
}

}  // namespace tracetax::shapes
