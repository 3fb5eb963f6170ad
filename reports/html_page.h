#pragma once
// A page made of a static head and a document that its script (reports/web) draws. Internal to reports.

#include <cstddef>
#include <string>
#include <string_view>

namespace tracetax::html {

// One file that needs no network. `head_html` is HTML and says the most important without a script; `document_json` is
// JSON, in which no text can end the script element that carries it. A document of more than `packed_above` bytes is
// carried as gzip in base64, with the attribute data-packed="gzip".
std::string page(std::string_view title, std::string_view head_html, std::string_view document_json);

inline constexpr std::size_t packed_above = 200'000;

}  // namespace tracetax::html
