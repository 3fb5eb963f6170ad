#include "tests/support/http.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <sys/socket.h>
#include <sys/time.h>

#include "tests/support/process.h"

namespace tracetax::test {

HttpReply http_request(const std::string& method, const std::string& url, const std::string& body,
                       const std::map<std::string, std::string>& headers) try {
  namespace http = boost::beast::http;
  using boost::asio::ip::tcp;
  const std::string scheme = "http://";
  if (!url.starts_with(scheme)) throw std::runtime_error("no http:// URL");
  const auto slash = url.find('/', scheme.size());
  const std::string authority = url.substr(scheme.size(), slash - scheme.size());
  const std::string path = slash == std::string::npos ? "/" : url.substr(slash);
  const auto colon = authority.rfind(':');

  boost::asio::io_context io;
  tcp::socket socket{io};
  tcp::resolver resolver{io};
  boost::asio::connect(socket, resolver.resolve(authority.substr(0, colon), authority.substr(colon + 1)));
  const timeval limit{patience.count(), 0};
  ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);

  http::request<http::string_body> request{http::string_to_verb(method), path, 11};
  request.set(http::field::host, authority);
  for (const auto& [name, value] : headers) request.set(name, value);
  request.body() = body;
  request.prepare_payload();
  http::write(socket, request);
  boost::beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(256u << 20);
  http::read(socket, buffer, parser);

  HttpReply reply;
  reply.status = parser.get().result_int();
  for (const auto& field : parser.get()) {
    std::string name(field.name_string());
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    reply.headers.emplace(std::move(name), field.value());
  }
  reply.body = std::move(parser.get().body());
  return reply;
} catch (const std::exception& error) {
  throw std::runtime_error(method + " " + url + ": " + error.what());
}

}  // namespace tracetax::test
