#include "harness/transport/server.h"

#include <unistd.h>

#include "harness/transport/line_io.h"
#include "harness/transport/socket_server.h"
#include "harness/transport/stdio_server.h"

namespace tracetax::transport {

std::unique_ptr<Listener> Listener::open(asio::io_context& io, const Url& url, const ServerLimits& limits,
                                         Handler& handler, std::function<void()> stdin_ended) {
  switch (url.kind) {
    case Kind::http:
      return open_http(io, url, limits, handler);
    case Kind::ws:
      return open_ws(io, url, limits, handler);
    case Kind::stdio:
      break;
  }
  const int input = own_descriptor(STDIN_FILENO, true);
  int output = -1;
  try {
    output = own_descriptor(STDOUT_FILENO, false);
  } catch (...) {
    ::close(input);
    throw;
  }
  return open_stdio(io, input, output, limits, handler, std::move(stdin_ended));
}

}  // namespace tracetax::transport
