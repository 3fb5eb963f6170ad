#include "harness/mcp/json_reader.h"

#include <cstring>

namespace tracetax::mcp {
namespace {

// Of a number before the point, the exponent included: far from what overflows a double, which the tree refuses.
constexpr std::size_t most_digits = 300;

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Eight bytes of a string at a time: whether they are all plain ASCII, neither quote nor backslash nor control. What
// carries from one byte into the next does so only where the answer is no already.
bool eight_plain(const char* at) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t highs = 0x8080808080808080;
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  const std::uint64_t quote = (word ^ (ones * '"')) - ones;
  const std::uint64_t backslash = (word ^ (ones * '\\')) - ones;
  return ((word | (word - ones * 0x20) | quote | backslash) & highs) == 0;
}

}  // namespace

bool JsonReader::value(JsonPart& part) {
  const std::size_t begin = next();
  if (begin == text_.size()) return false;
  bool good = false;
  switch (text_[begin]) {
    case '"':
      return string(part);
    case '{':
      part.kind = JsonPart::Kind::object;
      good = any_object();
      break;
    case '[':
      part.kind = JsonPart::Kind::array;
      good = any_array();
      break;
    case 't':
      part.kind = JsonPart::Kind::boolean;
      good = word("true");
      break;
    case 'f':
      part.kind = JsonPart::Kind::boolean;
      good = word("false");
      break;
    case 'n':
      part.kind = JsonPart::Kind::null;
      good = word("null");
      break;
    default:
      part.kind = JsonPart::Kind::number;
      good = number();
  }
  part.at = {begin, at_};
  part.escaped = false;
  return good;
}

bool JsonReader::any_object() {
  if (!open('{')) return false;
  if (take('}')) return leave();
  JsonPart ignored;
  do {
    if (!string(ignored) || !take(':') || !value(ignored)) return false;
  } while (take(','));
  return take('}') && leave();
}

bool JsonReader::any_array() {
  if (!open('[')) return false;
  if (take(']')) return leave();
  JsonPart ignored;
  do {
    if (!value(ignored)) return false;
  } while (take(','));
  return take(']') && leave();
}

bool JsonReader::string(JsonPart& part) {
  if (!take('"')) return false;
  part.kind = JsonPart::Kind::string;
  part.escaped = false;
  part.at.begin = at_;
  while (at_ < text_.size()) {
    if (text_.size() - at_ >= 8 && eight_plain(text_.data() + at_)) {
      at_ += 8;
      continue;
    }
    const auto c = static_cast<unsigned char>(text_[at_]);
    if (c == '"') {
      part.at.end = at_++;
      return true;
    }
    if (c == '\\') {
      part.escaped = true;
      if (!escape()) return false;
    } else if (c >= 0x80) {
      if (!wide_character()) return false;
    } else if (c < 0x20) {
      return false;
    } else {
      ++at_;
    }
  }
  return false;
}

bool JsonReader::hex(unsigned& code) {
  if (text_.size() - at_ < 4) return false;
  code = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = text_[at_++];
    const char lower = static_cast<char>(c | 0x20);
    if (!is_digit(c) && (lower < 'a' || lower > 'f')) return false;
    code = code * 16 + static_cast<unsigned>(is_digit(c) ? c - '0' : lower - 'a' + 10);
  }
  return true;
}

// A backslash and what belongs to it; halves of surrogate pairs in pairs only.
bool JsonReader::escape() {
  if (text_.size() - at_ < 2) return false;
  const char c = text_[at_ + 1];
  at_ += 2;
  if (c != 'u') return std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
  unsigned code = 0;
  if (!hex(code)) return false;
  if (code < 0xd800 || code > 0xdfff) return true;
  unsigned low = 0;
  return code < 0xdc00 && word("\\u") && hex(low) && low >= 0xdc00 && low <= 0xdfff;
}

// One character of two to four bytes (RFC 3629, section 4).
bool JsonReader::wide_character() {
  const auto byte = [this](std::size_t i) { return static_cast<unsigned char>(text_[at_ + i]); };
  const unsigned char first = byte(0);
  if (first < 0xc2 || first > 0xf4) return false;
  const std::size_t size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (text_.size() - at_ < size) return false;
  // The second byte rules out overlong forms, surrogates, and what is beyond U+10FFFF.
  const unsigned char least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const unsigned char most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (byte(1) < least || byte(1) > most) return false;
  for (std::size_t i = 2; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return false;
  }
  at_ += size;
  return true;
}

std::size_t JsonReader::digits() {
  const std::size_t begin = at_;
  while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
  return at_ - begin;
}

bool JsonReader::number() {
  const auto here = [this](char c) { return at_ < text_.size() && text_[at_] == c; };
  if (here('-')) ++at_;
  const bool zero = here('0');
  const std::size_t whole = digits();
  if (whole == 0 || (zero && whole > 1) || whole > most_digits) return false;
  if (here('.')) {
    ++at_;
    if (digits() == 0) return false;
  }
  if (!here('e') && !here('E')) return true;
  ++at_;
  const bool negative = here('-');
  if (negative || here('+')) ++at_;
  const std::size_t begin = at_;
  const std::size_t size = digits();
  if (size == 0 || negative) return size > 0;
  std::size_t exponent = 0;
  if (size > 3) return false;
  for (std::size_t i = begin; i < at_; ++i) exponent = exponent * 10 + static_cast<std::size_t>(text_[i] - '0');
  return whole + exponent <= most_digits;
}

bool JsonReader::word(std::string_view text) {
  if (text_.substr(at_, text.size()) != text) return false;
  at_ += text.size();
  return true;
}

}  // namespace tracetax::mcp
