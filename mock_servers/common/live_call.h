#pragma once
// A request while an application works on it: what its caller wants to hear meanwhile, and whether it has given the
// request up. Lives in the coroutine that answers, on the service's one thread.

#include <functional>
#include <string>
#include <utility>

#include "harness/base/wire.h"
#include "harness/mcp/notices.h"
#include "harness/mcp/server_rules.h"
#include "harness/transport/server.h"

namespace tracetax::service {

class LiveCalls;

class LiveCall {
 public:
  // `accepted` outlives it; its id, era, session and wishes are looked at.
  LiveCall(LiveCalls& all, transport::ConnectionId connection, TransportKind transport, const mcp::Accepted& accepted,
           transport::Caller* caller);
  LiveCall(const LiveCall&) = delete;
  LiveCall& operator=(const LiveCall&) = delete;
  ~LiveCall();

  const mcp::Wishes& wishes() const { return accepted_.wishes; }
  // Says it to the caller, where the caller wants it. What a peer of ours has said (a hop's) is said in our own words:
  // with the caller's token, of the caller's request.
  void pass_on(mcp::Notification notice);
  // `progress` of `total`, which grows from call to call. Nothing where no progress is wanted.
  void progress(double progress, double total, std::string_view message);
  void log(mcp::LogLevel level, std::string_view logger, mcp::Json data);

  bool cancelled() const { return cancelled_; }
  // Called once, when the caller gives up; at once where it has already. Replaces the one before.
  void on_cancel(std::function<void()> hear);

 private:
  friend class LiveCalls;
  void cancel();

  LiveCalls& all_;
  LiveCall* before_ = nullptr;
  LiveCall* after_ = nullptr;
  transport::ConnectionId connection_;
  TransportKind transport_;
  const mcp::Accepted& accepted_;
  transport::Caller* caller_;
  bool cancelled_ = false;
  std::function<void()> hear_{};
};

// All of a service. Kept as a chain through the calls themselves: entering and leaving it costs nearly nothing, and it
// is searched only for what is cancelled.
class LiveCalls {
 public:
  // notifications/cancelled, of this connection (stdio, ws) or session (http).
  void cancel(transport::ConnectionId connection, const mcp::Cancelled& what);
  // The connection is over, or its peer has left it. A legacy caller over http may be back for its answer (2025-11-25,
  // "Sending Messages to the Server"), so its call goes on.
  void connection_lost(transport::ConnectionId connection);

 private:
  friend class LiveCall;
  template <class Chosen>
  void cancel_all(Chosen chosen);
  LiveCall* first_ = nullptr;
};

// For as long as this lives, the caller's giving up is heard.
class CancelHook {
 public:
  CancelHook(LiveCall* call, std::function<void()> hear) : call_(call) {
    if (call_ != nullptr) call_->on_cancel(std::move(hear));
  }
  CancelHook(const CancelHook&) = delete;
  CancelHook& operator=(const CancelHook&) = delete;
  ~CancelHook() {
    if (call_ != nullptr) call_->on_cancel({});
  }

 private:
  LiveCall* call_;
};

}  // namespace tracetax::service
