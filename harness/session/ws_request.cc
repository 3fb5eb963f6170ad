#include "harness/session/ws_request.h"

#include <stdexcept>

#include "harness/session/trouble.h"

namespace tracetax {

namespace beast = boost::beast;

beast::websocket::stream_base::decorator ask_for_mcp(const mcp::HeaderFields& headers) {
  return beast::websocket::stream_base::decorator([&headers](beast::websocket::request_type& request) {
    request.set(beast::http::field::sec_websocket_protocol, "mcp");
    for (const auto& [name, value] : headers) request.set(name, value);
  });
}

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

void cannot_connect(const std::string& url, const std::string& why) {
  throw std::runtime_error("cannot connect to " + url + ": " + why);
}

}  // namespace tracetax
