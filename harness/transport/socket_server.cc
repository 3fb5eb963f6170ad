#include "harness/transport/socket_server.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <vector>

#include <boost/asio/co_spawn.hpp>

namespace tracetax::transport {
namespace {

// After a failed accept, mostly for want of file descriptors: trying again at once would spin.
constexpr auto accept_pause = std::chrono::milliseconds(20);

asio::ip::address resolve_host(const Url& url, asio::io_context& io) {
  error_code error;
  const auto address = asio::ip::make_address(url.host, error);
  if (!error) return address;
  tcp::resolver resolver{io};
  const auto found = resolver.resolve(url.host, std::to_string(url.port), tcp::resolver::passive);
  return found.begin()->endpoint().address();
}

std::string peer_text(const tcp::socket& socket) {
  error_code error;
  const auto peer = socket.remote_endpoint(error);
  if (error) return {};
  const std::string host = peer.address().to_string();
  return (peer.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(peer.port());
}

class SocketListener : public Listener {
 public:
  explicit SocketListener(std::shared_ptr<SocketServer> server) : server_(std::move(server)) {}
  ~SocketListener() override { server_->close(); }
  std::string url() const override { return server_->url().text(); }
  void start() override { server_->start(); }
  asio::awaitable<void> drain(Nanos grace) override { return server_->drain(grace); }

 private:
  std::shared_ptr<SocketServer> server_;
};

}  // namespace

ConnectionId next_connection_id() {
  static std::atomic<ConnectionId> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

SocketServer::SocketServer(asio::io_context& io, const Url& url, const ServerLimits& limits, Handler& handler,
                           MakeConnection make_connection)
    : url_(url),
      limits_(limits),
      handler_(&handler),
      make_connection_(std::move(make_connection)),
      acceptor_(io),
      sweep_timer_(io),
      watch_timer_(io),
      accept_pause_(io) {
  try {
    const tcp::endpoint endpoint{resolve_host(url, io), url.port};
    acceptor_.open(endpoint.protocol());
    acceptor_.set_option(tcp::acceptor::reuse_address(true));
    acceptor_.bind(endpoint);
    acceptor_.listen();
    url_.port = acceptor_.local_endpoint().port();
    loopback_ = acceptor_.local_endpoint().address().is_loopback();
  } catch (const boost::system::system_error& error) {
    throw boost::system::system_error(error.code(), "cannot listen on " + url.text());
  }
}

void SocketServer::start() {
  asio::co_spawn(acceptor_.get_executor(), accept_loop(shared_from_this()),
                 [self = shared_from_this()](const std::exception_ptr& died) {
                   if (died) self->acceptor_.close();  // no memory: peers see a refused connection, not silence
                 });
  sweep_later();
}

asio::awaitable<void> SocketServer::accept_loop(std::shared_ptr<SocketServer> self) {
  while (self->acceptor_.is_open()) {
    auto [error, socket] = co_await self->acceptor_.async_accept(as_result);
    if (!self->acceptor_.is_open()) co_return;
    if (!error) {
      self->take(std::move(socket));
    } else if (error != asio::error::connection_aborted) {
      self->accept_pause_.expires_after(accept_pause);
      co_await self->accept_pause_.async_wait(as_result);
    }
  }
}

void SocketServer::take(tcp::socket socket) {
  if (connections_.size() >= limits_.connections) return close_socket(socket);
  prepare_socket(socket);
  const ConnectionId id = next_connection_id();
  std::string peer = peer_text(socket);
  auto connection = make_connection_(std::move(socket), shared_from_this(), id, std::move(peer));
  connections_.emplace(id, Entry{connection, false});
  connection->start();
}

bool SocketServer::serves(std::string_view target) const {
  // RFC 9112, 3.2.2: servers accept the absolute form, too.
  if (target.starts_with("http://") || target.starts_with("ws://")) {
    const auto slash = target.find('/', target.find("//") + 2);
    target = slash == std::string_view::npos ? std::string_view{"/"} : target.substr(slash);
  }
  return target.substr(0, target.find('?')) == url_.path;
}

void SocketServer::announce(ConnectionId id, const Headers& headers) {
  const auto entry = connections_.find(id);
  if (entry == connections_.end() || handler_ == nullptr) return;
  entry->second.announced = true;
  handler_->opened(id, url_.kind, headers);
}

void SocketServer::leave(ConnectionId id) {
  auto entry = connections_.extract(id);
  if (entry.empty()) return;
  if (entry.mapped().announced && handler_ != nullptr) handler_->closed(id);
  if (connections_.empty()) all_left_.wake();
}

void SocketServer::watch_peers() {
  if (std::exchange(watching_, true)) return;
  watch_timer_.expires_after(watch_interval);
  watch_timer_.async_wait([weak = weak_from_this()](const error_code& error) {
    const auto self = weak.lock();
    if (error || !self) return;
    self->watching_ = false;
    self->look_at_peers();
  });
}

void SocketServer::look_at_peers() {
  std::vector<std::shared_ptr<ServerConnection>> all;  // the handler may end some
  all.reserve(connections_.size());
  for (const auto& [id, entry] : connections_) all.push_back(entry.connection);
  bool working = false;
  for (const auto& connection : all) working = connection->look_at_peer() || working;
  if (working) watch_peers();
}

// One timer looks after all connections: cheaper than a timer per read, and late by a quarter of `idle` at most.
void SocketServer::sweep_later() {
  const Nanos pause = std::clamp<Nanos>(limits_.idle / 4, std::chrono::milliseconds(5), std::chrono::seconds(30));
  sweep_timer_.expires_after(pause);
  sweep_timer_.async_wait([weak = weak_from_this()](const error_code& error) {
    const auto self = weak.lock();
    if (error || !self || !self->handler_) return;
    const Nanos since = monotonic_now() - self->limits_.idle;
    std::vector<std::shared_ptr<ServerConnection>> idle;
    for (const auto& [id, entry] : self->connections_) {
      if (entry.connection->idle_since(since)) idle.push_back(entry.connection);
    }
    for (const auto& connection : idle) connection->abort();
    self->sweep_later();
  });
}

void SocketServer::abort_all() {
  std::vector<std::shared_ptr<ServerConnection>> all;
  all.reserve(connections_.size());
  for (const auto& [id, entry] : connections_) all.push_back(entry.connection);
  for (const auto& connection : all) connection->abort();
}

asio::awaitable<void> SocketServer::drain(Nanos grace) {
  const auto self = shared_from_this();  // the listener may be destroyed meanwhile
  error_code ignored;
  draining_ = true;
  acceptor_.close(ignored);
  std::vector<std::shared_ptr<ServerConnection>> all;
  for (const auto& [id, entry] : connections_) all.push_back(entry.connection);
  for (const auto& connection : all) connection->drain();
  if (!connections_.empty()) {
    asio::steady_timer alarm{acceptor_.get_executor(), grace};
    alarm.async_wait([self](const error_code& error) {
      if (!error) self->all_left_.wake();
    });
    while (!connections_.empty() && alarm.expiry() > Clock::now()) co_await all_left_.wait();
  }
  abort_all();
  sweep_timer_.cancel();
}

void SocketServer::close() {
  error_code ignored;
  acceptor_.close(ignored);
  sweep_timer_.cancel();
  accept_pause_.cancel();
  abort_all();
  handler_ = nullptr;
  all_left_.wake();
}

std::unique_ptr<Listener> make_socket_listener(std::shared_ptr<SocketServer> server) {
  return std::make_unique<SocketListener>(std::move(server));
}

}  // namespace tracetax::transport
