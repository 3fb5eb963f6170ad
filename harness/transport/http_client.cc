// Streamable HTTP, the client's end: one POST a call, on pooled keep-alive connections.

#include <exception>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_suffix.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/status.hpp>

#include "harness/mcp/framing.h"
#include "harness/transport/http_pool.h"
#include "harness/transport/plain_http.h"
#include "harness/transport/tcp_delivery.h"

// g++ 12 inlines the operator new of Asio's coroutine frames but not the operator delete that belongs to it, and then
// takes them for a mismatch.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace tracetax::transport {
namespace {

namespace http = beast::http;

// How long the rest of an event stream is awaited after the answer has come, to keep the connection.
constexpr auto stream_end_time = std::chrono::seconds(1);
// A server may take any number of interim responses (1xx) to begin with; nobody needs more.
constexpr int most_interim_responses = 8;
constexpr std::size_t quoted_bytes = 200;  // of a strange answer, in `detail`

enum class Expect : std::uint8_t { response, acceptance };  // acceptance: any 2xx will do

struct HttpClient : std::enable_shared_from_this<HttpClient> {
  HttpClient(asio::any_io_executor executor, const Url& to, const ChannelOptions& with)
      : url(to),
        options(with),
        pool(std::make_shared<HttpPool>(executor, with.connections)),
        deadlines(std::make_shared<Deadlines>(executor)) {
    request_start = "POST " + url.path + " HTTP/1.1\r\nHost: " + url.authority() + "\r\n";
    for (const auto& [name, value] : options.headers) append_field(request_start, name, value);
  }

  Url url;
  ChannelOptions options;
  std::string request_start;  // the same for every request
  std::shared_ptr<HttpPool> pool;
  std::shared_ptr<Deadlines> deadlines;
};
using Client = std::shared_ptr<HttpClient>;

// False when a header cannot be written.
bool build_head(std::string& head, const HttpClient& client, const Call& call) {
  const auto given = [&](std::string_view name) { return call.headers.has(name) || client.options.headers.has(name); };
  head = client.request_start;
  if (!given("Content-Type")) head += "Content-Type: application/json\r\n";
  if (!given("Accept")) head += "Accept: application/json, text/event-stream\r\n";
  for (const auto& [name, value] : call.headers) {
    if (!writable_field(name, value)) return false;
    append_field(head, name, value);
  }
  append_field(head, "Content-Length", std::to_string(call.text.size()));
  head += "\r\n";
  return true;
}

// One request on one connection, and what came back.
class Exchange {
 public:
  Exchange(Client client, HttpConnection& connection, const Call& call, Expect expect, Answer& answer)
      : client_(std::move(client)), connection_(connection), call_(call), expect_(expect), answer_(answer) {}

  asio::awaitable<void> run();

  bool never_delivered = false;  // safe to repeat
  bool reusable = false;         // the connection is ready for another request
  bool stream_goes_on = false;   // answered; an event stream has not ended yet

 private:
  using Parts = std::array<asio::const_buffer, 2>;

  asio::awaitable<bool> connect();
  asio::awaitable<void> read();
  bool took_plain_result();
  void begin_parser();
  bool took_events();
  void fail(const error_code& error, bool any_byte);
  void judge_body();
  bool accept(std::string& text);
  void settle(CallStatus status, std::string detail);
  int status() const { return static_cast<int>(connection_.parser->get().result_int()); }
  std::string_view content_type() const {
    const auto type = connection_.parser->get()[http::field::content_type];
    return {type.data(), type.size()};
  }
  bool is_of_type(std::string_view type) const { return same_header_name(content_type().substr(0, type.size()), type); }

