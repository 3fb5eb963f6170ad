#include "mock_servers/common/span_attributes.h"

#include <charconv>

#include "harness/mcp/protocol.h"

namespace tracetax::service {
namespace {

using telemetry::SpanKind;

constexpr const char* tool_error = "tool_error";
constexpr const char* tool_error_says = "the tool reported an error";

opentelemetry::nostd::string_view text(std::string_view value) {
  return {value.data(), value.size()};
}

void set_text(telemetry::Span& span, std::string_view key, std::string_view value) {
  if (!value.empty()) span.set(key, text(value));
}

// "127.0.0.1:40312" and "[::1]:40312".
void set_peer(telemetry::Span& span, std::string_view peer, bool is_server) {
  const auto colon = peer.rfind(':');
  if (colon == std::string_view::npos) return;
  auto host = peer.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto digits = peer.substr(colon + 1);
  std::int64_t port = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (host.empty() || read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return;
  span.set(is_server ? "client.address" : "server.address", text(host));
  span.set(is_server ? "client.port" : "server.port", port);
}

bool is_callers_mistake(int code) {
  return code == mcp::parse_error || code == mcp::invalid_request || code == mcp::method_not_found ||
         code == mcp::invalid_params;
}

}  // namespace

std::string span_name(std::string_view method, std::string_view tool) {
  std::string name(method);
  if (!tool.empty()) name.append(" ").append(tool);
  return name;
}

std::string span_name(const McpCall& call) {
  if (call.method == "prompts/get") return span_name(call.method, mcp::name_of(call.method, call.params));
  return span_name(call.method, tool_of(call));
}

std::string tool_of(const McpCall& call) {
  if (call.text) return std::string(call.text->name());
  return call.method == "tools/call" ? mcp::name_of(call.method, call.params) : std::string();
}

telemetry::Received received_context(const McpCall& call) {
  const auto& headers = *call.headers;
  const auto of_headers = telemetry::extract(headers.get("traceparent"), headers.get("tracestate"));
  if (call.text) {
    return telemetry::choose_parent(telemetry::extract(call.text->traceparent(), call.text->tracestate()), of_headers);
  }
  const auto meta = mcp::read_trace(call.params);
  return telemetry::choose_parent(telemetry::extract(meta.traceparent, meta.tracestate), of_headers);
}

void set_attributes(telemetry::Span& span, const McpSpan& what, SpanKind kind) {
  if (!span.recording()) return;
  set_text(span, "mcp.method.name", what.method);
  // gen_ai.tool.name is there from the span's start (SpanStart::tool): samplers ask for it.
  if (!what.tool.empty()) set_text(span, "gen_ai.operation.name", "execute_tool");
  set_text(span, "gen_ai.prompt.name", what.prompt);
  set_text(span, "mcp.resource.uri", what.resource);
  set_text(span, "jsonrpc.request.id", what.request_id);
  set_text(span, "mcp.protocol.version", what.protocol_version);
  set_text(span, "mcp.session.id", what.session_id);
  set_text(span, "network.transport", what.transport == TransportKind::stdio ? "pipe" : "tcp");
  if (what.transport != TransportKind::stdio) {
    set_text(span, "network.protocol.name", what.transport == TransportKind::http ? "http" : "websocket");
  }
  set_peer(span, what.peer, kind == SpanKind::kServer);
}

void set_server_attributes(telemetry::Span& span, const McpCall& call) {
  if (!span.recording()) return;
  const auto tool = tool_of(call);
  const auto id = mcp::to_string(call.id);
  McpSpan what{call.method};
  what.tool = tool;
  const std::string name = tool.empty() ? mcp::name_of(call.method, call.params) : std::string();
  (call.method == "prompts/get" ? what.prompt : what.resource) = name;
  what.request_id = id;
  what.protocol_version = call.protocol_version;
  what.session_id = call.session_id;
  what.transport = call.transport;
  what.peer = call.peer;
  set_attributes(span, what, SpanKind::kServer);
}

void set_outcome(telemetry::Span& span, const std::variant<mcp::Json, mcp::ErrorObject>& outcome, SpanKind kind) {
  if (!span.recording()) return;
  if (const auto* error = std::get_if<mcp::ErrorObject>(&outcome)) {
    const auto code = std::to_string(error->code);
    set_text(span, "rpc.response.status_code", code);
    if (kind == SpanKind::kServer && is_callers_mistake(error->code)) return;
    span.error(code, error->message);
    return;
  }
  const auto& result = std::get<mcp::Json>(outcome);
  if (!result.is_object()) return;
  const auto is_error = result.find("isError");
  if (is_error != result.end() && *is_error == true) span.error(tool_error, tool_error_says);
}

void set_outcome(telemetry::Span& span, const McpAnswer& answer, SpanKind kind) {
  if (!answer.text) return set_outcome(span, answer.outcome, kind);
  if (answer.text->parts.is_error) span.error(tool_error, tool_error_says);
}

}  // namespace tracetax::service
