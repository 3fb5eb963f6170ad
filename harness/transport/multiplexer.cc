#include "harness/transport/multiplexer.h"

#include <variant>

#include "harness/mcp/notices.h"

namespace tracetax::transport {

struct Multiplexer::Waiting : Expiring {
  Waiting(Multiplexer& owner, const Call& call)
      : mux(owner), id(call.id), wants_text(call.wants_text), hear(call.hear) {
    registered = mux.waiting_.emplace(id, this).second;
    if (registered && wants_text) ++mux.texts_wanted_;
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting() { forget(); }

  void forget() {
    if (!std::exchange(registered, false)) return;
    mux.waiting_.erase(id);
    if (wants_text) --mux.texts_wanted_;
  }
  void settle(CallStatus status, std::string_view detail) {
    note(status, detail);
    done.wake();
  }
  // The reader has the answer, and waits for what the caller does with it. Nothing may follow this.
  void answered() {
    note(CallStatus::answered, {});
    done.wake_now();
  }
  void note(CallStatus status, std::string_view detail) {
    forget();
    settled = true;
    answer.status = status;
    answer.detail = detail;
    answer.received = monotonic_now();
  }
  void give_up() {
    if (settled) return;
    mux.notify(mcp::serialize(mcp::Notification{"notifications/cancelled", mcp::Json{{"requestId", id}}}));
    settle(CallStatus::given_up, "given up");
  }
  void expire() override {
    if (!settled) settle(CallStatus::timed_out, "no answer before the deadline");
  }

  Multiplexer& mux;  // held by the coroutine that holds this
  std::int64_t id;
  bool wants_text;
  const std::function<void(mcp::Notification)>& hear;  // the call's
  bool registered = false;
  bool settled = false;
  Answer answer{};
  Wakeup done{};
};

asio::awaitable<Answer> Multiplexer::call(std::shared_ptr<Multiplexer> self, Call call) {
  Waiting waiting{*self, call};
  Answer& answer = waiting.answer;
  if (!self->alive_ || !waiting.registered) {
    answer.detail = self->alive_ ? "id " + std::to_string(call.id) + " is in use by a call in flight" : self->why_;
    answer.received = monotonic_now();
    co_return std::move(answer);
  }
  if (call.give_up != nullptr && call.give_up->asked()) {
    waiting.note(CallStatus::given_up, "given up");
    co_return std::move(answer);
  }
  const GiveUp::Hook hook{call.give_up, [&waiting] { waiting.give_up(); }};
  const Deadline deadline{self->deadlines_, call.deadline, waiting};
  answer.sent = monotonic_now();
  self->send(std::move(call.text));
  co_await waiting.done.wait();
  if (!waiting.settled) waiting.settle(CallStatus::disconnected, "cancelled");
  co_return std::move(answer);
}

bool Multiplexer::notify(std::string text) {
  if (alive_) send(std::move(text));
  return alive_;
}

// A tool's result for a call that takes it as text. False: anything else, for which the tree is needed.
bool Multiplexer::receive_result(std::string& text) {
  if (texts_wanted_ == 0) return false;
  const auto parts = mcp::read_result(text);
  const auto found = parts ? waiting_.find(parts->id) : waiting_.end();
  if (found == waiting_.end() || !found->second->wants_text) return false;
  Waiting& waiting = *found->second;
  waiting.answer.result.emplace(mcp::ResultText{std::move(text), *parts});
  waiting.answered();
  return true;
}

void Multiplexer::receive(std::string text) {
  if (receive_result(text)) return;
  auto parsed = mcp::parse_message(text);
  auto* const message = std::get_if<mcp::Message>(&parsed);
  if (message == nullptr) return;  // stray output of the peer's; whoever waits for it times out
  if (auto* const response = std::get_if<mcp::Response>(message)) {
    const auto* const id = response->id ? std::get_if<std::int64_t>(&*response->id) : nullptr;
    const auto found = id != nullptr ? waiting_.find(*id) : waiting_.end();
    if (found == waiting_.end()) return;  // late, or meant for another client of a peer that broadcasts
    Waiting& waiting = *found->second;
    waiting.answer.response = std::move(*response);
    waiting.answered();
    return;
  }
  if (auto* const notice = std::get_if<mcp::Notification>(message)) return receive_notice(std::move(*notice));
  // A legacy server may ping, and drops clients that do not answer.
  if (const auto* const request = std::get_if<mcp::Request>(message); request != nullptr && request->method == "ping") {
    if (alive_) send(mcp::serialize(mcp::Response{request->id, mcp::Json::object()}));
  }
}

void Multiplexer::receive_notice(mcp::Notification notice) {
  const mcp::Json* request = nullptr;
  if (notice.method == "notifications/progress" && notice.params.contains("progressToken")) {
    request = &notice.params["progressToken"];
  } else if (const auto meta = notice.params.find("_meta"); meta != notice.params.end() && meta->is_object()) {
    const auto named = meta->find(mcp::meta_key::request);
    if (named != meta->end()) request = &*named;
  }
  if (request == nullptr || !request->is_number_integer()) return;
  const auto found = waiting_.find(request->get<std::int64_t>());
  if (found != waiting_.end() && found->second->hear) found->second->hear(std::move(notice));
}

void Multiplexer::end(std::string_view why) {
  if (!std::exchange(alive_, false)) return;
  why_ = why;
  deadlines_->stop();
  disconnect();
  while (!waiting_.empty()) waiting_.begin()->second->settle(CallStatus::disconnected, why_);
}

namespace {

class MultiplexedChannel : public Channel {
 public:
  explicit MultiplexedChannel(std::shared_ptr<Multiplexer> multiplexer) : multiplexer_(std::move(multiplexer)) {}
  ~MultiplexedChannel() override { multiplexer_->end("the channel was destroyed"); }
  asio::awaitable<Answer> call(Call call) override { return Multiplexer::call(multiplexer_, std::move(call)); }
  asio::awaitable<bool> notify(std::string text, Headers) override {
    const auto multiplexer = multiplexer_;
    co_return multiplexer->notify(std::move(text));
  }
  bool alive() const override { return multiplexer_->alive(); }
  asio::awaitable<void> close() override { return multiplexer_->close(); }

 private:
  std::shared_ptr<Multiplexer> multiplexer_;
};

}  // namespace

std::unique_ptr<Channel> make_channel(std::shared_ptr<Multiplexer> multiplexer) {
  return std::make_unique<MultiplexedChannel>(std::move(multiplexer));
}

}  // namespace tracetax::transport
