#pragma once
// Private to the transport: what the kernel knows of a TCP connection's delivery.

#include <cstdint>
#include <optional>

namespace tracetax::transport {

// How many bytes the peer's kernel has acknowledged since the connection was made, our SYN counted as one
// (tcp_info.tcpi_bytes_acked, RFC 4898 tcpEStatsAppHCThruOctetsAcked). Empty when the kernel does not say.
std::optional<std::uint64_t> acknowledged_bytes(int socket_fd);

}  // namespace tracetax::transport
