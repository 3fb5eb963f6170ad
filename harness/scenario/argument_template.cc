#include "harness/scenario/argument_template.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

#include "harness/base/ensure.h"
#include "harness/base/rng.h"

namespace tracetax {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view opening = "${";
constexpr std::string_view escape = "$${";
constexpr std::int64_t widest = std::int64_t{1} << 53;  // beyond it JSON readers round
constexpr std::uint64_t most_digits = 1024;
constexpr const char* forms =
    "${counter}, ${int:1..1000}, ${float:0..1}, ${choice:a,b,c}, ${hex:16}, ${uuid}, ${line:FILE}, and $${ for ${";

struct Part {
  enum class Kind { text, counter, whole, real, choice, hex, uuid, line } kind = Kind::text;
  std::string_view text{};  // text: as it is; line: the file
  std::int64_t least = 0;
  std::uint64_t count = 0;
  double low = 0, high = 0;
  std::vector<std::string_view> choices{};
};

template <class Number>
std::optional<Number> read_number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

// "1..1000".
template <class Number>
std::optional<std::pair<Number, Number>> read_range(std::string_view text) {
  const auto dots = text.find("..");
  if (dots == std::string_view::npos) return {};
  const auto from = read_number<Number>(text.substr(0, dots));
  const auto to = read_number<Number>(text.substr(dots + 2));
  if (!from || !to) return {};
  return std::pair(*from, *to);
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto comma = text.find(',');
    parts.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

TemplateMistake mistake(std::string_view whole, std::string_view what, std::string hint = {}) {
  return {"`" + std::string(whole) + "` " + std::string(what), std::move(hint)};
}

std::optional<TemplateMistake> read_whole(std::string_view whole, std::string_view value, Part& part) {
  const auto range = read_range<std::int64_t>(value);
  if (!range) return mistake(whole, "is no range of whole numbers", "e.g. ${int:1..1000}");
  if (range->first > range->second) return mistake(whole, "has no values", "the smaller number comes first");
  if (range->first < -widest || range->second > widest)
    return mistake(whole, "goes beyond ±2^53", "JSON readers round larger numbers");
  part.kind = Part::Kind::whole;
  part.least = range->first;
  part.count = static_cast<std::uint64_t>(range->second - range->first) + 1;
  return {};
}

std::optional<TemplateMistake> read_real(std::string_view whole, std::string_view value, Part& part) {
  const auto range = read_range<double>(value);
  if (!range || !std::isfinite(range->first) || !std::isfinite(range->second))
    return mistake(whole, "is no range of numbers", "e.g. ${float:0..1}");
  if (!(range->first < range->second) || !std::isfinite(range->second - range->first))
    return mistake(whole, "has no values", "the smaller number comes first");
  part.kind = Part::Kind::real;
  part.low = range->first;
  part.high = range->second;
  return {};
}

// What stands between `${` and `}`.
std::optional<TemplateMistake> read_template(std::string_view whole, Part& part) {
  const std::string_view inside = whole.substr(2, whole.size() - 3);
  const auto colon = inside.find(':');
  const std::string_view word = inside.substr(0, colon);
  const bool has_value = colon != std::string_view::npos;
  const std::string_view value = has_value ? inside.substr(colon + 1) : std::string_view();
  if (word == "int") return read_whole(whole, value, part);
  if (word == "float") return read_real(whole, value, part);
  if (word == "counter" || word == "uuid") {
    if (has_value) return mistake(whole, "takes no value", "write ${" + std::string(word) + "}");
    part.kind = word == "uuid" ? Part::Kind::uuid : Part::Kind::counter;
    return {};
  }
  if (word == "hex") {
    const auto digits = read_number<std::uint64_t>(value);
    if (!digits || *digits == 0 || *digits > most_digits)
      return mistake(whole, "has no number of digits from 1 to 1024", "e.g. ${hex:16}");
    part.kind = Part::Kind::hex;
    part.count = *digits;
    return {};
  }
  if (word == "choice") {
    if (value.empty()) return mistake(whole, "has nothing to choose from", "e.g. ${choice:a,b,c}");
    part.kind = Part::Kind::choice;
    part.choices = split(value);
    return {};
  }
  if (word == "line") {
    if (value.empty()) return mistake(whole, "names no file", "e.g. ${line:words.txt}");
    part.kind = Part::Kind::line;
    part.text = value;
    return {};
  }
  if (word == "env")
    return mistake(whole, "is not possible in arguments: they are written into results", "it is for `headers`");
  return mistake(whole, "is no template", std::string("one of: ") + forms);
}

// Calls each(Part) for the parts in their order; what is wrong ends it.
template <class Each>
std::optional<TemplateMistake> walk(std::string_view text, Each each) {
  while (!text.empty()) {
    const auto dollar = std::min(text.find(opening), text.find(escape));
    if (dollar != 0) each(Part{.text = text.substr(0, dollar)});
    if (dollar == std::string_view::npos) break;
    text.remove_prefix(dollar);
    if (text.starts_with(escape)) {
      each(Part{.text = opening});
      text.remove_prefix(escape.size());
      continue;
    }
    const auto end = text.find('}');
    if (end == std::string_view::npos) return mistake(text, "has no end", "close it with }, or write $${ for ${");
    Part part;
    if (auto wrong = read_template(text.substr(0, end + 1), part)) return wrong;
    each(part);
    text.remove_prefix(end + 1);
  }
  return {};
}

std::string inside_of_json(std::string_view text) {
  const std::string quoted = Json(text).dump();
  return quoted.substr(1, quoted.size() - 2);
}

// SplitMix64's sequence (Steele, Lea, Flood 2014): a state that is added to and mixed.
class Bits {
 public:
  explicit Bits(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    const std::uint64_t bits = mix64(state_);
    state_ += 0x9e3779b97f4a7c15ULL;
    return bits;
  }
  // Uniform in 0 .. n-1, as Rng::below().
  std::uint64_t below(std::uint64_t n) {
    __extension__ using Wide = unsigned __int128;
    Wide product = Wide{next()} * n;
    if (static_cast<std::uint64_t>(product) < n) {
      const std::uint64_t too_low = (0 - n) % n;
      while (static_cast<std::uint64_t>(product) < too_low) product = Wide{next()} * n;
    }
    return static_cast<std::uint64_t>(product >> 64);
  }

 private:
  std::uint64_t state_;
};

void append_hex(std::string& out, Bits& bits, std::uint64_t digits) {
  std::uint64_t word = 0;
  for (std::uint64_t i = 0; i < digits; ++i) {
    if (i % 16 == 0) word = bits.next();
    out += "0123456789abcdef"[word & 15];
    word >>= 4;
  }
}

// RFC 9562, 5.4: version 4, variant 10xx.
void append_uuid(std::string& out, Bits& bits) {
  const std::size_t at = out.size();
  append_hex(out, bits, 32);
  out[at + 12] = '4';
  const char variant = out[at + 16];
  out[at + 16] = "89ab"[static_cast<unsigned char>(variant >= 'a' ? variant - 'a' + 10 : variant - '0') & 3];
  for (const std::size_t dash : {20, 16, 12, 8}) out.insert(at + dash, 1, '-');
}

template <class Number>
void append_number(std::string& out, Number value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), end);
}

}  // namespace

