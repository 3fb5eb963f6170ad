#include "mock_servers/common/live_call.h"

#include <vector>

namespace tracetax::service {

LiveCall::LiveCall(LiveCalls& all, transport::ConnectionId connection, TransportKind transport,
                   const mcp::Accepted& accepted, transport::Caller* caller)
    : all_(all),
      after_(all.first_),
      connection_(connection),
      transport_(transport),
      accepted_(accepted),
      caller_(caller) {
  if (after_ != nullptr) after_->before_ = this;
  all.first_ = this;
}

LiveCall::~LiveCall() {
  (before_ != nullptr ? before_->after_ : all_.first_) = after_;
  if (after_ != nullptr) after_->before_ = before_;
}

void LiveCall::pass_on(mcp::Notification notice) {
  if (caller_ == nullptr || cancelled_) return;
  auto own = mcp::forward_notice(std::move(notice), wishes());
  if (!own) return;
  // The stream of a call over http carries what belongs to it and nothing else.
  if (own->method == "notifications/message" && transport_ != TransportKind::http) {
    own->params["_meta"][mcp::meta_key::request] =
        std::visit([](const auto& id) { return mcp::Json(id); }, accepted_.request.id);
  }
  caller_->say(mcp::serialize(std::move(*own)));
}

void LiveCall::progress(double progress, double total, std::string_view message) {
  if (wishes().progress_token.is_null()) return;
  pass_on(mcp::make_progress(wishes().progress_token, progress, total, message));
}

void LiveCall::log(mcp::LogLevel level, std::string_view logger, mcp::Json data) {
  if (!wishes().wants(level)) return;
  pass_on(mcp::make_log(level, logger, std::move(data)));
}

void LiveCall::on_cancel(std::function<void()> hear) {
  hear_ = std::move(hear);
  if (cancelled_ && hear_) std::exchange(hear_, {})();
}

void LiveCall::cancel() {
  if (std::exchange(cancelled_, true)) return;
  if (const auto hear = std::exchange(hear_, {})) hear();
}

// Whoever hears of it resumes nothing at once, but the chain is not walked while strangers' code runs.
template <class Chosen>
void LiveCalls::cancel_all(Chosen chosen) {
  std::vector<LiveCall*> found;
  for (LiveCall* call = first_; call != nullptr; call = call->after_) {
    if (chosen(*call)) found.push_back(call);
  }
  for (LiveCall* call : found) call->cancel();
}

void LiveCalls::cancel(transport::ConnectionId connection, const mcp::Cancelled& what) {
  cancel_all([&](const LiveCall& call) {
    const bool same_stream = call.transport_ == TransportKind::http
                                 ? !what.session_id.empty() && call.accepted_.session_id == what.session_id
                                 : call.connection_ == connection;
    return same_stream && call.accepted_.request.id == what.id;
  });
}

void LiveCalls::connection_lost(transport::ConnectionId connection) {
  cancel_all([&](const LiveCall& call) {
    const bool may_be_back = call.transport_ == TransportKind::http && call.accepted_.era == Era::legacy;
    return call.connection_ == connection && !may_be_back;
  });
}

}  // namespace tracetax::service
