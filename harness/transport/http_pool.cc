#include "harness/transport/http_pool.h"

#include <algorithm>

namespace tracetax::transport {

void HttpPool::Lease::give_back() {
  if (connection_) pool_->take_back(std::move(connection_), std::exchange(keep_, false));
}

void HttpPool::Place::expire() {
  timed_out = true;
  if (lease) lease->net.abort();
  turn.wake();
}

bool HttpPool::enter(Place& place, bool fresh) {
  HttpPool& pool = *place.pool;
  if (pool.closed_ || place.timed_out) return true;
  if (fresh && !pool.idle_.empty() && pool.all_.size() >= pool.most_) {
    const auto oldest = std::move(pool.idle_.front());
    pool.idle_.erase(pool.idle_.begin());
    pool.all_.erase(oldest.get());
  }
  if (!fresh && !pool.idle_.empty()) {
    place.lease = Lease{place.pool, std::move(pool.idle_.back())};
    pool.idle_.pop_back();
  } else if (pool.all_.size() < pool.most_) {
    place.lease = Lease{place.pool, pool.make_connection()};
  } else {
    pool.queue_.push_back(&place);
    return false;
  }
  return true;
}

asio::awaitable<void> HttpPool::await_turn(Place& place) {
  co_await place.turn.wait();
  place.pool->leave(place);
}

std::unique_ptr<HttpConnection> HttpPool::make_connection() {
  auto connection = std::make_unique<HttpConnection>(executor_);
  all_.insert(connection.get());
  return connection;
}

void HttpPool::take_back(std::unique_ptr<HttpConnection> connection, bool keep) {
  if (!keep || closed_ || !connection->net.socket.is_open()) {
    all_.erase(connection.get());
    connection.reset();
    if (closed_ || queue_.empty()) return;
    connection = make_connection();
  }
  if (queue_.empty()) {
    idle_.push_back(std::move(connection));
    return;
  }
  Place* const next = queue_.front();
  queue_.pop_front();
  next->lease = Lease{shared_from_this(), std::move(connection)};
  next->turn.wake();
}

void HttpPool::leave(Place& place) {
  std::erase(queue_, &place);
}

void HttpPool::close() {
  closed_ = true;
  for (HttpConnection* const connection : all_) connection->net.abort();
  for (const auto& connection : idle_) all_.erase(connection.get());
  idle_.clear();
  for (Place* const place : std::exchange(queue_, {})) place->turn.wake();
}

}  // namespace tracetax::transport