std::optional<TemplateMistake> wrong_template(std::string_view text) {
  return walk(text, [](const Part&) {});
}

std::vector<std::string> files_in_template(std::string_view text) {
  std::vector<std::string> files;
  walk(text, [&](const Part& part) {
    if (part.kind == Part::Kind::line) files.emplace_back(part.text);
  });
  return files;
}

std::string with_files_renamed(std::string_view text, const std::map<std::string, std::string>& names) {
  std::string out(text);
  constexpr std::string_view begin = "${line:";
  for (auto at = out.find(begin); at != std::string::npos; at = out.find(begin, at + 1)) {
    if (at > 0 && out[at - 1] == '$') continue;
    const std::size_t name_at = at + begin.size();
    const auto found = names.find(out.substr(name_at, out.find('}', name_at) - name_at));
    if (found != names.end()) out.replace(name_at, found->first.size(), found->second);
  }
  return out;
}

class ArgumentTemplate::Maker {
 public:
  Maker(const LinesByFile& lines, Numbers numbers, std::vector<Piece>& out)
      : lines_(lines), numbers_(numbers), out_(out) {}

  void value(const Json& json) {
    if (json.is_object() || json.is_array()) {
      bool first = true;
      literal(json.is_object() ? "{" : "[");
      for (const auto& [key, part] : json.items()) {
        if (!std::exchange(first, false)) literal(",");
        if (json.is_object()) literal(Json(key).dump() + ":");
        value(part);
      }
      literal(json.is_object() ? "}" : "]");
    } else if (json.is_string()) {
      text(json.get_ref<const std::string&>());
    } else {
      literal(json.dump());
    }
  }

