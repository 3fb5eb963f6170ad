#include "harness/cli/outline.h"

#include <algorithm>

namespace tracetax::cli {

std::vector<std::string> OptionOutline::words() const {
  std::vector<std::string> words;
  if (value.find('|') == std::string::npos) return words;
  std::size_t begin = 0;
  while (begin <= value.size()) {
    const std::size_t end = std::min(value.find('|', begin), value.size());
    words.push_back(value.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

const OptionOutline* VerbOutline::option(const std::string& wanted) const {
  const auto found = std::ranges::find_if(options, [&](const OptionOutline& option) {
    return std::ranges::find(option.names, wanted) != option.names.end();
  });
  return found == options.end() ? nullptr : &*found;
}

const VerbOutline* Outline::verb(const std::string& wanted) const {
  const auto found = std::ranges::find(verbs, wanted, &VerbOutline::name);
  return found == verbs.end() ? nullptr : &*found;
}

}  // namespace tracetax::cli
