#pragma once
// Sockets without blocking, and where a URL's host is.

#include <optional>
#include <string>
#include <string_view>

#include <sys/socket.h>

#include "harness/base/time.h"
#include "harness/transport/url.h"

namespace tracetax {

// A URL that calls may be made to: those of the transports, https and wss.
struct PeerUrl {
  transport::Url url{};  // https: of kind http; wss: of kind ws
  bool tls = false;
};
// Empty when it is none. A missing port is 80, over TLS 443.
std::optional<PeerUrl> parse_peer_url(std::string_view text);

struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;
};

// Where the URL's host is. Of several addresses (`localhost` is two on most machines) the first that accepts a
// connection, each being given `patience`; the first of all where none does. Throws std::runtime_error that names it.
Address resolve(const transport::Url& url, Nanos patience = std::chrono::seconds(2));

// A TCP connection that is being made, without delay of small segments; below 0: could not begin, errno says why.
int begin_connecting(const Address& address);
// Whether it was made, once it is writable: 0 or the errno.
int connect_error(int fd);
void make_nonblocking(int fd);

}  // namespace tracetax
