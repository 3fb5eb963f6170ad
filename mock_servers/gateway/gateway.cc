#include "mock_servers/gateway/gateway.h"

#include <algorithm>
#include <utility>

#include "mock_servers/common/span_attributes.h"

// As in harness/transport/http_client.cc: g++ 12 inlines the operator new of Asio's coroutine frames but not the
// operator delete that belongs to it, and then takes them for a mismatch.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace tracetax::gateway {

namespace {

using mcp::ErrorObject;
using service::McpAnswer;
using service::McpCall;
using telemetry::Span;
using telemetry::SpanContext;
using telemetry::SpanKind;
using telemetry::SpanStart;

SpanStart child_of(const SpanContext& parent, SpanKind kind) {
  SpanStart how;
  how.kind = kind;
  how.parent = parent;
  return how;
}

// In the order of first appearance.
std::vector<Service> services_of(const GatewayConfig& config, const service::Host& host) {
  std::vector<Service> services;
  for (const auto& backend : config.backends) {
    auto found =
        std::find_if(services.begin(), services.end(), [&](const Service& s) { return s.name == backend.name; });
    if (found == services.end()) {
      services.push_back({backend.name});
      found = std::prev(services.end());
    }
    service::PeerOptions options;
    options.backend = backend;
    options.client = {"mcp-gateway", TRACETAX_VERSION};
    options.connect_span = "backend.connect";
    options.message_bytes = config.max_message_bytes;
    found->replicas.push_back({service::Peer(host, std::move(options)), Breaker(config.breaker), backend.url});
  }
  return services;
}

}  // namespace

Gateway::Gateway(const GatewayConfig& config, service::Host host)
    : config_(config),
      host_(host),
      bridge_names_(host.tracing.config().span_names == SpanNames::mcp_bridge),
      services_(services_of(config, host)),
      catalogs_{Catalog(services_.size()), Catalog(services_.size()), Catalog(services_.size(), "uri"),
                Catalog(services_.size(), "uriTemplate")} {}

asio::awaitable<McpAnswer> Gateway::answer(McpCall call) {
  ++calls_;
  Forward what;
  what.method = call.method;
  what.tool = service::tool_of(call);
  if (what.tool.empty()) what.name = mcp::name_of(call.method, call.params);
  what.live = call.live;
  what.deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(config_.timeout);

  const auto received = service::received_context(call);
  SpanStart how = child_of(received.parent, SpanKind::kServer);
  how.link = received.link;
  how.tool = what.tool;
  Span span =
      bridge_names_ ? host_.tracing.span("http.request", how) : host_.tracing.span(service::span_name(call), how);
  if (call.span) *call.span = span.context();
  if (span.recording()) {
    service::set_server_attributes(span, call);
    span.set("mcp.method", call.method.c_str());
    span.set("mcp.message.id", mcp::to_string(call.id).c_str());
  }
  what.parent = span.context();
  McpAnswer answer = co_await serve(call, what);
  service::set_outcome(span, answer, SpanKind::kServer);
  co_return answer;
}

asio::awaitable<McpAnswer> Gateway::serve(McpCall& call, Forward& what) {
  for (const auto check : {&Gateway::authenticate, &Gateway::limit}) {
    if (auto refused = (this->*check)(call, what.parent)) {
      McpAnswer answer;
      answer.http_status = service::http_status_of(refused->code);
      answer.outcome = std::move(*refused);
      co_return answer;
    }
  }
  what.params = std::move(call.params);
  what.text = std::move(call.text);
  if (call.method == "tools/call") co_return co_await call_tool(what);
  if (call.method == "tools/list") co_return co_await list(Kind::tools, what);
  if (call.method == "prompts/list") co_return co_await list(Kind::prompts, what);
  if (call.method == "resources/list") co_return co_await list(Kind::resources, what);
  if (call.method == "resources/templates/list") co_return co_await list(Kind::templates, what);
  if (call.method == "prompts/get") co_return co_await get_prompt(what);
  if (call.method == "resources/read") co_return co_await read_resource(what);
  co_return co_await complete(what);
}

std::optional<ErrorObject> Gateway::authenticate(const McpCall& call, const SpanContext& parent) {
  Span span = host_.tracing.span("auth.verify", child_of(parent, SpanKind::kInternal));
  // stdio has no headers: its only caller is the process that started this one.
  const auto outcome = call.transport == TransportKind::stdio
                           ? AuthOutcome::not_required
                           : verify_bearer(call.headers->get("Authorization"), config_.token);
  if (span.recording()) {
    span.set("auth.type", outcome == AuthOutcome::not_required ? "none" : "bearer");
    span.set("auth.success", may_pass(outcome));
  }
  if (may_pass(outcome)) {
    span.ok();
    return std::nullopt;
  }
  ++unauthorized_;
  span.error("unauthorized", to_string(outcome));
  ErrorObject error;
  error.code = mcp::unauthorized;
  error.message = "unauthorized: " + std::string(to_string(outcome));
  return error;
}

std::optional<ErrorObject> Gateway::limit(const McpCall& call, const SpanContext& parent) {
  Span span = host_.tracing.span("rate_limit.check", child_of(parent, SpanKind::kInternal));
  const transport::ConnectionId caller = config_.token.empty() ? call.connection : 0;
  const Nanos now = monotonic_now();
  auto& bucket = buckets_.try_emplace(caller, config_.rate_limit, now).first->second;
  const auto decision = bucket.take(now);
  if (span.recording()) {
    span.set("rate_limit.limited", !decision.allowed);
    if (!bucket.unlimited()) {
      span.set("rate_limit.limit", bucket.burst());
      span.set("rate_limit.remaining", decision.remaining);
      span.set("rate_limit.reset_ms", static_cast<double>(decision.reset.count()) / 1e6);
    }
  }
  if (decision.allowed) return std::nullopt;
  ++rate_limited_;
  span.error("rate_limited", "the caller's token bucket is empty");
  ErrorObject error;
  error.code = mcp::rate_limited;
  const auto wait_ms = (decision.reset.count() + 999'999) / 1'000'000;
  error.message = "rate limit exceeded: try again in " + std::to_string(wait_ms) + " ms";
  error.data = {{"retryAfterMs", wait_ms}};
  return error;
}

}  // namespace tracetax::gateway
