#pragma once
// Private to the transport: how one coroutine waits for another without a timer and without an allocation.

#include <optional>
#include <utility>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tracetax::transport {

namespace asio = boost::asio;

// At most one coroutine waits at a time. A wake without a waiter is kept for the next wait. The waiter is resumed
// through its executor, never from within wake(): whoever wakes needs no thought about what the other then does, unless
// it chooses wake_now(). A cancelled wait wakes too, so waiters look at their own condition afterwards.
//
// While a coroutine waits, its frame is owned by this object and by nobody else: the owner of a Wakeup has to wake it
// before it goes (destructors of channels and listeners do), or the frame leaks.
class Wakeup {
 public:
  asio::awaitable<void> wait() {
    if (std::exchange(woken_, false)) co_return;
    auto start = [this](auto handler) {
      auto slot = asio::get_associated_cancellation_slot(handler);
      if (slot.is_connected()) slot.assign([this](asio::cancellation_type) { wake(); });
      waiter_.emplace(std::move(handler));
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(start, asio::use_awaitable);
  }

  void wake() {
    // Posted, not called: this may be running inside the slot's handler, which clearing would destroy; and after the
    // post the waiter is out of reach of a later cancellation, which finds no waiter_ and is kept harmlessly.
    if (auto waiter = take_waiter()) asio::post(std::move(*waiter));
  }

  // Spares a turn of the loop: the waiter goes on inside this call, as far as it can, and may destroy this. For whoever
  // touches nothing afterwards that it might have changed, and is not called by a cancellation.
  void wake_now() {
    if (auto waiter = take_waiter()) asio::dispatch(std::move(*waiter));
  }

 private:
  using Waiter = asio::async_result<asio::use_awaitable_t<>, void()>::handler_type;

  std::optional<Waiter> take_waiter() {
    if (!waiter_) woken_ = true;
    return std::exchange(waiter_, std::nullopt);
  }

  std::optional<Waiter> waiter_;
  bool woken_ = false;
};

}  // namespace tracetax::transport
