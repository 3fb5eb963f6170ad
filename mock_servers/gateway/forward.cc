// The gateway's way to a replica: which one, whether its breaker lets a call through, what a failure means.

#include <utility>

#include "mock_servers/common/span_attributes.h"
#include "mock_servers/gateway/gateway.h"

namespace tracetax::gateway {

namespace {

using service::McpAnswer;
using service::PeerReply;
using telemetry::Span;
using telemetry::SpanKind;
using telemetry::SpanStart;

// Takes the ticket back when the call ends without a report, for whatever reason.
class Admission {
 public:
  Admission(Replica& replica, Breaker::Ticket ticket) : replica_(&replica), ticket_(ticket) { ++replica.in_flight; }
  ~Admission() {
    --replica_->in_flight;
    if (!reported_) replica_->breaker.abandoned(ticket_);
  }
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

  // True when this report opened the breaker.
  bool report(bool failed) {
    reported_ = true;
    if (failed) return replica_->breaker.failed(ticket_, monotonic_now());
    replica_->breaker.succeeded(ticket_);
    return false;
  }

 private:
  Replica* replica_;
  Breaker::Ticket ticket_;
  bool reported_ = false;
};

std::string span_name_of(const std::string& method, const std::string& tool, const std::string& name) {
  return service::span_name(method, method == "prompts/get" ? name : tool);
}

}  // namespace

Span Gateway::forward_span(const Forward& what, const std::string& service) {
  SpanStart how;
  how.kind = SpanKind::kClient;
  how.parent = what.parent;
  how.tool = what.tool;
  Span span = bridge_names_ ? host_.tracing.span("backend.forward", how)
                            : host_.tracing.span(span_name_of(what.method, what.tool, what.name), how);
  if (span.recording()) span.set("gateway.route.service", service.c_str());
  return span;
}

McpAnswer Gateway::unavailable(const Forward& what, const std::string& service, const std::string& error_type,
                               const std::string& why) {
  Span span = forward_span(what, service);
  span.error(error_type, why);
  McpAnswer answer;
  mcp::ErrorObject error;
  error.code = mcp::backend_unavailable;
  error.message = service.empty() ? why : service + ": " + why;
  answer.http_status = service::http_status_of(error.code);
  answer.outcome = std::move(error);
  return answer;
}

asio::awaitable<McpAnswer> Gateway::forward(std::size_t index, Forward& what) {
  Service& service = services_[index];
  std::vector<Candidate> candidates(service.replicas.size());
  std::vector<bool> tried(service.replicas.size());
  std::optional<McpAnswer> last;
  for (;;) {
    const Nanos now = monotonic_now();
    for (std::size_t i = 0; i < candidates.size(); ++i)
      candidates[i] = {service.replicas[i].in_flight, !tried[i] && service.replicas[i].breaker.allows(now)};
    const auto chosen = service.balancer.pick(candidates);
    if (!chosen) {
      for (Catalog& catalog : catalogs_) catalog.failed(index);
      if (last) co_return std::move(*last);
      co_return unavailable(what, service.name, "circuit_open", "the circuit of every replica is open");
    }
    tried[*chosen] = true;
    Replica& replica = service.replicas[*chosen];
    const auto ticket = replica.breaker.admit(now);
    PeerReply reply = co_await attempt(service, replica, *ticket, what);
    // Only what was never sent may be tried elsewhere: everything else may have been executed.
    if (reply.status != transport::CallStatus::never_sent || Clock::now() >= what.deadline)
      co_return std::move(reply.answer);
    what.params = std::move(reply.params);
    last = std::move(reply.answer);
  }
}

asio::awaitable<PeerReply> Gateway::attempt(Service& service, Replica& replica, Breaker::Ticket ticket, Forward& what) {
  Admission admission{replica, ticket};
  ++replica.calls;
  Span span = forward_span(what, service.name);
  const auto& url = replica.peer.url();
  if (span.recording()) {
    span.set("gateway.target.host", url.host.c_str());
    span.set("gateway.target.port", static_cast<std::int64_t>(url.port));
    span.set("circuit_breaker.state", to_string(replica.breaker.state(monotonic_now())).data());
    const std::string peer = url.host + ":" + std::to_string(url.port);
    service::McpSpan description;
    description.method = what.method;
    description.tool = what.tool;
    (what.method == "prompts/get" ? description.prompt : description.resource) = what.name;
    description.transport = url.kind;
    description.peer = peer;
    service::set_attributes(span, description, SpanKind::kClient);
  }
  service::PeerCall call;
  call.method = what.method;
  call.params = std::move(what.params);
  call.text = std::exchange(what.text, std::nullopt);
  call.context = span.context();
  call.deadline = what.deadline;
  call.live = what.live;
  PeerReply reply = co_await replica.peer.call(std::move(call));

  // What its caller gave up says nothing of the replica.
  if (reply.status == transport::CallStatus::given_up) {
    span.error(reply.error_type, reply.detail);
    co_return reply;
  }
  const bool failed = reply.peer_failed();
  if (failed) ++replica.failures;
  if (admission.report(failed))
    span.event("circuit_breaker_opened", {{"failure_count", static_cast<std::int64_t>(replica.breaker.failures())}});
  if (reply.answered())
    service::set_outcome(span, reply.answer, SpanKind::kClient);
  else
    span.error(reply.error_type, reply.detail);
  co_return reply;
}

}  // namespace tracetax::gateway
