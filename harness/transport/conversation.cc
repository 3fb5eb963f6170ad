#include "harness/transport/conversation.h"

#include <exception>

#include <boost/asio/co_spawn.hpp>

namespace tracetax::transport {

asio::awaitable<void> Conversation::take(Incoming incoming) {
  ++in_flight_;
  asio::co_spawn(executor_, serve(shared_from_this(), std::move(incoming)),
                 [self = shared_from_this()](const std::exception_ptr& died) {
                   --self->in_flight_;
                   if (died && !self->over()) self->handler_failed();
                   if (self->in_flight_ + 1 == self->most_in_flight_) self->room_.wake();
                   self->answered();
                 });
  while (in_flight_ >= most_in_flight_ && !over()) co_await room_.wait();
}

asio::awaitable<void> Conversation::serve(std::shared_ptr<Conversation> self, Incoming incoming) {
  Handler* const handler = self->handler();
  if (handler == nullptr) co_return;
  incoming.caller = self.get();
  Outgoing out = co_await handler->handle(std::move(incoming));
  if (!out.silent && !out.text.empty() && !self->over()) self->send(std::move(out.text));
}

bool Conversation::say(std::string text) {
  if (over()) return false;
  send(std::move(text));
  return true;
}

}  // namespace tracetax::transport
