#pragma once
// Private to the opening of WebSockets, over TCP and over TLS: what is asked, and what a refusal says.

#include <string>

#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream_base.hpp>

#include "harness/mcp/protocol.h"

namespace tracetax {

// `headers` must outlive the handshake.
boost::beast::websocket::stream_base::decorator ask_for_mcp(const mcp::HeaderFields& headers);

// Why there is no WebSocket, as any other http answer is told of.
std::string declined(const boost::beast::websocket::response_type& response);

[[noreturn]] void cannot_connect(const std::string& url, const std::string& why);

}  // namespace tracetax
