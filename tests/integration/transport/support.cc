#include "tests/integration/transport/support.h"

#include <stdexcept>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

#include "harness/transport/stdio_server.h"

namespace tracetax::transport {

void run(asio::io_context& io, asio::awaitable<void> work) {
  bool done = false;
  std::exception_ptr died;
  asio::co_spawn(io, std::move(work), [&](std::exception_ptr e) {
    done = true;
    died = e;
  });
  io.restart();
  while (!done && io.run_one() > 0) continue;
  if (died) std::rethrow_exception(died);
  ASSERT_TRUE(done) << "the loop ran out of work before the test was done";
}

asio::awaitable<void> until(std::function<bool()> condition) {
  while (!condition()) co_await asio::post(asio::use_awaitable);
}

asio::awaitable<void> let_things_happen() {
  for (int turn = 0; turn < 500; ++turn) co_await asio::post(asio::use_awaitable);
}

void TestHandler::opened(ConnectionId id, Kind, const Headers& headers) {
  EXPECT_TRUE(open.insert(id).second);
  most_open = std::max(most_open, open.size());
  ++opened_count;
  handshake = headers;
}

void TestHandler::closed(ConnectionId id) {
  EXPECT_EQ(open.erase(id), 1u);
}

asio::awaitable<Outgoing> TestHandler::handle(Incoming incoming) {
  ++in_flight;
  most_in_flight = std::max(most_in_flight, in_flight);
  ++handled;
  struct Leave {
    std::size_t& count;
    ~Leave() { --count; }
  } leave{in_flight};
  Outgoing out;
  if (incoming.too_long) {
    ++too_long;
    EXPECT_TRUE(incoming.text.empty());
    out.text = mcp::serialize_error(std::nullopt, {mcp::invalid_request, "message too long", {}});
    out.http_status = 413;
    co_return out;
  }
  last_text = incoming.text;
  last = incoming;
  const auto parsed = mcp::parse_message(incoming.text);
  if (const auto* failure = std::get_if<mcp::ParseFailure>(&parsed)) {
    out.text = mcp::serialize_error(failure->id, failure->error);
    out.http_status = 400;
    co_return out;
  }
  const auto* request = std::get_if<mcp::Request>(&std::get<mcp::Message>(parsed));
  if (request == nullptr) {
    out.http_status = 202;
    co_return out;
  }
  mcp::Json result = request->params;
  if (request->method == "throw") throw std::runtime_error("asked to");
  if (request->method == "big") {
    result = {{"text", std::string(request->params.at("bytes").get<std::size_t>(), 'x')}};
  }
  if (request->method == "talk") {
    for (std::size_t i = 0; i < request->params.at("times").get<std::size_t>(); ++i) {
      mcp::Json about{{"progressToken", std::get<std::int64_t>(request->id)}, {"progress", i}};
      about["message"] = std::string(request->params.value("bytes", std::size_t{1}), 'm');
      if (incoming.caller->say(mcp::serialize(mcp::Notification{"notifications/progress", std::move(about)}))) ++said;
    }
  }
  if (request->method == "silent") {
    out.silent = true;
    co_return out;
  }
  if (request->method == "hold") {
    const auto executor = co_await asio::this_coro::executor;
    const auto timer = std::make_shared<asio::steady_timer>(executor, Clock::time_point::max());
    held_.push_back(timer);
    co_await timer->async_wait(asio::as_tuple(asio::use_awaitable));
  }
  out.http_status = status_to_give;
  out.text = mcp::serialize(mcp::Response{request->id, std::move(result)});
  co_return out;
}

void TestHandler::release_newest() {
  held_.back()->cancel();
  held_.pop_back();
}

Pipe::Pipe() {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("pipe");
  read = ends[0];
  write = ends[1];
}

Bench::Bench(Kind of, const ServerLimits& limits) : kind(of) {
  if (kind == Kind::stdio) {
    const Pipe to_server;
    const Pipe to_client;
    client_read_ = to_client.read;
    client_write_ = to_server.write;
    listener = open_stdio(io, to_server.read, to_client.write, limits, handler, [this] { stdin_ended = true; });
  } else {
    Url url;
    url.kind = kind;
    url.host = "127.0.0.1";
    url.path = "/mcp";
    listener = Listener::open(io, url, limits, handler);
  }
  listener->start();
}

Bench::~Bench() {
  listener.reset();
  handler.release_all();  // its coroutines end before it does
  io.restart();
  io.poll();
  if (client_read_ >= 0) ::close(client_read_);
  if (client_write_ >= 0) ::close(client_write_);
}

asio::awaitable<std::unique_ptr<Channel>> Bench::connect(ChannelOptions options) {
  if (kind == Kind::stdio) {
    co_return stdio_channel(io.get_executor(), std::exchange(client_read_, -1), std::exchange(client_write_, -1),
                            options.message_bytes);
  }
  const Url to = url();
  co_return co_await transport::connect(to, options);
}

Call make_call(std::int64_t id, std::string_view method, const std::string& params) {
  Call call;
  call.id = id;
  call.text = R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":")" + std::string(method) +
              R"(","params":)" + params + "}";
  return call;
}

