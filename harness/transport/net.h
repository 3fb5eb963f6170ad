#pragma once
// Private to the transport: what its sockets' two ends have in common.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>

#include "harness/transport/headers.h"

namespace tracetax::transport {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

// Results as (error, value) tuples: a closed connection is an everyday event, not an exception.
inline constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

inline constexpr std::uint32_t http_header_bytes = 16u << 10;
inline constexpr std::size_t read_chunk_bytes = 16u << 10;

// What must be done to every socket before it carries messages: answers are small and wait for nobody (TCP_NODELAY),
// and write_now() does not wait either.
inline void prepare_socket(tcp::socket& socket) {
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  socket.non_blocking(true, ignored);
}

// Hands the kernel what it takes at once, and says how much that was: nearly always all of it, which spares a turn of
// the loop. Errors are left to whoever writes the rest or reads.
template <class Buffers>
std::size_t write_now(tcp::socket& socket, const Buffers& buffers) {
  error_code ignored;
  return socket.write_some(buffers, ignored);
}

inline void close_socket(tcp::socket& socket) {
  error_code ignored;
  socket.close(ignored);
}

// Lets an HTTP parser have what is buffered. True when it needs more bytes; false when it is done or `error` is set.
template <class Parser>
bool feed(Parser& parser, beast::flat_buffer& buffer, error_code& error) {
  error = {};
  while (!parser.is_done() && buffer.size() > 0) {
    const std::size_t used = parser.put(buffer.data(), error);
    buffer.consume(used);
    if (error == beast::http::error::need_more) {
      error = {};
      return true;
    }
    if (error) return false;
    if (used == 0) return true;
  }
  return !parser.is_done();
}

// False for a field that would break out of its line: RFC 9110, 5.5 forbids CR, LF and NUL.
inline bool writable_field(std::string_view name, std::string_view value) {
  constexpr std::string_view forbidden{"\r\n\0", 3};
  return !name.empty() && name.find_first_of(forbidden) == std::string_view::npos &&
         name.find_first_of(" :") == std::string_view::npos && value.find_first_of(forbidden) == std::string_view::npos;
}

inline std::string_view view_of(const beast::flat_buffer& buffer) {
  return {static_cast<const char*>(buffer.data().data()), buffer.size()};
}

template <class Fields>
Headers copy_headers(const Fields& fields) {
  Headers out;
  for (const auto& field : fields) {
    const auto name = field.name_string();
    const auto value = field.value();
    out.add(std::string(name.data(), name.size()), std::string(value.data(), value.size()));
  }
  return out;
}

}  // namespace tracetax::transport
