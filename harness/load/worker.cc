#include "harness/load/worker.h"

#include <algorithm>
#include <deque>
#include <stdexcept>
#include <utility>

#include "harness/base/ensure.h"
#include "harness/session/farewell.h"
#include "harness/session/trouble.h"

namespace tracetax {
namespace {

// No call over a process boundary is faster, for one session and for one thread: what records are reserved for.
constexpr Nanos fastest_call = std::chrono::microseconds(10);
constexpr Nanos fastest_thread = std::chrono::microseconds(2);
// Calls that are sent one after the other before answers are read again.
constexpr int longest_burst = 16;
// This close to the due time nothing is looked at but the clock: a look at the sockets may bring an answer to decode.
constexpr Nanos clock_only = std::chrono::microseconds(2);
// A call that is further ahead has its bytes made before it is due.
constexpr Nanos time_to_render = std::chrono::microseconds(10);
// Kinds of trouble that are told apart; a peer may put anything into its messages.
constexpr std::size_t most_reasons = 50;
constexpr std::size_t shown_of_rubbish = 80;

}  // namespace

struct Worker::Slot final : LinkUser {
  Slot(Worker& of, std::uint32_t at, Target where) : worker(of), index(at), target(std::move(where)) {}

  void sent(CallNumber call, Nanos when) override {
    LiveCall& live = worker.calls_[call];
    live.handed_over = true;
    Sample& sample = worker.sample_of(live);
    sample.sent = std::max(when - worker.start_, sample.intended);
  }
  bool message(CallNumber call, std::string_view text) override;
  void ended(CallNumber call, Outcome outcome, int status) override;
  void undelivered(CallNumber call) override;
  void room() override { ask(); }
  // What was no answer: requests of the peer's get theirs, notifications nothing, and the rest is counted.
  void stray(CallNumber call, std::string_view text);
  // Outside of all telling.
  void reply() {
    for (std::string& text : std::exchange(replies, {}))
      session->link().tell(make_request_bytes(session->style(), {}, {}, std::move(text)));
  }
  void ask() {
    if (waiting.empty() || asks) return;
    asks = true;
    worker.roomy_.push_back(index);
  }

  Worker& worker;
  std::uint32_t index;
  Target target;
  std::unique_ptr<Session> session{};
  std::shared_ptr<CallBytes> requests{};
  std::uint32_t in_flight = 0;
  std::uint32_t calls_made = 0;        // closed loop
  std::deque<CallNumber> waiting{};    // calls that are due and wait for a place
  bool asks = false;                   // is in roomy_
  std::vector<std::string> replies{};  // to requests of the peer's
  std::string rubbish{};               // how what is no message is counted: with the first of it
};

Worker::Worker(const Load& load, const CallTable& table, std::size_t number, std::size_t workers)
    : load_(load), table_(table), number_(number), workers_(workers) {}

Worker::~Worker() = default;

void Worker::add_session(Target target) {
  slots_.push_back(std::make_unique<Slot>(*this, static_cast<std::uint32_t>(slots_.size()), std::move(target)));
}

void Worker::open(EventLoop& loop) {
  loop_ = &loop;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = *slots_[i];
    if (slot.session && slot.session->link().alive()) continue;
    try {
      slot.session = Session::open(loop, slot.target, slot);
    } catch (const std::exception& error) {
      throw std::runtime_error("session " + std::to_string(number_ + i * workers_) +
                               " cannot be opened: " + error.what());
    }
    // The session owns the descriptors now; a stdio conversation cannot be opened a second time.
    slot.target.read_fd = slot.target.write_fd = -1;
    if (const Rubbish& rubbish = slot.session->rubbish(); rubbish.texts > 0) {
      slot.rubbish = "what was no message of MCP was skipped, such as `" + rubbish.first + "`";
      oddities_[slot.rubbish] += rubbish.texts;
    }
    make_requests(slot);
  }
}

void Worker::close() {
  if (loop_ == nullptr) return;
  std::vector<Session*> sessions;
  for (const auto& slot : slots_) {
    if (slot->session) sessions.push_back(slot->session.get());
  }
  end_sessions(*loop_, sessions);
  for (const auto& slot : slots_) slot->session.reset();
}

// Sessions whose requests are the same share them.
void Worker::make_requests(Slot& slot) {
  const Slot& first = *slots_.front();
  const RequestStyle& style = slot.session->style();
  if (&slot != &first && first.session && style.session_id == first.session->style().session_id &&
      style.protocol_version == first.session->style().protocol_version) {
    slot.requests = first.requests;
    return;
  }
  slot.requests = std::make_shared<CallBytes>(style, table_, mirrors_);
}

