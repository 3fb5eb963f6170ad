#pragma once
// Internal.

#include <string>
#include <string_view>

namespace tracetax::telemetry {

// One gzip member (RFC 1952) of zlib's default level, as the SDKs compress exports.
std::string gzip(std::string_view text);

}  // namespace tracetax::telemetry
