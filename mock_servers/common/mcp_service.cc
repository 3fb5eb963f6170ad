#include "mock_servers/common/mcp_service.h"

#include <array>
#include <optional>

#include <fmt/format.h>
#include <sys/random.h>

#include "harness/base/ensure.h"

namespace tracetax::service {
namespace {

// 128 random bits: a session id is a secret of its client.
std::string mint_session_id() {
  std::array<std::uint64_t, 2> bits{};
  ensure(getrandom(bits.data(), sizeof bits, 0) == sizeof bits, "the kernel gives random bytes");
  return fmt::format("{:016x}{:016x}", bits[0], bits[1]);
}

// Views into `incoming`, which stays where it is until the decision is made.
mcp::Arrival arrival_of(const transport::Incoming& incoming) {
  mcp::Arrival arrival{incoming.kind, incoming.connection, incoming.http_method, {},
                       incoming.text, incoming.too_long,   incoming.loopback};
  const auto& headers = *incoming.headers;
  arrival.fields.origin = headers.find("Origin");
  if (incoming.loopback) arrival.fields.host = headers.find("Host");
  if (incoming.kind != TransportKind::http) return arrival;
  arrival.fields.protocol_version = headers.find(mcp::header::protocol_version);
  arrival.fields.method = headers.find(mcp::header::method);
  arrival.fields.name = headers.find(mcp::header::name);
  arrival.fields.session_id = headers.find(mcp::header::session_id);
  arrival.fields.content_type = headers.find("Content-Type");
  arrival.fields.accept = headers.find("Accept");
  return arrival;
}

transport::Outgoing outgoing_of(mcp::Reply reply) {
  transport::Outgoing out{std::move(reply.text), reply.http_status, {}};
  if (!reply.session_id.empty()) out.headers.add(mcp::header::session_id, std::move(reply.session_id));
  if (!reply.allow.empty()) out.headers.add("Allow", std::move(reply.allow));
  if (reply.http_status == 401) out.headers.add("WWW-Authenticate", "Bearer");  // RFC 9110 §15.5.2
  return out;
}

bool is_tool_error(const McpAnswer& answer) {
  if (answer.text) return answer.text->parts.is_error;
  const auto* result = std::get_if<mcp::Json>(&answer.outcome);
  if (result == nullptr || !result->is_object()) return false;
  const auto found = result->find("isError");
  return found != result->end() && *found == true;
}

class McpHandler final : public transport::Handler {
 public:
  McpHandler(const ServerInfo& info, McpApplication& application, RequestCounts* counts, ArrivalLog* arrivals,
             CallObserver* observer, mcp::Access access)
      : rules_({info.name, info.version}, mint_session_id),
        application_(application),
        counts_(counts != nullptr ? *counts : own_counts_),
        arrivals_(arrivals),
        observer_(observer) {
    rules_.ask_for_capabilities();
    rules_.allow(std::move(access));
  }

