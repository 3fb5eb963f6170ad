#pragma once
// The client's end of the three transports: a channel on which requests are made and answered, matched by JSON-RPC id.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "harness/base/time.h"
#include "harness/mcp/call_text.h"
#include "harness/mcp/message.h"
#include "harness/transport/headers.h"
#include "harness/transport/url.h"

namespace tracetax::transport {

namespace asio = boost::asio;

// With this, whoever made a call gives it up: it ends as `given_up` at once. The peer is told as the transport can, by
// notifications/cancelled (stdio, ws) or by the end of the connection (http).
class GiveUp {
 public:
  GiveUp() = default;
  GiveUp(const GiveUp&) = delete;
  GiveUp& operator=(const GiveUp&) = delete;
  void now() {
    asked_ = true;
    if (const auto end = std::exchange(end_, {})) end();
  }
  bool asked() const { return asked_; }

  // The channel's side: what ends the call, for as long as this lives.
  class Hook {
   public:
    Hook(GiveUp* of, std::function<void()> end) : of_(of) {
      if (of_ != nullptr) of_->end_ = std::move(end);
    }
    Hook(const Hook&) = delete;
    Hook& operator=(const Hook&) = delete;
    ~Hook() {
      if (of_ != nullptr) of_->end_ = {};
    }

   private:
    GiveUp* of_;
  };

 private:
  std::function<void()> end_{};
  bool asked_ = false;
};

// Name it before it is awaited: g++ 12 destroys aggregate temporaries in co_await expressions twice.
struct Call {
  std::int64_t id = 0;  // as written in `text`; unique among the channel's calls in flight
  std::string text{};   // the whole JSON-RPC request
  Headers headers{};    // http: added to the request; ignored elsewhere
  Clock::time_point deadline = Clock::time_point::max();
  bool wants_text = false;  // a tool's result may come as Answer::result, without a tree and without headers
  // Hears what the peer says about this call before it answers: notifications on its event stream (http); progress with
  // the call's id as token, and log messages that name it (mcp::meta_key::request) elsewhere. Empty: nobody listens.
  std::function<void(mcp::Notification)> hear{};
  GiveUp* give_up = nullptr;  // outlives the call
};

enum class CallStatus : std::uint8_t {
  answered,    // a JSON-RPC response with our id: result or error
  bad_answer,  // http status, content or framing that is no JSON-RPC response to it
  timed_out,
  disconnected,  // the connection ended between sending and the answer
  never_sent,    // no connection could be had
  given_up,      // by whoever made it, through Call::give_up
};

struct Answer {
  CallStatus status = CallStatus::never_sent;
  mcp::Response response{};                 // when answered
  std::optional<mcp::ResultText> result{};  // in its place, where the call wants that
  int http_status = 0;                      // http only; also set for bad_answer
  Headers headers{};                        // of the http answer
  std::string detail{};                     // why, for everything but answered
  Nanos sent{};                             // monotonic_now() when the bytes were handed to the transport; 0: never
  Nanos received{};  // monotonic_now() when the answer had been decoded, or the failure was known
};

struct ChannelOptions {
  Headers headers{};               // sent with every http request, or with the ws handshake
  std::uint32_t connections = 16;  // http: most connections kept and opened; calls beyond wait for one
  std::uint64_t message_bytes = 4u << 20;
  Nanos connect_timeout = std::chrono::seconds(5);
};

// Lives on one executor run by one thread. Destroying a channel ends its calls in flight as `disconnected`.
class Channel {
 public:
  virtual ~Channel() = default;
  virtual asio::awaitable<Answer> call(Call) = 0;
  virtual asio::awaitable<bool> notify(std::string text, Headers headers) = 0;  // false: could not be sent
  virtual bool alive() const = 0;  // http: always; stdio and ws: until the connection ends
  virtual asio::awaitable<void> close() = 0;
};

// http connects lazily and again when needed; ws connects here, and its channel is dead once the connection ends.
// Throws boost::system::system_error with the URL in what().
asio::awaitable<std::unique_ptr<Channel>> connect(const Url& url, const ChannelOptions& options);

// A channel over a pair of file descriptors, which it owns: MCP stdio towards a child process.
std::unique_ptr<Channel> stdio_channel(asio::any_io_executor executor, int read_fd, int write_fd,
                                       std::uint64_t message_bytes = 4u << 20);

}  // namespace tracetax::transport
