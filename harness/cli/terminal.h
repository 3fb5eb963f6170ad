#pragma once
// What is known of a terminal. Asked anew whenever something is drawn, so that a window that changes its size needs no
// signal handler.

#include <cstddef>
#include <optional>
#include <string>

#include "reports/reports.h"

namespace tracetax::cli {

// Columns of the terminal behind that descriptor, by TIOCGWINSZ. Empty: it is none, or does not say.
std::optional<std::size_t> terminal_columns(int descriptor);

// Whether a line can be written over: a terminal that is not TERM=dumb. NO_COLOR says nothing about that.
bool can_redraw(int descriptor);

// For a report on that descriptor: colours and width of the terminal; 80 columns where it is none or does not say.
TextOptions text_options(int descriptor);
// For an answer (output.h): of the terminal behind stdout, or as a file has it.
TextOptions text_options_of(const std::string& output);

// "warning: " and a text, as a line; on a terminal wrapped to its width, below itself.
std::string told(int descriptor, const std::string& label, const std::string& text);

}  // namespace tracetax::cli
