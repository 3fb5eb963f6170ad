#pragma once
// Private to the transport: a TCP connection to a URL's host that can be given up from outside while it is being made.

#include <memory>
#include <string>

#include "harness/transport/client.h"
#include "harness/transport/deadlines.h"
#include "harness/transport/net.h"

namespace tracetax::transport {

struct ClientSocket : Expiring {
  explicit ClientSocket(const asio::any_io_executor& executor) : socket(executor) {}
  void abort() {
    aborted = true;
    close_socket(socket);
  }
  void expire() override { abort(); }

  tcp::socket socket;
  bool aborted = false;
};

// Names are looked up each time. An abort() meanwhile ends it with operation_aborted.
asio::awaitable<error_code> open_socket(ClientSocket& client, const Url& url);

std::unique_ptr<Channel> make_http_channel(asio::any_io_executor executor, const Url& url,
                                           const ChannelOptions& options);
asio::awaitable<std::unique_ptr<Channel>> connect_ws(Url url, ChannelOptions options);

}  // namespace tracetax::transport
