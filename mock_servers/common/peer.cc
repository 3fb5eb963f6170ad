#include "mock_servers/common/peer.h"

#include <algorithm>
#include <exception>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "harness/telemetry/propagation.h"
#include "mock_servers/common/peer_reply.h"

// As in harness/transport/http_client.cc: g++ 12 inlines the operator new of Asio's coroutine frames but not the
// operator delete that belongs to it, and then takes them for a mismatch.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace tracetax::service {

namespace {

using transport::Answer;
using transport::CallStatus;

// How long a channel that could not be opened is left alone: doubled from the first to the last.
constexpr Nanos first_pause = std::chrono::milliseconds(50);
constexpr Nanos last_pause = std::chrono::seconds(1);
// How often idle channels are looked at: a channel says nothing when it dies.
constexpr Nanos watch_interval = std::chrono::milliseconds(250);
// A call that was never sent may be sent again; a peer that loses its sessions or connections all the time gets no
// more.
constexpr int most_attempts = 3;

// One conversation: a ws connection, or all http connections together.
struct Connection {
  std::unique_ptr<transport::Channel> channel;
  std::string version{};                     // legacy: the server's choice
  std::string session_id{};                  // legacy http
  mcp::Json capabilities{};                  // legacy: as initialize said
  std::optional<mcp::LogLevel> log_level{};  // legacy: the mildest that logging/setLevel has asked for
  std::uint32_t in_flight = 0;
  bool lost = false;  // its session has ended
  bool usable() const { return !lost && channel->alive(); }
};

struct Slot {
  std::shared_ptr<Connection> connection{};
  bool opening = false;
  bool usable() const { return connection && connection->usable(); }
};

// Counts a call in flight for as long as it lives.
struct InFlight {
  explicit InFlight(std::uint32_t& counter) : counter_(counter) { ++counter_; }
  ~InFlight() { --counter_; }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

 private:
  std::uint32_t& counter_;
};

constexpr Nanos capabilities_ttl = std::chrono::seconds(1);

// What a hop can pass on of it.
mcp::Json passed_on(const mcp::Json& capabilities) {
  mcp::Json out = mcp::Json::object();
  for (const char* key : {"tools", "prompts", "resources", "completions", "logging"}) {
    if (capabilities.is_object() && capabilities.contains(key)) out[key] = mcp::Json::object();
  }
  return out;
}

mcp::Json capabilities_in(const mcp::Json& result) {
  const auto found = result.is_object() ? result.find("capabilities") : result.end();
  return result.is_object() && found != result.end() ? *found : mcp::Json();
}

void add_all(transport::Headers& headers, mcp::HeaderFields fields) {
  for (auto& [name, value] : fields) headers.add(std::move(name), std::move(value));
}

void add_trace(transport::Headers& headers, telemetry::TraceText trace) {
  if (!trace.traceparent.empty()) headers.add("traceparent", std::move(trace.traceparent));
  if (!trace.tracestate.empty()) headers.add("tracestate", std::move(trace.tracestate));
}

}  // namespace

struct Peer::State : std::enable_shared_from_this<State> {
  State(Host h, PeerOptions o) : host(h), options(std::move(o)) {
    const auto parsed = transport::parse_url(options.backend.url);
    if (!parsed || parsed->kind == TransportKind::stdio)
      throw std::invalid_argument("'" + options.backend.url + "' is no http:// or ws:// URL of " +
                                  options.backend.name);
    url = *parsed;
    slots.resize(is_http() ? 1 : std::max(1u, options.backend.connections));
  }

  Host host;
  PeerOptions options;
  transport::Url url{};
  std::vector<Slot> slots{};
  using Timers = std::set<asio::steady_timer*>;
  Timers waiters{};   // calls that wait for a channel
  Timers sleepers{};  // openers between two attempts, the watch between two looks
  std::uint32_t openers = 0;
  std::uint32_t in_flight = 0;
  std::uint64_t opened = 0, failed = 0;
  std::int64_t next_id = 1;
  std::string last_failure = "not connected";
  std::optional<mcp::Json> capabilities{};
  Nanos capabilities_at{};
  bool closing = false;

