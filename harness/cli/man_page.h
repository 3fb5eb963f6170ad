#pragma once
// The manual page.

#include <string>

#include "harness/cli/outline.h"

namespace tracetax::cli {

// In the language of man(7). `date`: of the page, "2026-01-02".
std::string man_page(const Outline& outline, const std::string& date);

}  // namespace tracetax::cli
