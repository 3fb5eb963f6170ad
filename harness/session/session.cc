#include "harness/session/session.h"

#include <optional>
#include <stdexcept>

#include "harness/mcp/client_rules.h"
#include "harness/session/http_link.h"
#include "harness/session/stream_link.h"

namespace tracetax {
namespace {

constexpr Nanos setup_time = std::chrono::seconds(10);
constexpr Nanos connect_time = std::chrono::seconds(5);
constexpr std::uint64_t message_bytes = 4u << 20;
constexpr CallNumber setup_call = 0;

const mcp::ClientInfo client_info{"tracetax", TRACETAX_VERSION};

// The messages before the first call, one at a time.
class Setup final : public LinkUser {
 public:
  Setup(EventLoop& loop, Link& link) : loop_(loop), link_(link) {}

  void sent(CallNumber, Nanos) override {}
  void ended(CallNumber, Outcome, int status) override {
    over_ = true;
    status_ = status;
  }
  void undelivered(CallNumber) override { over_ = true; }
  void room() override {}
  bool message(CallNumber, std::string_view text) override {
    auto parsed = mcp::parse_message(text);
    auto* const message = std::get_if<mcp::Message>(&parsed);
    auto* const response = message != nullptr ? std::get_if<mcp::Response>(message) : nullptr;
    if (response == nullptr || over_) return false;
    if (response->id && response->id != mcp::Id{id_}) return false;
    response_ = std::move(*response);
    over_ = true;
    return true;
  }

  mcp::Json request(const RequestStyle& style, const std::string& method, mcp::Json params) {
    id_ = first_id;
    run(make_request_bytes(
        style, method, {},
        mcp::make_request_text(id_, method, std::move(params), style.era, style.client, style.protocol_version)));
    if (!response_) throw std::runtime_error(method + ": " + reason());
    if (const auto* error = std::get_if<mcp::ErrorObject>(&response_->outcome)) {
      throw std::runtime_error(method + ": error " + std::to_string(error->code) + ": " + error->message);
    }
    return std::get<mcp::Json>(std::move(response_->outcome));
  }

  void notify(const RequestStyle& style, const std::string& method) {
    const std::string bytes = make_request_bytes(style, method, {}, mcp::make_notification_text(method));
    if (style.url.kind == TransportKind::http) {
      run(bytes);
      if (status_ / 100 == 2) return;
    } else {
      link_.send(setup_call, bytes);
      if (link_.alive()) return;
    }
    throw std::runtime_error(method + " could not be sent: " + reason());
  }

 private:
  void run(const std::string& bytes) {
    over_ = false;
    status_ = 0;
    response_.reset();
    link_.send(setup_call, bytes);
    const Nanos give_up = monotonic_now() + setup_time;
    for (Nanos now = monotonic_now(); !over_ && now < give_up; now = monotonic_now()) loop_.poll(give_up - now);
    if (!over_) link_.abandon(setup_call);
  }
  std::string reason() const { return link_.trouble().empty() ? "no answer" : link_.trouble(); }

  EventLoop& loop_;
  Link& link_;
  std::int64_t id_ = 0;
  bool over_ = false;
  int status_ = 0;
  std::optional<mcp::Response> response_{};
};

}  // namespace

std::unique_ptr<Session> Session::open(EventLoop& loop, const Target& target, LinkUser& user) {
  std::unique_ptr<Session> session(new Session());
  session->style_ = {target.url, target.era, client_info, {}, {}, target.token};
  switch (target.url.kind) {
    case TransportKind::stdio:
      if (target.read_fd < 0) throw std::runtime_error("the process at the other end of the pipe is gone");
      session->link_ = make_stdio_link(loop, user, target.read_fd, target.write_fd, message_bytes);
      break;
    case TransportKind::ws: {
      const int fd = open_ws(target.url, target.token.empty() ? "" : "Bearer " + target.token, connect_time);
      session->link_ = make_ws_link(loop, user, fd, message_bytes);
      break;
    }
    case TransportKind::http:
      session->link_ = make_http_link(loop, user, resolve(target.url), target.connections, message_bytes);
      break;
  }
  if (target.era == Era::legacy) session->initialize(loop);
  session->link_->set_user(user);
  return session;
}

void Session::initialize(EventLoop& loop) {
  Setup setup(loop, *link_);
  link_->set_user(setup);
  const mcp::Json result = setup.request(style_, "initialize", mcp::initialize_params(client_info));
  const auto initialized = mcp::read_initialize(result);
  if (!initialized) throw std::runtime_error("initialize: the answer names no protocol version that tracetax speaks");
  style_.protocol_version = initialized->version;
  style_.session_id = link_->session_id();
  setup.notify(style_, "notifications/initialized");
}

}  // namespace tracetax
