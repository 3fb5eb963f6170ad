#pragma once
// Attributes and outcome of spans as the OpenTelemetry conventions for MCP want them (status: development), for the
// SERVER and CLIENT spans of router, gateway and tool server.

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/base/wire.h"
#include "harness/mcp/message.h"
#include "harness/telemetry/propagation.h"
#include "harness/telemetry/tracing.h"
#include "mock_servers/common/mcp_service.h"

namespace tracetax::service {

// "tools/call NAME", "tools/list": {mcp.method.name} {gen_ai.tool.name}.
std::string span_name(std::string_view method, std::string_view tool);
// As the conventions name the SERVER span of a call: with the tool or the prompt that it asks for. Resources stay out
// of names: there may be any number of them.
std::string span_name(const McpCall& call);
// params.name of a tools/call; empty for anything else.
std::string tool_of(const McpCall& call);

// Parent and link that the call brings: `_meta` before the HTTP (or handshake) headers.
telemetry::Received received_context(const McpCall& call);

// What describes the message; nothing is computed or set when the span is not recording.
struct McpSpan {
  std::string_view method;
  std::string_view tool{};        // empty: not a tool call
  std::string_view prompt{};      // of prompts/get
  std::string_view resource{};    // the URI of resources/read
  std::string_view request_id{};  // as mcp::to_string(Id) writes it
  std::string_view protocol_version{};
  std::string_view session_id{};  // legacy only
  TransportKind transport = TransportKind::stdio;
  std::string_view peer{};  // "HOST:PORT" of the other end: client.* on a server's span, server.* on a client's
};
void set_attributes(telemetry::Span& span, const McpSpan& what, telemetry::SpanKind kind);
// The same for the SERVER span of a call.
void set_server_attributes(telemetry::Span& span, const McpCall& call);

// error.type and status ERROR for a failed outcome, rpc.response.status_code for any JSON-RPC error. isError is
// "tool_error". On the server's side -32700, -32600, -32601 and -32602 are the caller's mistakes: no error of the span.
void set_outcome(telemetry::Span& span, const McpAnswer& answer, telemetry::SpanKind kind);
void set_outcome(telemetry::Span& span, const std::variant<mcp::Json, mcp::ErrorObject>& outcome,
                 telemetry::SpanKind kind);

}  // namespace tracetax::service
