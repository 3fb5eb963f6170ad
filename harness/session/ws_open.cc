// The opening handshake of a WebSocket, by Boost.Beast: once a session, and not in any measured time.

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "harness/session/address.h"
#include "harness/session/stream_link.h"
#include "harness/session/ws_request.h"

namespace tracetax {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

int open_ws(const transport::Url& url, const mcp::HeaderFields& headers, Nanos time) {
  asio::io_context io{1};
  asio::ip::tcp::resolver resolver(io);
  const auto refuse = [&](const std::string& why) -> void { cannot_connect(url.text(), why); };
  error_code error;
  const auto found = resolver.resolve(url.host, std::to_string(url.port), error);
  if (error) refuse(error.message());
  beast::websocket::stream<asio::ip::tcp::socket> stream(io);
  stream.set_option(ask_for_mcp(headers));
  beast::websocket::response_type response;
  bool done = false;
  const auto finish = [&](const error_code& result) {
    error = result;
    done = true;
  };
  asio::async_connect(stream.next_layer(), found, [&](const error_code& failed, const auto&) {
    if (failed) return finish(failed);
    stream.next_layer().set_option(asio::ip::tcp::no_delay(true));
    stream.async_handshake(response, url.authority(), url.path, finish);
  });
  io.run_for(time);
  if (!done) refuse("no answer to the WebSocket handshake");
  if (error == beast::websocket::error::upgrade_declined) refuse(declined(response));
  if (error) refuse(error.message());
  // Beast reads no further than the handshake's end: nobody has been asked anything yet.
  return stream.next_layer().release();
}

}  // namespace tracetax
