// Apart from everything else: <linux/tcp.h>, which has the field, and <netinet/tcp.h>, which Asio includes, both define
// struct tcp_info.
#include "harness/transport/tcp_delivery.h"

#include <cstddef>

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace tracetax::transport {

std::optional<std::uint64_t> acknowledged_bytes(int socket_fd) {
  tcp_info info{};
  socklen_t length = sizeof info;
  constexpr std::size_t needed = offsetof(tcp_info, tcpi_bytes_acked) + sizeof info.tcpi_bytes_acked;
  if (::getsockopt(socket_fd, IPPROTO_TCP, TCP_INFO, &info, &length) != 0 || length < needed) return std::nullopt;
  return info.tcpi_bytes_acked;
}

}  // namespace tracetax::transport
