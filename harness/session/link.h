#pragma once
// One session's way to its peer: bytes of requests out, texts of answers in. Lives on one EventLoop.

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/base/time.h"
#include "harness/results/sample.h"
#include "harness/session/trouble.h"

namespace tracetax {

// A call's number with its LinkUser.
using CallNumber = std::uint32_t;
inline constexpr CallNumber no_call = ~CallNumber{0};

// Who makes the calls. Everything is told from within EventLoop::poll() or Link::send(); a link must not be sent to
// from there.
class LinkUser {
 public:
  // The first byte is about to be handed to the kernel.
  virtual void sent(CallNumber call, Nanos when) = 0;
  // A message of the peer's, with json_padding bytes behind it; `call` is the one whose exchange it came in (http), or
  // no_call. True: it is the answer to that call, or to any that is in flight here; the call is then over. Also a text
  // that is no message at all, which is none's answer.
  virtual bool message(CallNumber call, std::string_view text) = 0;
  // The call is over without an answer. `status`: of the http response, if there was one.
  virtual void ended(CallNumber call, Outcome outcome, int status) = 0;
  // The peer cannot have seen one byte of it (RFC 9110, 9.2.2): it may be sent again.
  virtual void undelivered(CallNumber call) = 0;
  // free() may have become true although no call has ended just now.
  virtual void room() = 0;

 protected:
  ~LinkUser() = default;
};

class Link {
 public:
  explicit Link(LinkUser& user) : user_(&user) {}
  virtual ~Link() = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  // Whether send() has a place for a call now.
  virtual bool free() const = 0;
  // `bytes` as the link's kind wants them (RequestBytes); they may be changed when it returns.
  virtual void send(CallNumber call, std::string_view bytes) = 0;
  // The call has timed out. It is not told of again.
  virtual void abandon(CallNumber call) = 0;
  // A message that is nobody's call and gets no answer (a response to a request of the peer's); what becomes of it is
  // not told. As `bytes` of send().
  virtual void tell(std::string_view bytes) = 0;
  // False: it has ended and cannot be used again. http: the peer has forgotten the session.
  virtual bool alive() const = 0;

  void set_user(LinkUser& user) { user_ = &user; }
  // What went wrong last. Many calls that fail alike have the same reason(); trouble() is that and what is known
  // besides, for the messages of opening.
  const std::string& reason() const { return trouble_.reason; }
  std::string trouble() const {
    return trouble_.detail.empty() ? trouble_.reason : trouble_.reason + ": " + trouble_.detail;
  }
  // http: the Mcp-Session-Id of the last response that had one.
  const std::string& session_id() const { return session_id_; }
  // http, within LinkUser::message(): of the response that the message is the body of; 200 elsewhere.
  int status() const { return status_; }

 protected:
  LinkUser& user() { return *user_; }
  Trouble trouble_{};
  std::string session_id_{};
  int status_ = 200;

 private:
  LinkUser* user_;
};

}  // namespace tracetax
