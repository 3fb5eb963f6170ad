#pragma once
// Sockets without blocking, and where a URL's host is.

#include <string>

#include <sys/socket.h>

#include "harness/transport/url.h"

namespace tracetax {

struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;
};

// The first address of the URL's host. Throws std::runtime_error that names it.
Address resolve(const transport::Url& url);

// A TCP connection that is being made, without delay of small segments; below 0: could not begin, errno says why.
int begin_connecting(const Address& address);
// Whether it was made, once it is writable: 0 or the errno.
int connect_error(int fd);
void make_nonblocking(int fd);

}  // namespace tracetax
