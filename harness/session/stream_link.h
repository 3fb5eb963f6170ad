#pragma once
// Many calls in flight on one stream of messages, told apart by their ids: stdio (a line each) and WebSocket (a text
// frame each). The load's end.

#include <cstdint>
#include <memory>
#include <string>

#include "harness/mcp/protocol.h"
#include "harness/session/event_loop.h"
#include "harness/session/link.h"
#include "harness/transport/url.h"

namespace tracetax {

// Owns the descriptors, which may be the same one. RequestBytes hold the message's text.
std::unique_ptr<Link> make_stdio_link(EventLoop& loop, LinkUser& user, int read_fd, int write_fd,
                                      std::uint64_t message_bytes);
// Owns the socket, over which the opening handshake has been made.
std::unique_ptr<Link> make_ws_link(EventLoop& loop, LinkUser& user, int fd, std::uint64_t message_bytes);

// A TCP connection with the opening handshake made, which `headers` go along with. Throws std::runtime_error.
int open_ws(const transport::Url& url, const mcp::HeaderFields& headers, Nanos time);

// The same over TLS.
class TlsContext;
class TlsSocket;
struct TlsConnection {
  int fd = -1;
  std::unique_ptr<TlsSocket> socket{};  // attached to it
};
TlsConnection open_wss(const transport::Url& url, const mcp::HeaderFields& headers,
                       const std::shared_ptr<TlsContext>& tls, Nanos time);
std::unique_ptr<Link> make_wss_link(EventLoop& loop, LinkUser& user, TlsConnection connection,
                                    std::uint64_t message_bytes);

}  // namespace tracetax