  Client client_;
  HttpConnection& connection_;
  const Call& call_;
  Expect expect_;
  Answer& answer_;
  std::uint64_t written_before_ = 0;
  bool settled_ = false;
  std::optional<mcp::SseParser> events_{};
};

asio::awaitable<void> Exchange::run() {
  if (!build_head(connection_.head, *client_, call_)) {
    settle(CallStatus::never_sent, "a header's name or value cannot be sent over HTTP");
    co_return;
  }
  if (!connection_.net.socket.is_open()) {
    const bool connected = co_await connect();
    if (!connected) co_return;
  }
  written_before_ = connection_.written;
  const Parts parts{asio::buffer(connection_.head), asio::buffer(call_.text)};
  answer_.sent = monotonic_now();
  // Its error is of no interest: a server that refuses a request half-way closes after its answer, which is there to
  // be read; and if it is not, reading says what happened.
  const std::size_t at_once = write_now(connection_.net.socket, parts);
  connection_.written += at_once;
  if (at_once < asio::buffer_size(parts)) {
    beast::buffers_suffix<Parts> rest{parts};
    rest.consume(at_once);
    const auto [ignored, n] = co_await asio::async_write(connection_.net.socket, rest, as_result);
    connection_.written += n;
  }
  co_await read();
  connection_.used = true;
}

asio::awaitable<bool> Exchange::connect() {
  const Deadline deadline{client_->deadlines, Clock::now() + client_->options.connect_timeout, connection_.net};
  if (const error_code error = co_await open_socket(connection_.net, client_->url)) {
    const std::string why = connection_.net.aborted ? "gave up" : error.message();
    settle(CallStatus::never_sent, "cannot connect to " + client_->url.text() + ": " + why);
    co_return false;
  }
  co_return true;
}

void Exchange::begin_parser() {
  auto& parser = connection_.parser;
  parser.emplace();
  parser->eager(true);
  parser->header_limit(http_header_bytes);
  parser->body_limit(client_->options.message_bytes);
}

// An answer in the usual form, whole, that is a result which the call wants as text. Anything else is the parser's,
// from its first byte on.
bool Exchange::took_plain_result() {
  if (!call_.wants_text || expect_ != Expect::response) return false;
  constexpr std::string_view json = "application/json";
  const auto message = read_plain_response(view_of(connection_.buffer), client_->options.message_bytes);
  if (!message || !same_header_name(message->content_type().substr(0, json.size()), json)) return false;
  const auto parts = mcp::read_result(message->body);
  if (!parts || parts->id != call_.id) return false;
  answer_.http_status = 200;
  answer_.result.emplace(mcp::ResultText{std::string(message->body), *parts});
  connection_.buffer.consume(message->size);
  reusable = connection_.buffer.size() == 0;
  settle(CallStatus::answered, {});
  return true;
}

asio::awaitable<void> Exchange::read() {
  const auto [first_error, first] =
      co_await connection_.net.socket.async_read_some(connection_.buffer.prepare(read_chunk_bytes), as_result);
  connection_.buffer.commit(first);
  bool any_byte = first > 0;
  if (first_error) co_return fail(first_error, any_byte);
  if (took_plain_result()) co_return;
  for (int interim = 0; interim <= most_interim_responses; ++interim) {
    begin_parser();
    auto& parser = *connection_.parser;
    error_code error;
    while (feed(parser, connection_.buffer, error)) {
      if (parser.is_header_done() && took_events() && settled_) {
        stream_goes_on = true;
        co_return;
      }
      const auto [read_error, n] =
          co_await connection_.net.socket.async_read_some(connection_.buffer.prepare(read_chunk_bytes), as_result);
      connection_.buffer.commit(n);
      any_byte = any_byte || n > 0;
      if (read_error == asio::error::eof && parser.is_header_done() && parser.need_eof()) {
        parser.put_eof(error);
        break;
      }
      if (read_error) co_return fail(read_error, any_byte);
    }
    if (error == http::error::body_limit) {
      answer_.http_status = status();
      co_return settle(CallStatus::bad_answer, "the answer is over the limit");
    }
    if (error) co_return settle(CallStatus::bad_answer, "the answer is malformed HTTP: " + error.message());
    if (status() / 100 != 1) break;
  }
  reusable = connection_.parser->keep_alive() && connection_.buffer.size() == 0;
  if (!took_events()) {
    judge_body();
  } else if (!settled_) {
    answer_.http_status = status();
    settle(CallStatus::bad_answer, "the event stream ended without an answer to id " + std::to_string(call_.id));
  }
}

// True when the answer is an event stream; what of it has come is looked through.
bool Exchange::took_events() {
  if (expect_ != Expect::response || !is_of_type("text/event-stream")) return false;
  auto& body = connection_.parser->get().body();
  if (!events_) {
    events_.emplace(static_cast<std::size_t>(client_->options.message_bytes));
    connection_.parser->body_limit(boost::none);  // the parser of events keeps the limit, for each event
  }
  events_->push(body);
  body.clear();
  while (auto event = events_->next()) {
    if (auto* message = std::get_if<mcp::SseParser::Event>(&*event); message && !settled_) accept(message->data);
  }
  return true;
}

void Exchange::fail(const error_code& error, bool any_byte) {
  // An idle connection that the server has closed: its FIN was on the way before our request was. Its kernel has then
  // not acknowledged one byte of it, so nobody can have acted on it. Anything less certain is not repeated: a
  // tools/call may have been executed.
  if (error == asio::error::eof && connection_.used && !any_byte) {
    const auto acknowledged = acknowledged_bytes(connection_.net.socket.native_handle());
    constexpr std::uint64_t syn = 1;
    never_delivered = acknowledged && *acknowledged <= written_before_ + syn;
  }
  if (settled_) return;
  settle(CallStatus::disconnected, "the connection ended before the answer: " + error.message());
}

void Exchange::judge_body() {
  answer_.http_status = status();
  std::string& body = connection_.parser->get().body();
  if (expect_ == Expect::acceptance) {
    return settle(status() / 100 == 2 ? CallStatus::answered : CallStatus::bad_answer, {});
  }
  const bool json = is_of_type("application/json");
  if (json && accept(body)) return;
  std::string detail = "HTTP " + std::to_string(status());
  if (body.empty()) {
    detail += " without a body";
  } else {
    detail += json ? ", not a JSON-RPC response to id " + std::to_string(call_.id) + ": "
                   : ", content type '" + std::string(content_type()) + "': ";
    detail += body.substr(0, quoted_bytes);
  }
  settle(CallStatus::bad_answer, std::move(detail));
}

// Takes the text if it is the answer. An error about a message whose id could not be read has none, and servers give
// errors of HTTP's level (no such session) an id of their own: on our own request both are ours.
bool Exchange::accept(std::string& text) {
  const auto parts = call_.wants_text ? mcp::read_result(text) : std::nullopt;
  if (parts && parts->id == call_.id) {
    answer_.http_status = status();
    answer_.result.emplace(mcp::ResultText{std::move(text), *parts});
    settle(CallStatus::answered, {});
    return true;
  }
  auto parsed = mcp::parse_message(text);
  auto* const message = std::get_if<mcp::Message>(&parsed);
  auto* const notice = message != nullptr ? std::get_if<mcp::Notification>(message) : nullptr;
  if (notice != nullptr && call_.hear) call_.hear(std::move(*notice));
  auto* const response = message != nullptr ? std::get_if<mcp::Response>(message) : nullptr;
  if (response == nullptr) return false;
  const bool ours = response->id == mcp::Id{call_.id};
  if (!ours && !(response->is_error() && (!response->id || status() / 100 != 2))) return false;
  answer_.http_status = status();
  answer_.response = std::move(*response);
  settle(CallStatus::answered, {});
  return true;
}

void Exchange::settle(CallStatus status, std::string detail) {
  answer_.received = monotonic_now();
  settled_ = true;
  answer_.status = status;
  answer_.detail = std::move(detail);
  if (answer_.http_status != 0 && !answer_.result) answer_.headers = copy_headers(connection_.parser->get());
}

// Waits for the end of a stream whose answer has been taken, for the connection's sake alone.
asio::awaitable<void> finish_stream(Client client, HttpPool::Lease lease) {
  const Deadline deadline{client->deadlines, Clock::now() + stream_end_time, lease->net};
  auto& parser = *lease->parser;
  error_code error;
  while (feed(parser, lease->buffer, error)) {
    parser.get().body().clear();
    const auto [read_error, n] =
        co_await lease->net.socket.async_read_some(lease->buffer.prepare(read_chunk_bytes), as_result);
    if (read_error) co_return;
    lease->buffer.commit(n);
  }
  if (!error && parser.keep_alive() && lease->buffer.size() == 0) lease.keep();
}

asio::awaitable<Answer> perform(Client client, Call call, Expect expect) {
  Answer answer;
  HttpPool::Place place{client->pool};
  const Deadline deadline{client->deadlines, call.deadline, place};
  const auto given_up = [&call] { return call.give_up != nullptr && call.give_up->asked(); };
  const GiveUp::Hook hook{call.give_up, [&place] { place.expire(); }};
  if (given_up()) place.timed_out = true;
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (!HttpPool::enter(place, attempt > 0)) co_await HttpPool::await_turn(place);
    if (!place.lease) break;
    Exchange exchange{client, *place.lease, call, expect, answer};
    co_await exchange.run();
    if (exchange.reusable) place.lease.keep();
    if (exchange.stream_goes_on) {
      asio::co_spawn(client->pool->executor(), finish_stream(client, std::move(place.lease)),
                     [](const std::exception_ptr&) {});  // no memory: the connection is closed, the answer stands
    }
    if (!exchange.never_delivered || place.timed_out) break;
    place.lease = {};
    answer = {};
  }
  if (answer.status == CallStatus::answered || answer.status == CallStatus::bad_answer) co_return answer;
  if (answer.received == Nanos{}) answer.received = monotonic_now();
  if (given_up()) {
    answer.status = CallStatus::given_up;
    answer.detail = "given up";
  } else if (place.timed_out) {
    answer.status = CallStatus::timed_out;
    answer.detail = place.lease ? "no answer before the deadline" : "no free connection before the deadline";
  } else if (client->pool->closed()) {
    answer.detail = "the channel was closed";
  } else if (answer.detail.empty()) {
    answer.detail = "cancelled";
  }
  co_return answer;
}

