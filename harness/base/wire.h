#pragma once
// The two words every layer that speaks of a hop needs.

#include <cstdint>
#include <string_view>

namespace tracetax {

enum class TransportKind : std::uint8_t { stdio, http, ws };

// modern: protocol version 2026-07-28, every request stands alone. legacy: 2025-11-25 and before, initialize and
// sessions.
enum class Era : std::uint8_t { modern, legacy };

constexpr std::string_view to_string(TransportKind kind) {
  return kind == TransportKind::stdio ? "stdio" : kind == TransportKind::http ? "http" : "ws";
}
constexpr std::string_view to_string(Era era) {
  return era == Era::modern ? "modern" : "legacy";
}

}  // namespace tracetax
