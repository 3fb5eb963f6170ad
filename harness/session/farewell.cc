#include "harness/session/farewell.h"

#include <string>

namespace tracetax {
namespace {

// Counts the answers and does not read them.
class Waiting final : public LinkUser {
 public:
  void begin() { ++open_; }
  bool over() const { return open_ == 0; }

  void sent(CallNumber, Nanos) override {}
  bool message(CallNumber call, std::string_view) override {
    if (call != no_call) answered();
    return call != no_call;
  }
  void ended(CallNumber call, Outcome, int) override {
    if (call != no_call) answered();
  }
  void undelivered(CallNumber) override { answered(); }  // it hung up, and so the session is over
  void room() override {}

 private:
  void answered() {
    if (open_ > 0) --open_;
  }
  std::size_t open_ = 0;
};

bool is_to_end(const Session& session) {
  const RequestStyle& style = session.style();
  return style.url.kind == TransportKind::http && style.era == Era::legacy && !style.session_id.empty() &&
         session.link().alive() && session.link().free();
}

std::string delete_bytes(const RequestStyle& style) {
  std::string bytes = make_request_bytes(style, {}, {}, {});
  constexpr std::string_view post = "POST";
  return bytes.replace(0, post.size(), "DELETE");
}

}  // namespace

void end_sessions(EventLoop& loop, std::span<Session* const> sessions, Nanos patience) {
  Waiting waiting;
  for (Session* const session : sessions) {
    if (!is_to_end(*session)) continue;
    waiting.begin();
    session->link().set_user(waiting);
    session->link().send(0, delete_bytes(session->style()));
  }
  const Nanos give_up = monotonic_now() + patience;
  for (Nanos now = monotonic_now(); !waiting.over() && now < give_up; now = monotonic_now()) loop.poll(give_up - now);
  // What a link may still hear must not be told to somebody who is gone.
  for (Session* const session : sessions) session->link().abandon(0);
}

}  // namespace tracetax
