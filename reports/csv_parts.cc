#include "reports/csv_parts.h"

namespace tracetax::csv {

std::string cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

Row& Row::raw(const std::string& text) {
  if (begun_) text_ += ',';
  begun_ = true;
  text_ += text;
  return *this;
}

Row& Row::texts(std::initializer_list<std::string> cells) {
  for (const std::string& one : cells) raw(cell(one));
  return *this;
}

Row& Row::empty(std::size_t cells) {
  for (std::size_t i = 0; i < cells; ++i) raw({});
  return *this;
}

std::string Row::take() {
  return std::move(text_) + "\r\n";
}

}  // namespace tracetax::csv
