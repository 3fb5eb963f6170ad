#include "harness/cli/terminal.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include <sys/ioctl.h>
#include <unistd.h>

#include "harness/cli/commands.h"
#include "reports/table.h"

namespace tracetax::cli {
namespace {

constexpr std::size_t usual_columns = 80;
constexpr std::size_t fewest_columns = 40;  // below, lines are let wrap

}  // namespace

std::optional<std::size_t> terminal_columns(int descriptor) {
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return size.ws_col;
}

bool can_redraw(int descriptor) {
  const char* const terminal = std::getenv("TERM");
  return ::isatty(descriptor) == 1 && (terminal == nullptr || std::string_view(terminal) != "dumb");
}

bool wants_color(int descriptor) {
  const char* const no_color = std::getenv("NO_COLOR");
  return can_redraw(descriptor) && (no_color == nullptr || *no_color == '\0');
}

TextOptions text_options(int descriptor) {
  TextOptions options;
  options.color = wants_color(descriptor);
  options.width = std::max(terminal_columns(descriptor).value_or(usual_columns), fewest_columns);
  return options;
}

TextOptions text_options_of(const std::string& output) {
  return output.empty() ? text_options(STDOUT_FILENO) : TextOptions{};
}

std::string told(int descriptor, const std::string& label, const std::string& text) {
  const std::optional<std::size_t> columns = terminal_columns(descriptor);
  if (!columns) return label + text + "\n";
  return label + wrapped(visible(text), std::max(*columns, fewest_columns), label.size()) + "\n";
}

}  // namespace tracetax::cli
