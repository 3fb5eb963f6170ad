#pragma once
// Ports for programs that cannot choose one themselves.

#include <cstdint>

namespace tracetax {

// A TCP port of 127.0.0.1 that was free a moment ago. Mocks never need it: they bind port 0 and say what they got.
std::uint16_t free_port();

// Somebody accepts connections on 127.0.0.1:port.
bool accepts_connections(std::uint16_t port);

}  // namespace tracetax