std::vector<mcp::Tool> Worker::list_tools() {
  Slot& slot = *slots_.front();
  return slot.session->list_tools(*loop_, slot);
}

std::vector<mcp::Prompt> Worker::list_prompts() {
  Slot& slot = *slots_.front();
  return slot.session->list_prompts(*loop_, slot);
}

mcp::ResourceList Worker::list_resources() {
  Slot& slot = *slots_.front();
  return slot.session->list_resources(*loop_, slot);
}

void Worker::mirror(MirroringSchemas schemas) {
  mirrors_ = std::move(schemas);
  for (const auto& slot : slots_) make_requests(*slot);
}

std::map<std::size_t, std::string> Worker::versions() const {
  std::map<std::size_t, std::string> versions;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i]->session) versions[number_ + i * workers_] = slots_[i]->session->version();
  }
  return versions;
}

void Worker::count(Counts& counts, const std::string& what) {
  const auto known = counts.find(what);
  if (known != counts.end()) {
    ++known->second;
  } else {
    ++counts[counts.size() < most_reasons ? what : std::string("other reasons")];
  }
}

Worker::Counts Worker::take_oddities() {
  return std::exchange(oddities_, {});
}

void Worker::clear() {
  id_base_ += static_cast<std::int64_t>(calls_.size());
  constexpr std::int64_t most_calls = 1 << 30;  // of a window
  if (id_base_ > end_of_ids - most_calls) id_base_ = first_id;
  calls_.clear();
  reasons_.clear();
  roomy_.clear();
  own_samples_.clear();
  next_ = oldest_ = outstanding_ = 0;
  rendered_ = no_call;
  offering_ = true;
  turns_ = {};
  for (const auto& slot : slots_) {
    slot->in_flight = slot->calls_made = 0;
    slot->waiting.clear();
    slot->replies.clear();
    slot->asks = false;
  }
}

void Worker::prepare_open(std::uint64_t first_number) {
  clear();
  first_number_ = first_number;
  closed_loop_ = false;
}

void Worker::add(const PlannedCall& planned, std::uint32_t sample) {
  LiveCall call;
  call.due = planned.due;
  call.draw = planned.draw;
  call.sample = sample;
  call.slot = static_cast<std::uint32_t>(planned.session / workers_);
  call.item = planned.item;
  call.spec = planned.spec;
  calls_.push_back(call);
}

void Worker::prepare_closed(Nanos window, std::uint64_t seed, std::uint64_t first_number) {
  clear();
  first_number_ = first_number;
  closed_loop_ = true;
  window_ = window;
  seed_ = seed;
  const Nanos think_time = std::get<ClosedArrivals>(load_.arrivals).think_time;
  const auto by_sessions = static_cast<std::size_t>(window / (think_time + fastest_call) + 2) * slots_.size();
  const auto by_thread = static_cast<std::size_t>(window / fastest_thread) + slots_.size();
  own_samples_.reserve(std::min(by_sessions, by_thread));
  calls_.reserve(own_samples_.capacity());
  for (const auto& slot : slots_) turns_.push({Nanos{}, slot->index});
}

void Worker::begin(Nanos start, Sample* samples) {
  start_ = start;
  samples_ = closed_loop_ ? own_samples_.data() : samples;
}

Nanos Worker::next_due() const {
  if (!offering_) return never;
  if (closed_loop_) return turns_.empty() ? never : start_ + turns_.top().due;
  return next_ < calls_.size() ? start_ + calls_[next_].due : never;
}

void Worker::offer_next() {
  if (!closed_loop_) return offer(static_cast<CallNumber>(next_++));
  const Turn turn = turns_.top();
  turns_.pop();
  plan_closed_call(turn.slot, turn.due);
  offer(static_cast<CallNumber>(calls_.size() - 1));
}

void Worker::plan_closed_call(std::uint32_t slot, Nanos due) {
  ensure(own_samples_.size() < own_samples_.capacity(), "the recorder has room for every call");
  const auto session = static_cast<std::uint16_t>(number_ + slot * workers_);
  PlannedCall planned = closed_loop_call(load_, seed_, session, slots_[slot]->calls_made++);
  planned.due = due;
  planned.session = session;
  Sample sample;
  sample.intended = sample.sent = sample.received = due;
  sample.session = session;
  sample.tool = table_.name_of(planned.spec, planned.item);
  own_samples_.push_back(sample);
  add(planned, static_cast<std::uint32_t>(own_samples_.size() - 1));
}