asio::awaitable<bool> perform_notification(Client client, std::string text, Headers headers) {
  Call call;
  call.text = std::move(text);
  call.headers = std::move(headers);
  call.deadline = Clock::now() + client->options.connect_timeout;
  const Answer answer = co_await perform(std::move(client), std::move(call), Expect::acceptance);
  co_return answer.status == CallStatus::answered;
}

class HttpChannel : public Channel {
 public:
  explicit HttpChannel(Client client) : client_(std::move(client)) {}
  ~HttpChannel() override { shut(*client_); }
  asio::awaitable<Answer> call(Call call) override { return perform(client_, std::move(call), Expect::response); }
  asio::awaitable<bool> notify(std::string text, Headers headers) override {
    return perform_notification(client_, std::move(text), std::move(headers));
  }
  bool alive() const override { return true; }
  asio::awaitable<void> close() override {
    const auto client = client_;
    shut(*client);
    co_return;
  }

 private:
  static void shut(HttpClient& client) {
    client.pool->close();
    client.deadlines->stop();
  }
  Client client_;
};

}  // namespace

std::unique_ptr<Channel> make_http_channel(asio::any_io_executor executor, const Url& url,
                                           const ChannelOptions& options) {
  return std::make_unique<HttpChannel>(std::make_shared<HttpClient>(std::move(executor), url, options));
}

}  // namespace tracetax::transport
