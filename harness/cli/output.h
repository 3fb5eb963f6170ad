#pragma once
// Where answers go: a file after -o, or stdout.

#include <string>

namespace tracetax::cli {

// Throws UsageError when `file` cannot become one: a folder, in a folder that is not there or may not be written. To be
// asked before work that takes time. An empty name is stdout.
void check_output(const std::string& file);

// Throws UsageError as check_output(), and std::runtime_error when the disk is full or stdout is closed.
void write_answer(const std::string& text, const std::string& file);

}  // namespace tracetax::cli
