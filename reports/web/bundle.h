#pragma once
// The script and the style sheet of pages, as esbuild bundled them from src/ (reports/web/CMakeLists.txt). Internal to
// reports.

#include <string_view>

namespace tracetax::web {

std::string_view script();  // JavaScript, ES2020; without "</script" and "<!--"
std::string_view style();   // CSS

}  // namespace tracetax::web
