#pragma once
// Arguments that differ from call to call: texts with `${int:1..1000}` and the like in them. docs/traffic.md lists the
// forms.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tracetax {

// The lines of a text file that are not empty, without their line breaks: what ${line:FILE} draws from.
using Lines = std::shared_ptr<const std::vector<std::string>>;
using LinesByFile = std::map<std::string, Lines>;  // by the file's name as the template has it

struct TemplateMistake {
  std::string what{};  // "`${int:9..1}` has no values"
  std::string hint{};
};
// Empty: the text has no templates, or good ones. Files are not looked for.
std::optional<TemplateMistake> wrong_template(std::string_view text);
// The files of its ${line:FILE}, in their order. The text must be good.
std::vector<std::string> files_in_template(std::string_view text);
// The text with other names for those files.
std::string with_files_renamed(std::string_view text, const std::map<std::string, std::string>& names);

// How a text that is nothing but ${counter}, ${int:…} or ${float:…} is rendered: as a JSON number, or as a text like
// all others (arguments of prompts are texts).
enum class Numbers { as_numbers, as_texts };

// A JSON object with templates in its texts, made ready for rendering.
class ArgumentTemplate {
 public:
  // Every text must be good, and every file it draws from in `lines` with a line at least (ensured).
  ArgumentTemplate(const std::string& arguments_json, const LinesByFile& lines, Numbers numbers = Numbers::as_numbers);

  // Calls differ. Without: what render() appends is always the same.
  bool varies() const { return pieces_.size() > 1 || (!pieces_.empty() && pieces_.front().kind != Piece::Kind::text); }
  // Appends the object as JSON. `draw`: the call's own random bits; the same draw and number give the same text on
  // every machine, and each template of a call draws for itself. `number`: what ${counter} says.
  void render(std::string& out, std::uint64_t draw, std::uint64_t number) const;

 private:
  struct Piece {
    enum class Kind : std::uint8_t { text, counter, whole, real, choice, hex, uuid } kind = Kind::text;
    std::string text{};  // JSON as it is
    std::int64_t least = 0;
    std::uint64_t count = 0;  // whole: of values; hex: of digits
    double low = 0, high = 0;
    std::shared_ptr<const std::vector<std::string>> choices{};  // as the inside of JSON texts
  };
  class Maker;
  std::vector<Piece> pieces_{};
};

}  // namespace tracetax