  asio::awaitable<transport::Outgoing> handle(transport::Incoming incoming) override {
    const Nanos received = monotonic_now();
    auto decision = rules_.decide(arrival_of(incoming));
    if (std::holds_alternative<mcp::AskCapabilities>(decision)) {
      rules_.offer(co_await application_.capabilities());
      auto arrival = arrival_of(incoming);
      arrival.asked = true;
      decision = rules_.decide(arrival);
    }
    if (const auto* cancelled = std::get_if<mcp::Cancelled>(&decision)) {
      live_.cancel(incoming.connection, *cancelled);
      co_return transport::Outgoing{{}, 202, {}};
    }
    if (auto* reply = std::get_if<mcp::Reply>(&decision)) {
      count(*reply, false);
      co_return outgoing_of(std::move(*reply));
    }
    auto& accepted = std::get<mcp::Accepted>(decision);
    if (arrivals_ != nullptr && accepted.request.method == "tools/call") arrivals_->add(received);
    McpCall call;
    call.method = accepted.request.method;
    call.params = std::move(accepted.request.params);
    if (accepted.parts) {
      call.text.emplace(mcp::CallText{std::move(incoming.text), std::move(*accepted.parts)});
      if (!application_.takes_text()) {
        call.params = call.text->params();
        call.text.reset();
      }
    }
    call.id = accepted.request.id;
    call.era = accepted.era;
    call.protocol_version = accepted.protocol_version;
    call.session_id = accepted.session_id;
    call.connection = incoming.connection;
    call.transport = incoming.kind;
    call.peer = std::move(incoming.peer);
    call.headers = std::move(incoming.headers);
    call.received = received;
    // Nothing is paid for where nobody asks.
    std::optional<ServedCall> served;
    if (observer_ != nullptr && call.method == "tools/call") {
      served.emplace();
      if (observer_->wants_texts()) served->tool = tool_of(call);
      call.span = &served->span;
    }
    LiveCall live(live_, incoming.connection, incoming.kind, accepted, incoming.caller);
    call.live = &live;
    McpAnswer answer;
    // An application that throws has a bug or a failing world; its caller hears an internal error and the service
    // lives.
    try {
      const InFlight one(counts_.in_flight);
      answer = co_await application_.answer(std::move(call));
    } catch (const std::exception& error) {
      answer = {};
      answer.outcome = mcp::ErrorObject{mcp::internal_error, error.what()};
    }
    if (live.cancelled()) {
      ++counts_.cancelled;
      if (served) {
        served->outcome = CallOutcome::cancelled;
        tell(*served, received);
      }
      co_return unanswered();
    }
    const bool tool_error = is_tool_error(answer);
    if (served) note_outcome(answer, tool_error, *served);
    auto reply = answer.text ? rules_.finish(accepted, *answer.text, answer.http_status)
                             : rules_.finish(accepted, std::move(answer.outcome), answer.http_status);
    count(reply, tool_error);
    if (served) tell(*served, received);
    co_return outgoing_of(std::move(reply));
  }

  void abandoned(transport::ConnectionId connection) override { live_.connection_lost(connection); }

  void closed(transport::ConnectionId connection) override {
    live_.connection_lost(connection);
    rules_.connection_closed(connection);
    application_.connection_closed(connection);
  }

 private:
  void count(const mcp::Reply& reply, bool tool_error) {
    if (reply.text.empty()) return;  // a notification, the end of a session
    ++(reply.refused ? counts_.protocol_error : tool_error ? counts_.tool_error : counts_.ok);
  }

  void tell(ServedCall& served, Nanos received) {
    served.took = monotonic_now() - received;
    observer_->served(served);
  }

  static transport::Outgoing unanswered() {
    transport::Outgoing out;
    out.silent = true;
    return out;
  }

  static std::string tool_of(const McpCall& call) {
    return call.text ? std::string(call.text->name()) : call.params.value("name", std::string());
  }

  void note_outcome(const McpAnswer& answer, bool tool_error, ServedCall& served) const {
    const auto* const error = answer.text ? nullptr : std::get_if<mcp::ErrorObject>(&answer.outcome);
    if (error && observer_->wants_texts()) served.error = error->message;
    served.outcome = error ? CallOutcome::protocol_error : tool_error ? CallOutcome::tool_error : CallOutcome::ok;
  }

  struct InFlight {
    explicit InFlight(std::uint64_t& n) : count(n) { ++count; }
    ~InFlight() { --count; }
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;
    std::uint64_t& count;
  };

  mcp::ServerRules rules_;
  McpApplication& application_;
  RequestCounts own_counts_{};
  RequestCounts& counts_;
  ArrivalLog* arrivals_;
  CallObserver* observer_;
  LiveCalls live_{};
};

}  // namespace

std::unique_ptr<transport::Handler> make_mcp_handler(const ServerInfo& info, McpApplication& application,
                                                     RequestCounts* counts, ArrivalLog* arrivals,
                                                     CallObserver* observer, mcp::Access access) {
  return std::make_unique<McpHandler>(info, application, counts, arrivals, observer, std::move(access));
}

}  // namespace tracetax::service
