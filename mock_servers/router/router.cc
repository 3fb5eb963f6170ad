#include "mock_servers/router/router.h"

#include <utility>

#include <fmt/format.h>

#include "mock_servers/common/span_attributes.h"

namespace tracetax::router {

using service::McpAnswer;
using service::McpCall;
using telemetry::Span;
using telemetry::SpanKind;
using telemetry::SpanStart;

Router::Router(const RouterConfig& config, service::Host host)
    : config_(config), host_(host), bridge_names_(host.tracing.config().span_names == SpanNames::mcp_bridge) {
  if (config_.gateway.url.empty()) return;
  service::PeerOptions options;
  options.backend = config_.gateway;
  if (options.backend.name.empty()) options.backend.name = "gateway";
  options.token = config_.token;
  options.client = {"mcp-router", TRACETAX_VERSION};
  options.connect_span = "gateway.connect";
  options.message_bytes = config_.max_message_bytes;
  options.keep_open = true;
  gateway_.emplace(host, std::move(options));
}

asio::awaitable<void> Router::start() {
  if (gateway_) gateway_->start();
  co_return;
}

asio::awaitable<void> Router::stop() {
  if (gateway_) co_await gateway_->close();
}

asio::awaitable<mcp::Json> Router::capabilities() {
  mcp::Json all{{"tools", mcp::Json::object()}};
  if (!gateway_) co_return all;
  const auto behind = co_await gateway_->capabilities(Clock::now() + service::capabilities_patience);
  if (behind) all.update(*behind);
  co_return all;
}

asio::awaitable<McpAnswer> Router::answer(McpCall call) {
  ++calls_;
  callers_.insert(call.connection);
  std::string tool = service::tool_of(call);
  const auto received = service::received_context(call);
  SpanStart how;
  how.kind = SpanKind::kServer;
  how.parent = received.parent;
  how.link = received.link;
  how.tool = tool;
  // The Bridge's router knows stdio only; the name is kept for the other transports, so that trees compare.
  Span span = bridge_names_ ? host_.tracing.span("stdio.read", how) : host_.tracing.span(service::span_name(call), how);
  if (call.span) *call.span = span.context();
  if (span.recording()) {
    service::set_server_attributes(span, call);
    span.set("mcp.method", call.method.c_str());
    span.set("mcp.message.id", mcp::to_string(call.id).c_str());
  }
  McpAnswer answer = co_await forward(call, std::move(tool), span.context());
  service::set_outcome(span, answer, SpanKind::kServer);
  co_return answer;
}

asio::awaitable<McpAnswer> Router::forward(McpCall& call, std::string tool, telemetry::SpanContext parent) {
  SpanStart how;
  how.kind = SpanKind::kClient;
  how.parent = parent;
  how.tool = tool;
  Span span =
      bridge_names_ ? host_.tracing.span("gateway.request", how) : host_.tracing.span(service::span_name(call), how);
  if (!gateway_) {
    ++failures_;
    constexpr const char* why = "no gateway is configured";
    span.error("unreachable", why);
    McpAnswer answer;
    mcp::ErrorObject error;
    error.code = mcp::backend_unavailable;
    error.message = why;
    answer.outcome = std::move(error);
    answer.http_status = service::http_status_of(mcp::backend_unavailable);
    co_return answer;
  }
  if (span.recording()) {
    const auto& url = gateway_->url();
    const std::string peer = url.host + ":" + std::to_string(url.port);
    service::McpSpan description;
    description.method = call.method;
    description.tool = tool;
    const std::string name = tool.empty() ? mcp::name_of(call.method, call.params) : std::string();
    (call.method == "prompts/get" ? description.prompt : description.resource) = name;
    description.transport = url.kind;
    description.peer = peer;
    service::set_attributes(span, description, SpanKind::kClient);
    const auto pool = gateway_->pool();
    span.set("connection_pool.size", static_cast<std::int64_t>(pool.size));
    span.set("connection_pool.active", static_cast<std::int64_t>(pool.in_flight));
  }
  service::PeerCall onward;
  onward.method = call.method;
  onward.params = std::move(call.params);
  onward.text = std::move(call.text);
  onward.context = span.context();
  onward.live = call.live;
  onward.deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(config_.timeout);
  service::PeerReply reply = co_await gateway_->call(std::move(onward));
  if (reply.peer_failed()) ++failures_;
  if (reply.answered())
    service::set_outcome(span, reply.answer, SpanKind::kClient);
  else
    span.error(reply.error_type, reply.detail);
  co_return std::move(reply.answer);
}

std::string Router::metrics() const {
  const auto pool = gateway_ ? gateway_->pool() : service::Peer::Pool{};
  std::string out;
  const auto family = [&out](std::string_view name, std::string_view type, std::string_view help, std::uint64_t value) {
    out += fmt::format("# TYPE {0} {1}\n# HELP {0} {2}\n{0}{3} {4}\n", name, type, help,
                       type == "counter" ? "_total" : "", value);
  };
  family("mcp_router_calls", "counter", "Requests of callers.", calls_);
  family("mcp_router_gateway_failures", "counter", "Requests that the gateway did not answer, or with 5xx.", failures_);
  family("mcp_router_callers", "gauge", "Connections that have called and are open.", callers_.size());
  family("mcp_router_pool_size", "gauge", "Most channels to the gateway.", pool.size);
  family("mcp_router_pool_open", "gauge", "WebSocket channels to the gateway that are open.", pool.open);
  family("mcp_router_pool_in_flight", "gauge", "Requests waiting for the gateway.", pool.in_flight);
  family("mcp_router_pool_opened", "counter", "WebSocket handshakes that succeeded.", pool.opened);
  family("mcp_router_pool_open_failures", "counter", "WebSocket handshakes that failed.", pool.failed);
  return out;
}

}  // namespace tracetax::router
