#pragma once
// Private to the transport: the part of a server that stdio and ws share. Many messages of one connection are handled
// at the same time; reading pauses while there are too many; answers go out in the order in which they are ready.

#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "harness/transport/server.h"
#include "harness/transport/wakeup.h"

namespace tracetax::transport {

class Conversation : public Caller, public std::enable_shared_from_this<Conversation> {
 public:
  Conversation(asio::any_io_executor executor, std::uint32_t most_in_flight)
      : executor_(std::move(executor)), most_in_flight_(most_in_flight > 0 ? most_in_flight : 1) {}
  virtual ~Conversation() = default;
  bool say(std::string text) override;

 protected:
  // Has the message handled; resolves when the next one may be read.
  asio::awaitable<void> take(Incoming incoming);
  std::uint32_t in_flight() const { return in_flight_; }
  void release_reader() { room_.wake(); }  // at the end, or a paused reader would never be heard of again

  virtual Handler* handler() = 0;           // null: no more
  virtual bool over() const = 0;            // nothing can be sent any more
  virtual void send(std::string text) = 0;  // while not over()
  virtual void handler_failed() = 0;
  virtual void answered() = 0;  // in_flight() has gone down

 private:
  static asio::awaitable<void> serve(std::shared_ptr<Conversation> self, Incoming incoming);

  asio::any_io_executor executor_;
  std::uint32_t most_in_flight_;
  std::uint32_t in_flight_ = 0;
  Wakeup room_;
};

}  // namespace tracetax::transport
