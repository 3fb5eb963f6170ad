#include "harness/cli/verbs.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/cli/mistakes.h"

namespace tracetax::cli {

CLI::Option* only(CLI::Option* option, const std::vector<std::string>& words) {
  const CLI::Validator one_of(
      [words](const std::string& given) {
        if (std::ranges::find(words, given) != words.end()) return std::string();
        return fmt::format("`{}` is none of {}\n  hint: {}", given, fmt::join(words, ", "), did_you_mean(given, words));
      },
      "");
  return option->check(one_of)->option_text(fmt::format("{}", fmt::join(words, "|")));
}

CLI::Option* whole(CLI::Option* option, std::uint64_t least, std::uint64_t most) {
  const CLI::Validator in_range(
      [least, most](const std::string& given) {
        std::uint64_t number = 0;
        const char* const end = given.data() + given.size();
        const auto [last, error] = std::from_chars(given.data(), end, number);
        if (error == std::errc{} && last == end && number >= least && number <= most) return std::string();
        return fmt::format("must be a whole number from {} to {}, got `{}`", least, most, given);
      },
      "");
  return option->check(in_range)->option_text("NUMBER");
}

}  // namespace tracetax::cli
