#include "harness/session/setup.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace tracetax {
namespace {

constexpr CallNumber setup_call = 0;
constexpr std::size_t shown_of_rubbish = 80;

}  // namespace

std::optional<std::string> reply_to_request(std::string_view text) {
  const auto parsed = mcp::parse_message(text);
  const auto* const message = std::get_if<mcp::Message>(&parsed);
  const auto* const request = message != nullptr ? std::get_if<mcp::Request>(message) : nullptr;
  if (request == nullptr) return {};
  if (request->method == "ping") return mcp::serialize(mcp::Response{request->id, mcp::Json::object()});
  return mcp::serialize_error(request->id, {mcp::method_not_found, "tracetax only calls: it has no such method"});
}

bool is_message(std::string_view text) {
  return std::holds_alternative<mcp::Message>(mcp::parse_message(text));
}

bool Setup::message(CallNumber call, std::string_view text) {
  auto parsed = mcp::parse_message(text);
  auto* const message = std::get_if<mcp::Message>(&parsed);
  if (message == nullptr && call == no_call) {
    if (state_.rubbish.texts++ == 0) state_.rubbish.first = shown(text, shown_of_rubbish);
    return false;
  }
  if (auto reply = reply_to_request(text)) replies_.push_back(std::move(*reply));
  auto* const response = message != nullptr ? std::get_if<mcp::Response>(message) : nullptr;
  if (response == nullptr) return false;
  if (response->id && response->id != mcp::Id{state_.id}) {
    late_modern_ = late_modern_ || mcp::read_probe(*response).says == mcp::Probe::Says::modern;
    return false;
  }
  if (over_) return false;
  response_ = std::move(*response);
  over_ = true;
  return true;
}

void Setup::ended(CallNumber, Outcome outcome, int status) {
  over_ = true;
  outcome_ = outcome;
  status_ = status;
}

Setup::Answer Setup::ask(const RequestStyle& style, const std::string& method, mcp::Json params, Nanos limit) {
  --state_.id;
  run(style,
      make_request_bytes(style, method, {},
                         mcp::make_request_text(state_.id, method, std::move(params), style.era, style.client,
                                                style.protocol_version)),
      limit);
  return {std::exchange(response_, {}), outcome_, status_, reason()};
}

mcp::Json Setup::request(const RequestStyle& style, const std::string& method, mcp::Json params) {
  Answer answer = ask(style, method, std::move(params), setup_time);
  if (!answer.response) throw std::runtime_error(method + ": " + answer.trouble);
  if (const auto* error = std::get_if<mcp::ErrorObject>(&answer.response->outcome)) {
    throw std::runtime_error(method + ": error " + std::to_string(error->code) + ": " + shown(error->message, 200));
  }
  return std::get<mcp::Json>(std::move(answer.response->outcome));
}

void Setup::notify(const RequestStyle& style, const std::string& method) {
  const std::string bytes = make_request_bytes(style, method, {}, mcp::make_notification_text(method));
  if (style.url.kind == TransportKind::http) {
    run(style, bytes, setup_time);
    if (status_ / 100 == 2) return;
  } else {
    link_.tell(bytes);
    if (link_.alive()) return;
  }
  throw std::runtime_error(method + " could not be sent: " + reason());
}

void Setup::run(const RequestStyle& style, const std::string& bytes, Nanos limit) {
  over_ = false;
  outcome_ = Outcome::timed_out;
  status_ = 0;
  response_.reset();
  link_.send(setup_call, bytes);
  const Nanos give_up = monotonic_now() + limit;
  for (Nanos now = monotonic_now(); !over_ && now < give_up; now = monotonic_now()) {
    loop_.poll(give_up - now);
    for (std::string& reply : std::exchange(replies_, {}))
      link_.tell(make_request_bytes(style, {}, {}, std::move(reply)));
  }
  if (!over_) link_.abandon(setup_call);
}

std::string Setup::reason() const {
  if (outcome_ == Outcome::timed_out || link_.reason().empty()) return "no answer";
  return link_.trouble();
}

}  // namespace tracetax
