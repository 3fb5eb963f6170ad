#pragma once
// Where a peer listens: "stdio", "http://HOST:PORT/PATH", "ws://HOST:PORT/PATH". IPv6 hosts in brackets.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/wire.h"

namespace tracetax::transport {

using Kind = TransportKind;

struct Url {
  Kind kind = Kind::stdio;
  std::string host{};
  std::uint16_t port = 0;
  std::string path = "/";

  std::string text() const;
  std::string authority() const;  // "HOST:PORT", as a Host header has it
};

// Empty when the text is none of the forms above. A missing port is 80.
std::optional<Url> parse_url(std::string_view text);

}  // namespace tracetax::transport
