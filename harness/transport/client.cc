#include "harness/transport/client.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include "harness/transport/client_socket.h"

namespace tracetax::transport {

asio::awaitable<error_code> open_socket(ClientSocket& client, const Url& url) {
  error_code error;
  const auto address = asio::ip::make_address(url.host, error);
  if (!error) {
    const tcp::endpoint endpoint{address, url.port};
    std::tie(error) = co_await client.socket.async_connect(endpoint, as_result);
  } else {
    tcp::resolver resolver{client.socket.get_executor()};
    const std::string port = std::to_string(url.port);
    const auto [lookup_error, found] = co_await resolver.async_resolve(url.host, port, as_result);
    if (lookup_error) co_return lookup_error;
    if (client.aborted) co_return asio::error::operation_aborted;  // or connecting would open the socket again
    const auto [connect_error, endpoint] = co_await asio::async_connect(client.socket, found, as_result);
    error = connect_error;
  }
  if (!error && client.aborted) error = asio::error::operation_aborted;
  if (!error) prepare_socket(client.socket);
  co_return error;
}

asio::awaitable<std::unique_ptr<Channel>> connect(const Url& url, const ChannelOptions& options) {
  for (const auto& [name, value] : options.headers) {
    if (!writable_field(name, value)) {
      throw boost::system::system_error(asio::error::invalid_argument, "header " + name + " for " + url.text());
    }
  }
  if (url.kind == Kind::stdio) {
    throw boost::system::system_error(asio::error::invalid_argument, "stdio is not an address to connect to");
  }
  const auto executor = co_await asio::this_coro::executor;
  if (url.kind == Kind::http) co_return make_http_channel(executor, url, options);
  co_return co_await connect_ws(url, options);
}

}  // namespace tracetax::transport
