// The opening handshake of a WebSocket, by Boost.Beast: once a session, and not in any measured time.
#include <stdexcept>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "harness/session/address.h"
#include "harness/session/stream_link.h"
#include "harness/session/trouble.h"

namespace tracetax {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

namespace {

// Why there is no WebSocket, as any other http answer is told of.
std::string declined(const beast::websocket::response_type& response) {
  const auto field = [&](beast::http::field name) {
    const auto value = response[name];
    return std::string(value.data(), value.size());
  };
  HttpAnswer answer;
  answer.status = static_cast<int>(response.result_int());
  answer.body = response.body();
  answer.fields.location = field(beast::http::field::location);
  answer.fields.www_authenticate = field(beast::http::field::www_authenticate);
  const Trouble trouble = trouble_of(answer);
  return trouble.detail.empty() ? trouble.reason : trouble.reason + ": " + trouble.detail;
}

}  // namespace

int open_ws(const transport::Url& url, const mcp::HeaderFields& headers, Nanos time) {
  asio::io_context io{1};
  asio::ip::tcp::resolver resolver(io);
  const auto refuse = [&](const std::string& why) -> void {
    throw std::runtime_error("cannot connect to " + url.text() + ": " + why);
  };
  error_code error;
  const auto found = resolver.resolve(url.host, std::to_string(url.port), error);
  if (error) refuse(error.message());
  beast::websocket::stream<asio::ip::tcp::socket> stream(io);
  stream.set_option(beast::websocket::stream_base::decorator([&](beast::websocket::request_type& request) {
    request.set(beast::http::field::sec_websocket_protocol, "mcp");
    for (const auto& [name, value] : headers) request.set(name, value);
  }));
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
