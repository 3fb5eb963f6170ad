#pragma once
// What a sink's POST /take answers.

#include <cstdint>
#include <string>
#include <vector>

#include "harness/otlp/span.h"

namespace tracetax {

// Frames of a request's length (32 bits), its arrival (64 bits, Unix nanoseconds), both little-endian, and the request
// itself. Appends the spans, and to `requests`, where it is not null, the requests that could be decoded. Returns the
// number of spans without valid ids. Throws std::runtime_error for frames that are cut off.
std::uint64_t decode_frames(const std::string& frames, std::vector<otlp::Span>& spans,
                            std::vector<std::string>* requests);

}  // namespace tracetax