void Worker::offer(CallNumber number) {
  ++outstanding_;
  LiveCall& call = calls_[number];
  Slot& slot = *slots_[call.slot];
  if (slot.waiting.empty() && slot.in_flight < load_.max_in_flight && slot.session->link().free()) {
    launch(number);
    return;
  }
  call.state = CallState::waiting;
  slot.waiting.push_back(number);
}

void Worker::launch(CallNumber number) {
  LiveCall& call = calls_[number];
  Slot& slot = *slots_[call.slot];
  call.state = CallState::in_flight;
  ++slot.in_flight;
  slot.session->link().send(number, rendered_ == number ? rendered_bytes_ : render(number));
  rendered_ = no_call;
}

// Whatever was ready is overwritten: sessions share the room.
std::string_view Worker::render(CallNumber number) {
  rendered_ = no_call;
  const LiveCall& call = calls_[number];
  return slots_[call.slot]->requests->fill(call.spec, call.item, id_base_ + number, call.draw,
                                           first_number_ + call.item);
}

void Worker::render_next() {
  if (closed_loop_ || next_ >= calls_.size() || rendered_ == next_ || !table_.varies(calls_[next_].spec)) return;
  rendered_bytes_ = render(static_cast<CallNumber>(next_));
  rendered_ = static_cast<CallNumber>(next_);
}

void Worker::send_waiting() {
  // A call that fails at once leaves room for the next, and asks again.
  for (std::size_t i = 0; i < roomy_.size(); ++i) {
    Slot& slot = *slots_[roomy_[i]];
    slot.asks = false;
    if (!slot.replies.empty()) slot.reply();
    while (!slot.waiting.empty() && slot.in_flight < load_.max_in_flight && slot.session->link().free()) {
      const CallNumber number = slot.waiting.front();
      slot.waiting.pop_front();
      if (calls_[number].state == CallState::waiting) launch(number);
    }
  }
  roomy_.clear();
}

void Worker::settle(CallNumber number, Outcome outcome, Nanos when) {
  LiveCall& call = calls_[number];
  Slot& slot = *slots_[call.slot];
  Sample& sample = sample_of(call);
  if (call.state == CallState::in_flight) --slot.in_flight;
  sample.outcome = outcome;
  sample.received = outcome == Outcome::never_sent ? sample.intended : std::max(when - start_, sample.intended);
  // It was never handed to the transport: all of its time was waiting.
  if (outcome == Outcome::never_sent || !call.handed_over) sample.sent = sample.received;
  call.state = CallState::over;
  --outstanding_;
  slot.ask();
  if (!closed_loop_ || outcome == Outcome::never_sent || outcome == Outcome::disconnected) return;
  const Nanos due = sample.received + std::get<ClosedArrivals>(load_.arrivals).think_time;
  if (due < window_) turns_.push({due, call.slot});
}

bool Worker::Slot::message(CallNumber call, std::string_view text) {
  const auto head = worker.loop_->reader().read(text);
  if (!head) {
    stray(call, text);
    return false;
  }
  const std::int64_t number = head->id ? *head->id - worker.id_base_ : -1;
  const bool known = number >= 0 && number < static_cast<std::int64_t>(worker.calls_.size()) &&
                     worker.calls_[static_cast<std::size_t>(number)].slot == index;
  if (call != no_call && number != static_cast<std::int64_t>(call)) return false;
  if (!known || worker.calls_[static_cast<std::size_t>(number)].state != CallState::in_flight) {
    if (call == no_call) count(worker.oddities_, "answers to calls that nobody waits for were skipped");
    return false;
  }
  const CallKind kind = worker.table_.kind_of(worker.sample_of(worker.calls_[static_cast<std::size_t>(number)]).tool);
  const Outcome outcome = head->outcome_of(kind);
  worker.settle(static_cast<CallNumber>(number), outcome, monotonic_now());
  if (outcome == Outcome::protocol_error) {
    const int status = session->link().status();
    const std::string said = failure_in(text, method_of(kind)).value_or("an answer that is none");
    count(worker.reasons_, status == 200 ? said : status_text(status, false) + ", " + said);
  }
  return true;
}

void Worker::Slot::stray(CallNumber call, std::string_view text) {
  if (auto answer = reply_to_request(text)) {
    replies.push_back(std::move(*answer));
    if (!asks) {
      asks = true;
      worker.roomy_.push_back(index);
    }
  } else if (call == no_call && !is_message(text)) {
    if (rubbish.empty())
      rubbish = "what was no message of MCP was skipped, such as `" + shown(text, shown_of_rubbish) + "`";
    count(worker.oddities_, rubbish);
  }
}

