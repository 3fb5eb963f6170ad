#pragma once
// Reads over JSON text in one pass and makes no values of it: where bytes pass through, it is enough to know where a
// part begins and ends.
//
// It accepts a part of what parse_message() accepts, and nothing else: RFC 8259 in UTF-8, at most 64 levels deep. A
// text that it does not accept may still be good; whoever uses it then builds the tree, which also says what is wrong.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tracetax::mcp {

// A part of a text. No view, because the text may be moved.
struct TextRange {
  std::size_t begin = 0;
  std::size_t end = 0;

  bool empty() const { return begin == end; }
  std::size_t size() const { return end - begin; }
  std::string_view in(std::string_view text) const { return text.substr(begin, size()); }
  bool operator==(const TextRange&) const = default;
};

struct JsonPart {
  enum class Kind : std::uint8_t { null, boolean, number, string, array, object };
  Kind kind = Kind::null;
  TextRange at{};        // of a string: without its quotes
  bool escaped = false;  // a string whose bytes are not its value, because of a backslash
};

class JsonReader {
 public:
  // `text` outlives the reader.
  explicit JsonReader(std::string_view text) : text_(text) {}

  std::size_t position() const { return at_; }
  // Where the next value or token begins: the position behind blanks.
  std::size_t next() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    return at_;
  }

  // Reads the object that comes next. For each member `member(key, begin)` is called, `begin` being where the member
  // begins; it has to read the value, and says whether to go on. False: that, or nothing that is accepted, as with a
  // key that is escaped.
  template <class Member>
  bool object(Member&& member) {
    if (!open('{')) return false;
    if (take('}')) return leave();
    do {
      const std::size_t begin = next();
      JsonPart key;
      if (!string(key) || key.escaped || !take(':') || !member(key.at.in(text_), begin)) return false;
    } while (take(','));
    return take('}') && leave();
  }

  // Reads the value that comes next, whatever it is. False: nothing that is accepted.
  bool value(JsonPart& part);

  // Whether only blanks are left.
  bool at_end() { return next() == text_.size(); }

 private:
  static constexpr int most_levels = 64;  // as parse_message() has it

  static bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
  bool open(char bracket) { return take(bracket) && ++level_ <= most_levels; }
  bool leave() {
    --level_;
    return true;
  }
  bool take(char token) {
    if (next() == text_.size() || text_[at_] != token) return false;
    ++at_;
    return true;
  }
  bool any_object();
  bool any_array();
  bool string(JsonPart& part);
  bool escape();
  bool hex(unsigned& code);
  bool wide_character();
  bool number();
  std::size_t digits();
  bool word(std::string_view text);

  std::string_view text_;
  std::size_t at_ = 0;
  int level_ = 0;
};

}  // namespace tracetax::mcp
