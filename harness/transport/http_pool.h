#pragma once
// Private to the transport: the keep-alive connections of one http channel. At most `connections` exist at a time; a
// call that finds all of them busy waits its turn, first come, first served.

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "harness/transport/client_socket.h"
#include "harness/transport/wakeup.h"

namespace tracetax::transport {

struct HttpConnection {
  explicit HttpConnection(const asio::any_io_executor& executor) : net(executor) {}

  ClientSocket net;  // not open: still to be connected
  beast::flat_buffer buffer{};
  std::optional<beast::http::response_parser<beast::http::string_body>> parser{};
  std::string head{};         // reused, so that it allocates once
  std::uint64_t written = 0;  // bytes handed to the socket so far
  bool used = false;          // has carried an exchange before
};

class HttpPool : public std::enable_shared_from_this<HttpPool> {
 public:
  // A connection lent out. Without keep() it is closed when it comes back.
  class Lease {
   public:
    Lease() = default;
    Lease(std::shared_ptr<HttpPool> pool, std::unique_ptr<HttpConnection> connection)
        : pool_(std::move(pool)), connection_(std::move(connection)) {}
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&& other) noexcept {
      give_back();
      pool_ = std::move(other.pool_);
      connection_ = std::move(other.connection_);
      keep_ = other.keep_;
      return *this;
    }
    ~Lease() { give_back(); }
    explicit operator bool() const { return connection_ != nullptr; }
    HttpConnection* operator->() const { return connection_.get(); }
    HttpConnection& operator*() const { return *connection_; }
    void keep() { keep_ = true; }

   private:
    void give_back();

    std::shared_ptr<HttpPool> pool_{};
    std::unique_ptr<HttpConnection> connection_{};
    bool keep_ = false;
  };

  // A call's place: in the queue, then on a connection. Expires: leaves the queue, or closes the connection.
  struct Place : Expiring {
    explicit Place(std::shared_ptr<HttpPool> of) : pool(std::move(of)) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { pool->leave(*this); }
    void expire() override;

    std::shared_ptr<HttpPool> pool;
    Lease lease{};
    Wakeup turn{};
    bool timed_out = false;
  };

  HttpPool(asio::any_io_executor executor, std::uint32_t most)
      : executor_(std::move(executor)), most_(most > 0 ? most : 1) {}

  // Sets place.lease, if that can be had at once or never. False: the place is in the queue, its turn to be awaited.
  // `fresh`: a connection that has not been used.
  static bool enter(Place& place, bool fresh);
  // Until place.lease is set. No lease afterwards: timed out, cancelled, or closed.
  static asio::awaitable<void> await_turn(Place& place);
  void close();
  bool closed() const { return closed_; }
  const asio::any_io_executor& executor() const { return executor_; }

 private:
  std::unique_ptr<HttpConnection> make_connection();
  void take_back(std::unique_ptr<HttpConnection> connection, bool keep);
  void leave(Place& place);

  asio::any_io_executor executor_;
  std::size_t most_;
  std::vector<std::unique_ptr<HttpConnection>> idle_{};  // the one used last is used next: the others may go stale
  std::unordered_set<HttpConnection*> all_{};
  std::deque<Place*> queue_{};
  bool closed_ = false;
};

}  // namespace tracetax::transport