void Worker::Slot::ended(CallNumber call, Outcome outcome, int) {
  const Nanos now = monotonic_now();
  const auto settle = [&](CallNumber number, Outcome of) {
    worker.settle(number, of, now);
    count(worker.reasons_, session->link().reason());
  };
  if (call != no_call) {
    if (worker.calls_[call].state == CallState::in_flight) settle(call, outcome);
    return;
  }
  // The session's stream is over.
  for (std::size_t i = worker.oldest_; i < worker.calls_.size(); ++i) {
    const LiveCall& live = worker.calls_[i];
    if (live.slot != index) continue;
    if (live.state == CallState::in_flight) settle(static_cast<CallNumber>(i), outcome);
    if (live.state == CallState::waiting) settle(static_cast<CallNumber>(i), Outcome::never_sent);
  }
}

void Worker::Slot::undelivered(CallNumber number) {
  LiveCall& call = worker.calls_[number];
  if (call.state != CallState::in_flight) return;
  if (call.repeated) {
    worker.settle(number, Outcome::disconnected, monotonic_now());
    return count(worker.reasons_, session->link().reason());
  }
  call.repeated = true;
  call.state = CallState::waiting;
  --in_flight;
  waiting.push_front(number);
  ask();
}

Nanos Worker::next_deadline() {
  const auto is_open = [](const LiveCall& call) {
    return call.state == CallState::in_flight || call.state == CallState::waiting;
  };
  const std::size_t offered = closed_loop_ ? calls_.size() : next_;
  while (oldest_ < offered && !is_open(calls_[oldest_])) ++oldest_;
  return oldest_ < offered ? timeout_of(calls_[oldest_]) : never;
}

void Worker::expire(Nanos now) {
  while (next_deadline() <= now) {
    const auto number = static_cast<CallNumber>(oldest_);
    const LiveCall& call = calls_[number];
    const bool was_sent = call.state == CallState::in_flight;
    if (was_sent) slots_[call.slot]->session->link().abandon(number);
    settle(number, Outcome::timed_out, now);
    count(reasons_, was_sent ? "no answer in time" : "no place on a connection in time");
  }
}

void Worker::end_offering() {
  offering_ = false;
}

Nanos drive(EventLoop& loop, std::span<Worker* const> workers, Spin spin, const std::atomic<bool>& stop) {
  bool stopped = false;
  Nanos spun{};
  Nanos sent{};            // when the last call was
  Nanos looked_in_vain{};  // when a look at the sockets began that found nothing; 0: the last one found something
  for (int burst = 0;;) {
    Worker* next = nullptr;
    Nanos due = never;
    Nanos deadline = never;
    bool finished = true;
    bool awaits = false;
    for (Worker* worker : workers) {
      worker->send_waiting();
      if (const Nanos its = worker->next_due(); its < due) {
        due = its;
        next = worker;
      }
      deadline = std::min(deadline, worker->next_deadline());
      finished = finished && worker->finished();
      awaits = awaits || worker->awaits_answers();
    }
    if (finished) return spun;
    if (!stopped && stop.load(std::memory_order_relaxed)) {
      stopped = true;
      for (Worker* worker : workers) worker->end_offering();
      continue;
    }
    const Nanos now = monotonic_now();
    if (looked_in_vain != Nanos{}) spun += now - std::exchange(looked_in_vain, Nanos{});
    if (deadline <= now) {
      for (Worker* worker : workers) worker->expire(now);
      continue;
    }
    if (due <= now && burst < longest_burst) {
      next->offer_next();
      sent = now;
      ++burst;
      continue;
    }
    burst = 0;
    const Nanos next_event = std::min(due, deadline);
    const Nanos ahead = next_event - now;
    if (next != nullptr && due - now > time_to_render) next->render_next();
    const bool sleeps = ahead > spin.before_due + clock_only && !(awaits && now - sent < spin.for_answers);
    if (sleeps) {
      // Asked from time to time whether to stop, even when nothing is due for long.
      constexpr Nanos longest_sleep = std::chrono::milliseconds(100);
      loop.poll(std::min(ahead - spin.before_due, longest_sleep));
    } else if (ahead > clock_only || due <= now) {
      if (!loop.poll(Nanos{})) looked_in_vain = now;
    } else {
      while (monotonic_now() < next_event) {
      }
      looked_in_vain = now;
    }
  }
}

}  // namespace tracetax
