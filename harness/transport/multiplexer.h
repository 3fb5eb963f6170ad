#pragma once
// Private to the transport: many calls in flight on one stream of messages (stdio and ws), told apart by id.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include <boost/asio/any_io_executor.hpp>

#include "harness/transport/client.h"
#include "harness/transport/deadlines.h"
#include "harness/transport/wakeup.h"

namespace tracetax::transport {

class Multiplexer : public std::enable_shared_from_this<Multiplexer> {
 public:
  explicit Multiplexer(asio::any_io_executor executor)
      : executor_(executor), deadlines_(std::make_shared<Deadlines>(executor)) {}
  virtual ~Multiplexer() = default;

  static asio::awaitable<Answer> call(std::shared_ptr<Multiplexer> self, Call call);
  bool notify(std::string text);
  bool alive() const { return alive_; }
  // The stream is over: calls in flight end as disconnected, later ones as never_sent. Only the first reason counts.
  void end(std::string_view why);
  virtual asio::awaitable<void> close() = 0;

  const asio::any_io_executor& executor() const { return executor_; }

 protected:
  void receive(std::string text);           // one message of the peer's
  virtual void send(std::string text) = 0;  // while alive()
  virtual void disconnect() = 0;            // once, at the end

 private:
  struct Waiting;

  bool receive_result(std::string& text);
  void receive_notice(mcp::Notification notice);

  asio::any_io_executor executor_;
  std::shared_ptr<Deadlines> deadlines_;
  std::unordered_map<std::int64_t, Waiting*> waiting_{};
  std::size_t texts_wanted_ = 0;  // by calls in waiting_
  bool alive_ = true;
  std::string why_{};
};

// The Channel over a Multiplexer.
std::unique_ptr<Channel> make_channel(std::shared_ptr<Multiplexer> multiplexer);

// The coroutine that reads holds one of these: should it die in any way, even with its io_context, callers are told.
class EndOfReader {
 public:
  explicit EndOfReader(std::shared_ptr<Multiplexer> multiplexer) : multiplexer_(std::move(multiplexer)) {}
  EndOfReader(const EndOfReader&) = delete;
  EndOfReader& operator=(const EndOfReader&) = delete;
  ~EndOfReader() { multiplexer_->end("the connection was closed"); }

 private:
  std::shared_ptr<Multiplexer> multiplexer_;
};

}  // namespace tracetax::transport
