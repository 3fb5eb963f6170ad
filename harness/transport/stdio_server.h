#pragma once
// Private to the transport: the stdio server over any pair of descriptors, which it takes over.

#include <functional>
#include <memory>

#include <boost/asio/io_context.hpp>

#include "harness/transport/server.h"

namespace tracetax::transport {

std::unique_ptr<Listener> open_stdio(asio::io_context& io, int read_fd, int write_fd, const ServerLimits& limits,
                                     Handler& handler, std::function<void()> stdin_ended);

}  // namespace tracetax::transport