  bool is_http() const { return url.kind == TransportKind::http; }
  Era era() const { return options.backend.era; }
  const PropagationConfig& propagation() const { return host.tracing.config().propagation; }

  void notify() {
    for (auto* waiter : waiters) waiter->cancel();
  }

  // Returns at the deadline, or when the timer is cancelled through `timers`.
  asio::awaitable<void> wait(Timers& timers, Clock::time_point deadline) {
    struct Waiting {
      Timers& timers;
      asio::steady_timer timer;
      ~Waiting() { timers.erase(&timer); }
    };
    Waiting waiting{timers, asio::steady_timer(host.io, deadline)};
    timers.insert(&waiting.timer);
    co_await waiting.timer.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  asio::awaitable<void> sleep(Nanos duration) {
    if (closing) co_return;
    co_await wait(sleepers, Clock::now() + std::chrono::duration_cast<Clock::duration>(duration));
  }

  // The open channel with the fewest calls in flight; nullptr when there is none. Sees to it that more are opened where
  // the options want that.
  std::shared_ptr<Connection> pick() {
    Slot* best = nullptr;
    Slot* vacant = nullptr;
    for (auto& slot : slots) {
      if (!slot.usable()) {
        if (options.keep_open)
          open_in_background(slot);
        else if (!slot.opening)
          vacant = &slot;
      } else if (best == nullptr || slot.connection->in_flight < best->connection->in_flight) {
        best = &slot;
      }
    }
    if (vacant != nullptr && (best == nullptr ? openers == 0 : best->connection->in_flight > 0))
      open_in_background(*vacant);
    return best == nullptr ? nullptr : best->connection;
  }

  void open_in_background(Slot& slot) {
    if (slot.opening || closing) return;
    slot.opening = true;
    ++openers;
    auto self = shared_from_this();
    asio::co_spawn(host.io, open_slot(self, slot), [self, &slot](const std::exception_ptr& error) {
      slot.opening = false;
      --self->openers;
      if (error) self->last_failure = "opening a channel failed unexpectedly";
      self->notify();
    });
  }

  // `self` keeps the state alive for as long as the coroutine runs.
  static asio::awaitable<void> open_slot(std::shared_ptr<State> self, Slot& slot) {
    for (Nanos pause = first_pause; !self->closing; pause = std::min(2 * pause, last_pause)) {
      slot.connection = co_await self->open_connection();
      if (slot.connection) {
        if (self->closing) slot.connection.reset();
        co_return;
      }
      if (!self->options.keep_open) co_return;
      self->notify();
      co_await self->sleep(pause);
    }
  }

  // nullptr, and the reason in last_failure, when it cannot be had.
  asio::awaitable<std::shared_ptr<Connection>> open_connection() {
    telemetry::Span span;
    transport::ChannelOptions channel;
    channel.connections = options.backend.connections;
    channel.message_bytes = options.message_bytes;
    channel.connect_timeout = options.connect_timeout;
    if (!options.token.empty()) channel.headers.add("Authorization", "Bearer " + options.token);
    if (!is_http()) {
      telemetry::SpanStart how;
      how.kind = telemetry::SpanKind::kClient;
      span = host.tracing.span(options.connect_span, how);
      if (span.recording()) {
        span.set("server.address", url.host.c_str());
        span.set("server.port", static_cast<std::int64_t>(url.port));
        span.set("network.transport", "tcp");
        span.set("network.protocol.name", "websocket");
        span.set("url.path", url.path.c_str());
      }
      if (propagation().headers) add_trace(channel.headers, telemetry::inject(span.context()));
    }
    std::shared_ptr<Connection> connection;
    std::string failure;
    try {
      auto fresh = std::make_shared<Connection>();
      fresh->channel = co_await transport::connect(url, channel);
      failure = co_await open_session(*fresh);
      if (failure.empty()) connection = std::move(fresh);
    } catch (const std::exception& error) {
      failure = error.what();
    }
    if (connection) {
      ++opened;
    } else {
      ++failed;
      span.error(reason_of(CallStatus::never_sent, failure, 0).type, failure);
      last_failure = std::move(failure);
    }
    co_return connection;
  }

  // Legacy: initialize and notifications/initialized. Empty when the session is open, else why not.
  asio::awaitable<std::string> open_session(Connection& connection) {
    if (era() == Era::modern) co_return std::string{};
    transport::Call call;
    call.id = next_id++;
    call.text = mcp::make_request_text(call.id, "initialize", mcp::initialize_params(options.client), Era::legacy,
                                       options.client);
    if (is_http()) add_all(call.headers, mcp::request_headers("initialize", {}, Era::legacy));
    call.deadline = Clock::now() + options.connect_timeout;
    const Answer answer = co_await connection.channel->call(std::move(call));
    if (answer.status != CallStatus::answered) co_return "initialize: " + answer.detail;
    if (const auto* error = std::get_if<mcp::ErrorObject>(&answer.response.outcome))
      co_return "initialize: " + error->message;
    const auto initialized = mcp::read_initialize(std::get<mcp::Json>(answer.response.outcome));
    if (!initialized) co_return std::string("initialize: the answer is no InitializeResult of a supported version");
    connection.version = initialized->version;
    connection.capabilities = capabilities_in(std::get<mcp::Json>(answer.response.outcome));
    connection.session_id = std::string(answer.headers.get(mcp::header::session_id));
    transport::Headers headers;
    if (is_http())
      add_all(headers, mcp::request_headers("notifications/initialized", {}, Era::legacy, connection.version,
                                            connection.session_id));
    std::string text = mcp::make_notification_text("notifications/initialized");
    if (!co_await connection.channel->notify(std::move(text), std::move(headers)))
      co_return std::string("notifications/initialized could not be sent");
    co_return std::string{};
  }

  // nullptr when none could be had.
  asio::awaitable<std::shared_ptr<Connection>> acquire(Clock::time_point deadline,
                                                       const transport::GiveUp* given_up = nullptr) {
    deadline = std::min(deadline, Clock::now() + std::chrono::duration_cast<Clock::duration>(options.connect_timeout));
    for (;;) {
      if (closing || (given_up != nullptr && given_up->asked())) co_return nullptr;
      if (auto connection = pick()) co_return connection;
      if (Clock::now() >= deadline) co_return nullptr;
      const auto failed_before = failed;
      co_await wait(waiters, deadline);
      if (!options.keep_open && failed != failed_before) co_return pick_open();
    }
  }

  // As pick(), but opens nothing.
  std::shared_ptr<Connection> pick_open() const {
    const auto open = std::find_if(slots.begin(), slots.end(), [](const Slot& slot) { return slot.usable(); });
    return open == slots.end() ? nullptr : open->connection;
  }

  // Without a span of our own (no tracing) the caller's context is passed on as it came.
  mcp::TraceEdit trace_edit(const telemetry::TraceText& trace) const {
    using Kind = mcp::TraceEdit::Kind;
    if (!propagation().meta) return {Kind::remove};
    if (trace.traceparent.empty()) return {};
    return {Kind::write, trace.traceparent, trace.tracestate};
  }

  // The request as a tree makes it, where its bytes cannot pass through.
  std::string build_text(PeerCall& what, const mcp::TraceEdit& trace, std::int64_t id) const {
    mcp::Wishes wishes;  // in the era of the peer, and with a token of this hop's
    if (what.live != nullptr) {
      if (!what.live->wishes().progress_token.is_null()) wishes.progress_token = id;
      if (era() == Era::modern) wishes.log_level = what.live->wishes().log_level;
    }
    if (what.text) what.params = what.text->params();
    what.text.reset();
    mcp::write_wishes(what.params, wishes);
    if (trace.kind != mcp::TraceEdit::Kind::keep) {
      mcp::write_trace(what.params, trace.traceparent, trace.tracestate);
    }
    return mcp::make_request_text(id, what.method, std::move(what.params), era(), options.client);
  }

  static asio::awaitable<PeerReply> call(std::shared_ptr<State> self, PeerCall what) {
    State& state = *self;
    const PeerOptions& options = state.options;
    const InFlight counted{state.in_flight};
    transport::GiveUp give_up;
    const CancelHook hook(what.live, [&give_up, &state] {
      give_up.now();
      state.notify();
    });
    const bool wishes = what.live != nullptr && what.live->wishes().any();
    const auto trace = telemetry::inject(what.context);
    const auto edit = state.trace_edit(trace);
    std::string name;
    if (state.is_http()) name = what.text ? std::string(what.text->name()) : mcp::name_of(what.method, what.params);
    const std::int64_t id = state.next_id++;
    const bool passes_through = what.text && what.text->era() == state.era();
    const std::string built = passes_through ? std::string() : state.build_text(what, edit, id);
    const std::string& source = passes_through ? what.text->text : built;

    for (int attempt = 1;; ++attempt) {
      std::shared_ptr<Connection> connection;
      if (!state.closing) connection = state.pick();
      if (!connection) connection = co_await state.acquire(what.deadline, &give_up);
      if (!connection) {
        Answer none;
        if (give_up.asked()) none.status = CallStatus::given_up;
        none.detail = state.closing ? "shutting down" : state.last_failure;
        co_return make_reply(std::move(none), what.method, options.backend, source);
      }
      if (wishes) co_await state.ask_for_logs(*connection, what.live->wishes(), what.deadline);
      transport::Call request;
      request.id = id;
      request.deadline = what.deadline;
      request.give_up = &give_up;
      if (wishes) request.hear = [live = what.live](mcp::Notification notice) { live->pass_on(std::move(notice)); };
      request.wants_text = what.method == "tools/call";
      // The source is kept: a call that never leaves is made anew.
      request.text = passes_through ? mcp::forward_text(*what.text, id, edit, options.client) : built;
      if (state.is_http()) {
        add_all(request.headers,
                mcp::request_headers(what.method, name, state.era(), connection->version, connection->session_id));
        if (state.propagation().headers) add_trace(request.headers, trace);
      }
      Answer answer;
      {
        const InFlight busy{connection->in_flight};
        answer = co_await connection->channel->call(std::move(request));
      }
      if (answer.status == CallStatus::given_up) co_await state.tell_given_up(*connection, id);
      if (state.lost_session(*connection, answer)) connection->lost = true;
      // 404 and a closed ws channel: the request was refused unread or never left.
      const bool refused_unread = connection->lost && answer.http_status == 404;
      const bool never_left = !state.is_http() && answer.status == CallStatus::never_sent;
      if ((refused_unread || never_left) && attempt < most_attempts && !state.closing) continue;
      co_return make_reply(std::move(answer), what.method, options.backend, source);
    }
  }

  // A legacy peer is told once which messages are wanted: the mildest of all callers', each of whom gets its own.
  asio::awaitable<void> ask_for_logs(Connection& connection, mcp::Wishes wishes, Clock::time_point deadline) {
    const bool needed = era() == Era::legacy && wishes.log_level && connection.capabilities.contains("logging") &&
                        (!connection.log_level || *wishes.log_level < *connection.log_level);
    if (!needed) co_return;
    connection.log_level = wishes.log_level;
    transport::Call call;
    call.id = next_id++;
    call.deadline = deadline;
    call.text =
        mcp::make_request_text(call.id, "logging/setLevel", mcp::Json{{"level", mcp::to_string(*wishes.log_level)}},
                               Era::legacy, options.client, connection.version);
    if (is_http()) {
      add_all(call.headers,
              mcp::request_headers("logging/setLevel", {}, Era::legacy, connection.version, connection.session_id));
    }
    // Without it the call merely has no messages; a peer that cannot be reached shows itself by the call.
    co_await connection.channel->call(std::move(call));
  }

  // A legacy peer over http does not take the end of a connection for it (2025-11-25, "Cancellation").
  asio::awaitable<void> tell_given_up(Connection& connection, std::int64_t id) {
    if (!is_http() || era() != Era::legacy) co_return;
    constexpr const char* method = "notifications/cancelled";
    transport::Headers headers;
    add_all(headers, mcp::request_headers(method, {}, Era::legacy, connection.version, connection.session_id));
    std::string text = mcp::make_notification_text(method, mcp::Json{{"requestId", id}});
    co_await connection.channel->notify(std::move(text), std::move(headers));
  }

  static asio::awaitable<std::optional<mcp::Json>> ask_capabilities(std::shared_ptr<State> self,
                                                                    Clock::time_point deadline) {
    State& state = *self;
    if (state.capabilities && monotonic_now() - state.capabilities_at < capabilities_ttl) co_return state.capabilities;
    std::optional<mcp::Json> said;
    if (state.era() == Era::legacy) {
      const auto connection = co_await state.acquire(deadline);
      if (connection) said = connection->capabilities;
    } else {
      PeerCall call;
      call.method = "server/discover";
      call.deadline = deadline;
      const PeerReply reply = co_await State::call(self, std::move(call));
      const auto* result = reply.answered() ? std::get_if<mcp::Json>(&reply.answer.outcome) : nullptr;
      if (result != nullptr) said = capabilities_in(*result);
    }
    if (said) {
      state.capabilities = passed_on(*said);
      state.capabilities_at = monotonic_now();
    }
    co_return state.capabilities;
  }

  // A legacy http session that the server no longer knows: 404 says the specification, 400 a reference server.
  bool lost_session(const Connection& connection, const Answer& answer) const {
    return era() == Era::legacy && is_http() && !connection.session_id.empty() &&
           (answer.http_status == 404 || answer.http_status == 400);
  }

  static asio::awaitable<void> watch(std::shared_ptr<State> self) {
    while (!self->closing) {
      self->pick();
      co_await self->sleep(watch_interval);
    }
  }

  asio::awaitable<void> close() {
    closing = true;
    for (auto* sleeper : sleepers) sleeper->cancel();
    notify();
    for (auto& slot : slots)
      if (const auto connection = slot.connection) co_await connection->channel->close();
  }
};

Peer::Peer(Host host, PeerOptions options) : state_(std::make_shared<State>(host, std::move(options))) {}
Peer::~Peer() {
  if (state_) state_->closing = true;
}
Peer::Peer(Peer&&) noexcept = default;
Peer& Peer::operator=(Peer&&) noexcept = default;

void Peer::start() {
  if (!state_->options.keep_open) return;
  asio::co_spawn(state_->host.io, State::watch(state_), [state = state_](const std::exception_ptr& error) {
    if (error) state->last_failure = "watching the channels failed unexpectedly";
  });
}

asio::awaitable<PeerReply> Peer::call(PeerCall call) {
  return State::call(state_, std::move(call));
}

asio::awaitable<std::optional<mcp::Json>> Peer::capabilities(Clock::time_point deadline) {
  return State::ask_capabilities(state_, deadline);
}

asio::awaitable<void> Peer::close() {
  const auto state = state_;
  co_await state->close();
}

Peer::Pool Peer::pool() const {
  Pool pool;
  pool.size =
      state_->is_http() ? state_->options.backend.connections : static_cast<std::uint32_t>(state_->slots.size());
  if (!state_->is_http())
    pool.open = static_cast<std::uint32_t>(
        std::count_if(state_->slots.begin(), state_->slots.end(), [](const Slot& slot) { return slot.usable(); }));
  pool.in_flight = state_->in_flight;
  pool.opened = state_->is_http() ? 0 : state_->opened;
  pool.failed = state_->is_http() ? 0 : state_->failed;
  return pool;
}

const transport::Url& Peer::url() const {
  return state_->url;
}

}  // namespace tracetax::service