 private:
  void literal(std::string_view json) {
    if (out_.empty() || out_.back().kind != Piece::Kind::text) out_.emplace_back();
    out_.back().text += json;
  }

  void text(const std::string& text) {
    std::vector<Part> parts;
    const auto wrong = walk(text, [&](const Part& part) { parts.push_back(part); });
    ensure(!wrong, "templates were looked at when the scenario was read");
    const bool number = numbers_ == Numbers::as_numbers && parts.size() == 1 &&
                        (parts[0].kind == Part::Kind::counter || parts[0].kind == Part::Kind::whole ||
                         parts[0].kind == Part::Kind::real);
    if (!number) literal("\"");
    for (const Part& part : parts) add(part);
    if (!number) literal("\"");
  }

  void add(const Part& part) {
    using Kind = Piece::Kind;
    Piece piece;
    switch (part.kind) {
      case Part::Kind::text:
        return literal(inside_of_json(part.text));
      case Part::Kind::counter:
        piece.kind = Kind::counter;
        break;
      case Part::Kind::whole:
        piece.kind = Kind::whole;
        piece.least = part.least;
        piece.count = part.count;
        break;
      case Part::Kind::real:
        piece.kind = Kind::real;
        piece.low = part.low;
        piece.high = part.high;
        break;
      case Part::Kind::hex:
        piece.kind = Kind::hex;
        piece.count = part.count;
        break;
      case Part::Kind::uuid:
        piece.kind = Kind::uuid;
        break;
      case Part::Kind::choice:
      case Part::Kind::line:
        piece.kind = Kind::choice;
        piece.choices = choices_of(part);
        break;
    }
    out_.push_back(std::move(piece));
  }

  std::shared_ptr<const std::vector<std::string>> choices_of(const Part& part) const {
    auto choices = std::make_shared<std::vector<std::string>>();
    if (part.kind == Part::Kind::choice) {
      for (const std::string_view choice : part.choices) choices->push_back(inside_of_json(choice));
    } else {
      const auto found = lines_.find(std::string(part.text));
      ensure(found != lines_.end() && found->second && !found->second->empty(), "files of lines were read");
      for (const std::string& line : *found->second) choices->push_back(inside_of_json(line));
    }
    return choices;
  }

  const LinesByFile& lines_;
  Numbers numbers_;
  std::vector<Piece>& out_;
};

ArgumentTemplate::ArgumentTemplate(const std::string& arguments_json, const LinesByFile& lines, Numbers numbers) {
  Maker(lines, numbers, pieces_).value(Json::parse(arguments_json));
}

void ArgumentTemplate::render(std::string& out, std::uint64_t draw, std::uint64_t number) const {
  using Kind = Piece::Kind;
  // Set apart from what the tool server draws from the same bits.
  constexpr std::uint64_t stream_arguments = 0x617267756d656e74ULL;
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    const Piece& piece = pieces_[i];
    if (piece.kind == Kind::text) {
      out += piece.text;
      continue;
    }
    Bits bits(derive_seed({draw, stream_arguments, i}));
    switch (piece.kind) {
      case Kind::text:
        break;
      case Kind::counter:
        append_number(out, number);
        break;
      case Kind::whole:
        append_number(out, piece.least + static_cast<std::int64_t>(bits.below(piece.count)));
        break;
      case Kind::real:
        append_number(out, piece.low + uniform_from_bits(bits.next()) * (piece.high - piece.low));
        break;
      case Kind::choice:
        out += (*piece.choices)[bits.below(piece.choices->size())];
        break;
      case Kind::hex:
        append_hex(out, bits, piece.count);
        break;
      case Kind::uuid:
        append_uuid(out, bits);
        break;
    }
  }
}

}  // namespace tracetax