Call call_with_text(std::int64_t id, std::size_t bytes) {
  return make_call(id, "echo", R"({"text":")" + std::string(bytes, 'x') + "\"}");
}

std::string echoed(const Answer& answer) {
  if (answer.status != CallStatus::answered) {
    return "status " + std::to_string(static_cast<int>(answer.status)) + ": " + answer.detail;
  }
  if (const auto* error = std::get_if<mcp::ErrorObject>(&answer.response.outcome)) return "error: " + error->message;
  const auto& result = std::get<mcp::Json>(answer.response.outcome);
  return result.contains("text") ? result.at("text").get<std::string>() : result.dump();
}

namespace {
asio::awaitable<void> perform(Channel& channel, Call call, std::shared_ptr<Pending> pending) {
  pending->answer = co_await channel.call(std::move(call));
  pending->done = true;
}
}  // namespace

std::shared_ptr<Pending> spawn_call(asio::io_context& io, Channel& channel, Call call) {
  auto pending = std::make_shared<Pending>();
  asio::co_spawn(io, perform(channel, std::move(call), pending), [](std::exception_ptr e) { EXPECT_FALSE(e); });
  return pending;
}

asio::awaitable<void> RawPeer::connect(const Url& url) {
  const tcp::endpoint endpoint{asio::ip::make_address(url.host), url.port};
  co_await socket.async_connect(endpoint, asio::use_awaitable);
}

asio::awaitable<void> RawPeer::write(std::string_view bytes) {
  // A peer that refuses half-way is an answer, too: the test looks at what it reads.
  co_await asio::async_write(socket, asio::buffer(bytes), asio::as_tuple(asio::use_awaitable));
}

asio::awaitable<std::string> RawPeer::read_until(std::string_view end) {
  for (;;) {
    const auto found = end.empty() ? std::string::npos : buffer_.find(end);
    if (found != std::string::npos) co_return co_await read_bytes(found + end.size());
    if (!co_await read_more()) co_return std::exchange(buffer_, {});
  }
}

asio::awaitable<std::string> RawPeer::read_bytes(std::size_t count) {
  // g++ 12 awaits the right side of && in a loop's condition whatever the left side is.
  while (buffer_.size() < count) {
    if (!co_await read_more()) break;
  }
  std::string text = buffer_.substr(0, count);
  buffer_.erase(0, text.size());
  co_return text;
}

asio::awaitable<bool> RawPeer::read_more() {
  std::string chunk(4096, '\0');
  const auto [error, n] = co_await socket.async_read_some(asio::buffer(chunk), asio::as_tuple(asio::use_awaitable));
  buffer_.append(chunk, 0, n);
  co_return !error;
}

RawServer::RawServer(asio::io_context& io, Kind of)
    : io_(io), kind_(of), acceptor_(io, tcp::endpoint{asio::ip::address_v4::loopback(), 0}) {}

Url RawServer::url() const {
  Url url;
  url.kind = kind_;
  url.host = "127.0.0.1";
  url.port = acceptor_.local_endpoint().port();
  url.path = "/mcp";
  return url;
}

asio::awaitable<std::unique_ptr<RawPeer>> RawServer::accept() {
  auto peer = std::make_unique<RawPeer>(io_);
  co_await acceptor_.async_accept(peer->socket, asio::use_awaitable);
  co_return peer;
}

asio::awaitable<std::string> RawServer::read_http_request(RawPeer& peer) {
  std::string head = co_await peer.read_until("\r\n\r\n");
  if (head.empty()) co_return head;
  // Every message of these tests ends with the closing brace of params and its own.
  co_return head + co_await peer.read_until("}}");
}

std::string http_post(std::string_view path, std::string_view body, std::string_view more_headers) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" +
         std::string(more_headers) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string http_answer(std::string_view body, std::string_view more_headers) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + std::string(more_headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string ws_upgrade(std::string_view path, std::string_view more_headers) {
  return "GET " + std::string(path) +
         " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
         std::string(more_headers) + "\r\n";
}

// RFC 6455, 5.2; the masking key is zero, so that the payload stays as it is.
std::string ws_frame(std::uint8_t first_byte, std::string_view payload, bool masked) {
  std::string frame(1, static_cast<char>(first_byte));
  const int mask_bit = masked ? 0x80 : 0;
  if (payload.size() < 126) {
    frame += static_cast<char>(mask_bit | static_cast<int>(payload.size()));
  } else if (payload.size() < 65536) {
    frame += static_cast<char>(mask_bit | 126);
    frame += static_cast<char>(payload.size() >> 8);
    frame += static_cast<char>(payload.size() & 0xff);
  } else {
    frame += static_cast<char>(mask_bit | 127);
    for (int shift = 56; shift >= 0; shift -= 8) frame += static_cast<char>((payload.size() >> shift) & 0xff);
  }
  if (masked) frame.append(4, '\0');
  frame += payload;
  return frame;
}

}  // namespace tracetax::transport
