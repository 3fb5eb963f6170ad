#pragma once
// Base64 with padding (RFC 4648 §4), as HdrHistogram logs carry it. Internal to harness/results and to the pages of
// reports.

#include <string>
#include <string_view>

namespace tracetax {

std::string base64_encode(std::string_view bytes);

// Throws std::runtime_error for a character outside the alphabet, a length that is no multiple of four, wrong padding
// or bits set that no encoder sets.
std::string base64_decode(std::string_view text);

}  // namespace tracetax
