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
using mcp::Json;
using service::McpAnswer;
using service::McpCall;
using telemetry::Span;
using telemetry::SpanContext;
using telemetry::SpanKind;
using telemetry::SpanStart;

// Pages of tools/list that a backend may hand out; more is a backend that goes in circles.
constexpr int most_pages = 1000;

McpAnswer error_answer(int code, std::string message) {
  McpAnswer answer;
  ErrorObject error;
  error.code = code;
  error.message = std::move(message);
  answer.outcome = std::move(error);
  answer.http_status = service::http_status_of(code);
  return answer;
}

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
      catalog_(services_.size()) {}

asio::awaitable<McpAnswer> Gateway::answer(McpCall call) {
  ++calls_;
  Forward what;
  what.method = call.method;
  what.tool = service::tool_of(call);
  what.deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(config_.timeout);

  const auto received = service::received_context(call);
  SpanStart how = child_of(received.parent, SpanKind::kServer);
  how.link = received.link;
  how.tool = what.tool;
  Span span = bridge_names_ ? host_.tracing.span("http.request", how)
                            : host_.tracing.span(service::span_name(call.method, what.tool), how);
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
  if (call.method == "tools/list") co_return co_await list(what);
  co_return co_await call_tool(what);
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

asio::awaitable<McpAnswer> Gateway::list(const Forward& what) {
  // All tools come in one page, so no cursor was ever handed out.
  if (what.params.contains("cursor")) co_return error_answer(mcp::invalid_params, "unknown cursor");
  if (services_.empty()) co_return unavailable(what, "", "unreachable", "no backend is configured");
  McpAnswer last;
  for (std::size_t i = 0; i < services_.size(); ++i) {
    if (catalog_.fresh(i, monotonic_now())) continue;
    if (auto failure = co_await refresh(i, what)) last = std::move(*failure);
  }
  if (!catalog_.any_listed()) co_return last;
  McpAnswer answer;
  answer.outcome = Json{{"tools", catalog_.tools()}};
  co_return answer;
}

asio::awaitable<McpAnswer> Gateway::call_tool(Forward& what) {
  if (services_.empty()) co_return unavailable(what, "", "unreachable", "no backend is configured");
  // With one service there is nothing to choose; what it does not have it says itself.
  if (services_.size() == 1) co_return co_await forward(0, what);
  auto service = catalog_.service_of(what.tool);
  McpAnswer last = error_answer(mcp::invalid_params, "unknown tool: " + what.tool);
  for (std::size_t i = 0; i < services_.size() && !service; ++i) {
    if (catalog_.fresh(i, monotonic_now())) continue;
    // A service that never could be asked may have the tool: the caller hears of that rather than of an unknown tool.
    if (auto failure = co_await refresh(i, what); failure && catalog_.unknown(i)) last = std::move(*failure);
    service = catalog_.service_of(what.tool);
  }
  if (!service) co_return last;
  co_return co_await forward(*service, what);
}

asio::awaitable<std::optional<McpAnswer>> Gateway::refresh(std::size_t service, const Forward& from) {
  Json tools = Json::array();
  std::string cursor;
  for (int page = 0; page < most_pages; ++page) {
    Forward what;
    what.method = "tools/list";
    what.parent = from.parent;
    what.deadline = from.deadline;
    if (!cursor.empty()) what.params["cursor"] = cursor;
    McpAnswer answer = co_await forward(service, what);
    auto* result = std::get_if<Json>(&answer.outcome);
    if (result == nullptr) {
      catalog_.failed(service);
      co_return answer;
    }
    if (const auto found = result->find("tools"); found != result->end() && found->is_array())
      for (auto& tool : *found) tools.push_back(std::move(tool));
    const auto next = result->find("nextCursor");
    if (next == result->end() || !next->is_string() || next->get_ref<const std::string&>().empty()) break;
    cursor = next->get<std::string>();
  }
  catalog_.listed(service, std::move(tools), monotonic_now());
  co_return std::nullopt;
}

}  // namespace tracetax::gateway
