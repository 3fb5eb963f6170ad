#include "harness/load/generator.h"

#include <algorithm>
#include <deque>
#include <future>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include "harness/base/ensure.h"
#include "harness/mcp/client_rules.h"

namespace tracetax {
namespace asio = boost::asio;
namespace {

// Lead between preparing a window and its first due time, so that no worker starts late.
constexpr Nanos start_lead = std::chrono::milliseconds(5);

std::int64_t unix_time_at(Nanos monotonic) {
  const auto unix_now = std::chrono::duration_cast<Nanos>(std::chrono::system_clock::now().time_since_epoch());
  return (unix_now + (monotonic - monotonic_now())).count();
}

Outcome outcome_of(const transport::Answer& answer) {
  switch (answer.status) {
    case transport::CallStatus::answered:
      break;
    case transport::CallStatus::bad_answer:
      return Outcome::protocol_error;
    case transport::CallStatus::timed_out:
      return Outcome::timed_out;
    case transport::CallStatus::disconnected:
      return Outcome::disconnected;
    case transport::CallStatus::never_sent:
      return Outcome::never_sent;
  }
  const auto* result = std::get_if<mcp::Json>(&answer.response.outcome);
  if (result == nullptr) return Outcome::protocol_error;
  switch (mcp::read_call_result(*result)) {
    case mcp::CallResult::ok:
      return Outcome::ok;
    case mcp::CallResult::tool_error:
      return Outcome::tool_error;
    case mcp::CallResult::malformed:
      break;
  }
  return Outcome::protocol_error;
}

struct SessionSlot {
  explicit SessionSlot(Target where) : target(std::move(where)) {}
  Target target;
  std::unique_ptr<Session> session{};
  std::uint32_t in_flight = 0;
  std::deque<std::size_t> waiting{};  // calls that are due and wait for a place in flight
  std::vector<Sample> closed_samples{};
};

struct PreparedCall {
  std::size_t slot = 0;    // of the worker
  std::size_t sample = 0;  // index in the window's samples
  Nanos due{};
  transport::Call call{};
};

}  // namespace

struct Generator::Worker {
  explicit Worker(asio::io_context& context) : io(context), idle(context) {}

  asio::io_context& io;  // run by a thread of LoadThreads
  std::vector<SessionSlot> slots{};

  // State of the window that runs.
  std::vector<PreparedCall> calls{};
  std::vector<Sample>* samples = nullptr;
  const std::atomic<bool>* stop = nullptr;
  Nanos start{};
  Nanos timeout{};
  Nanos spin{};
  std::uint32_t max_in_flight = 0;
  std::size_t outstanding = 0;
  asio::steady_timer idle;
  std::exception_ptr failure{};

  // Runs `work` on the worker's thread and waits for it; rethrows what it throws.
  template <class Work>
  void run_here(Work&& work) {
    asio::co_spawn(io, std::forward<Work>(work), asio::use_future).get();
  }

  // Sleeps until `spin` before the time, then spins without starving the sockets.
  asio::awaitable<void> wait_until(Nanos when) {
    const auto executor = co_await asio::this_coro::executor;
    if (monotonic_now() < when - spin) {
      asio::steady_timer timer(executor, at(when - spin));
      co_await timer.async_wait(asio::use_awaitable);
    } else {
      co_await asio::post(executor, asio::use_awaitable);  // late: answers that have come are still read in time
    }
    while (monotonic_now() < when) co_await asio::post(executor, asio::use_awaitable);
  }

  void fill(Sample& sample, const transport::Answer& answer) const {
    sample.outcome = outcome_of(answer);
    if (sample.outcome == Outcome::never_sent) {
      sample.sent = sample.received = sample.intended;
      return;
    }
    sample.received = std::max(answer.received - start, sample.intended);
    sample.sent = answer.sent.count() == 0 ? sample.received : std::max(answer.sent - start, sample.intended);
  }

  asio::awaitable<void> one_call(std::size_t index) {
    PreparedCall& prepared = calls[index];
    SessionSlot& slot = slots[prepared.slot];
    transport::Call call = std::move(prepared.call);
    call.deadline = at(start + prepared.due + timeout);
    const transport::Answer answer = co_await slot.session->call(std::move(call));
    fill((*samples)[prepared.sample], answer);
    --slot.in_flight;
    --outstanding;
    if (!slot.waiting.empty()) {
      const std::size_t next = slot.waiting.front();
      slot.waiting.pop_front();
      launch(next);
    }
    if (outstanding == 0) idle.cancel();
  }

  void launch(std::size_t index) {
    ++slots[calls[index].slot].in_flight;
    asio::co_spawn(io, one_call(index), [this](std::exception_ptr error) {
      if (!error) return;
      if (!failure) failure = error;
      idle.cancel();
    });
  }

  void offer(std::size_t index) {
    ++outstanding;
    SessionSlot& slot = slots[calls[index].slot];
    if (slot.in_flight < max_in_flight) {
      launch(index);
    } else {
      slot.waiting.push_back(index);
    }
  }

  asio::awaitable<void> wait_for_answers() {
    while (outstanding > 0 && !failure) {
      idle.expires_at(Clock::time_point::max());
      boost::system::error_code cancelled;
      co_await idle.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
  }

  asio::awaitable<void> drive_open() {
    for (std::size_t i = 0; i < calls.size(); ++i) {
      co_await wait_until(start + calls[i].due);
      if (stop->load(std::memory_order_relaxed)) break;
      offer(i);
    }
    co_await wait_for_answers();
  }

  asio::awaitable<void> drive_closed(std::size_t index, const Load& load, const std::vector<mcp::Json>& arguments,
                                     std::uint16_t session, std::uint64_t seed, Nanos window) {
    SessionSlot& slot = slots[index];
    const Nanos think = std::get<ClosedArrivals>(load.arrivals).think_time;
    Nanos intended{};
    for (std::uint32_t k = 0; intended < window && !stop->load(std::memory_order_relaxed); ++k) {
      ensure(slot.closed_samples.size() < slot.closed_samples.capacity(), "the recorder has room for every call");
      const PlannedCall planned = closed_loop_call(load, seed, session, k);
      transport::Call call =
          slot.session->prepare(load.calls[planned.spec].tool, arguments[planned.spec], planned.draw);
      call.deadline = at(start + intended + timeout);
      co_await wait_until(start + intended);
      const transport::Answer answer = co_await slot.session->call(std::move(call));
      Sample sample;
      sample.intended = intended;
      sample.call = k;
      sample.session = session;
      sample.tool = planned.spec;
      fill(sample, answer);
      slot.closed_samples.push_back(sample);
      if (sample.outcome == Outcome::never_sent || sample.outcome == Outcome::disconnected) break;
      intended = sample.received + think;
    }
  }

  asio::awaitable<void> drive_closed_all(const Load& load, const std::vector<mcp::Json>& arguments, std::size_t number,
                                         std::size_t workers, std::uint64_t seed, Nanos window) {
    for (std::size_t i = 0; i < slots.size(); ++i) {
      ++outstanding;
      const auto session = static_cast<std::uint16_t>(number + i * workers);
      asio::co_spawn(io, drive_closed(i, load, arguments, session, seed, window), [this](std::exception_ptr error) {
        if (error && !failure) failure = error;
        --outstanding;
        idle.cancel();
      });
    }
    co_await wait_for_answers();
  }
};

Generator::Generator(const Load& load, std::vector<Target> targets, LoadThreads& threads)
    : load_(load), targets_(std::move(targets)), threads_(threads) {
  ensure(targets_.size() == load_.sessions, "every session has a target");
  for (const CallSpec& call : load_.calls) arguments_.push_back(mcp::Json::parse(call.arguments_json));
  const std::size_t workers = std::min<std::size_t>(threads_.count(), load_.sessions);
  for (std::size_t w = 0; w < workers; ++w) {
    auto worker = std::make_unique<Worker>(threads_.io(w));
    for (std::size_t s = w; s < targets_.size(); s += workers) worker->slots.emplace_back(targets_[s]);
    workers_.push_back(std::move(worker));
  }
}

Generator::~Generator() {
  threads_.stop();
  for (auto& worker : workers_) {
    for (SessionSlot& slot : worker->slots) slot.session.reset();
  }
}

void Generator::open() {
  reopen();
}

void Generator::reopen() {
  for (std::size_t w = 0; w < workers_.size(); ++w) {
    Worker& worker = *workers_[w];
    for (std::size_t i = 0; i < worker.slots.size(); ++i) {
      SessionSlot& slot = worker.slots[i];
      if (slot.session && slot.session->alive()) continue;
      try {
        worker.run_here([&slot]() -> asio::awaitable<void> { slot.session = co_await Session::open(slot.target); });
      } catch (const std::exception& error) {
        throw std::runtime_error("session " + std::to_string(w + i * workers_.size()) +
                                 " cannot be opened: " + error.what());
      }
      // The session owns the descriptors now; a stdio conversation cannot be opened a second time.
      slot.target.read_fd = slot.target.write_fd = -1;
    }
  }
}

void Generator::clear_workers() {
  window_ = {};
  running_.clear();
  for (auto& worker : workers_) {
    worker->calls.clear();
    worker->samples = &window_.samples;
    worker->timeout = load_.timeout;
    worker->spin = load_.spin;
    worker->max_in_flight = load_.max_in_flight;
    worker->outstanding = 0;
    worker->failure = nullptr;
    for (SessionSlot& slot : worker->slots) {
      slot.in_flight = 0;
      slot.waiting.clear();
      slot.closed_samples.clear();
    }
  }
}

void Generator::prepare(const ArrivalSchedule& schedule) {
  clear_workers();
  length_ = schedule.length;
  window_.samples.resize(schedule.calls.size());
  for (std::size_t i = 0; i < schedule.calls.size(); ++i) {
    const PlannedCall& planned = schedule.calls[i];
    Worker& worker = *workers_[planned.session % workers_.size()];
    PreparedCall prepared;
    prepared.slot = planned.session / workers_.size();
    prepared.sample = i;
    prepared.due = planned.due;
    prepared.call = worker.slots[prepared.slot].session->prepare(load_.calls[planned.spec].tool,
                                                                 arguments_[planned.spec], planned.draw);
    worker.calls.push_back(std::move(prepared));
    Sample& sample = window_.samples[i];
    sample.intended = sample.sent = sample.received = planned.due;
    sample.call = static_cast<std::uint32_t>(i);
    sample.session = planned.session;
    sample.tool = planned.spec;
  }
}

void Generator::begin(Nanos start, const std::atomic<bool>& stop) {
  start_ = start;
  stop_ = &stop;
  window_.started_at_unix_ns = unix_time_at(start);
  for (auto& worker : workers_) {
    worker->start = start;
    worker->stop = &stop;
    running_.push_back(asio::co_spawn(worker->io, worker->drive_open(), asio::use_future));
  }
}

WindowResult Generator::finish() {
  for (auto& future : running_) future.get();
  running_.clear();
  window_.duration = length_;
  for (auto& worker : workers_) {
    if (worker->failure) std::rethrow_exception(worker->failure);
    for (const SessionSlot& slot : worker->slots) {
      window_.samples.insert(window_.samples.end(), slot.closed_samples.begin(), slot.closed_samples.end());
    }
  }
  for (const Sample& sample : window_.samples) window_.duration = std::max(window_.duration, sample.received);
  if (stop_->load()) window_.failure = "interrupted";
  return std::move(window_);
}

WindowResult Generator::run(Nanos window, std::uint64_t seed, const std::atomic<bool>& stop) {
  if (const auto* open = std::get_if<OpenArrivals>(&load_.arrivals)) {
    prepare(make_schedule(*open, load_, window, seed));
    begin(monotonic_now() + start_lead, stop);
    return finish();
  }
  clear_workers();
  length_ = window;
  start_ = monotonic_now() + start_lead;
  stop_ = &stop;
  window_.started_at_unix_ns = unix_time_at(start_);
  for (std::size_t w = 0; w < workers_.size(); ++w) {
    Worker& worker = *workers_[w];
    worker.start = start_;
    worker.stop = &stop;
    for (SessionSlot& slot : worker.slots) {
      // No call over a process boundary is faster than 20 µs.
      constexpr Nanos fastest = std::chrono::microseconds(20);
      const Nanos think_time = std::get<ClosedArrivals>(load_.arrivals).think_time;
      slot.closed_samples.reserve(static_cast<std::size_t>(window / (think_time + fastest)) + 2);
    }
    running_.push_back(asio::co_spawn(
        worker.io, worker.drive_closed_all(load_, arguments_, w, workers_.size(), seed, window), asio::use_future));
  }
  WindowResult result = finish();
  std::ranges::sort(result.samples, {}, &Sample::intended);
  for (std::size_t i = 0; i < result.samples.size(); ++i) result.samples[i].call = static_cast<std::uint32_t>(i);
  return result;
}

std::vector<WindowResult> run_together(std::span<Generator* const> generators, const ArrivalSchedule& schedule,
                                       std::uint64_t seed, const std::atomic<bool>& stop) {
  const std::vector<ArrivalSchedule> dealt = deal_to_arms(schedule, generators.size(), seed);
  for (std::size_t i = 0; i < generators.size(); ++i) generators[i]->prepare(dealt[i]);
  const Nanos start = monotonic_now() + start_lead;
  for (Generator* generator : generators) generator->begin(start, stop);
  std::vector<WindowResult> results;
  for (Generator* generator : generators) results.push_back(generator->finish());
  return results;
}

void Generator::close() {
  for (auto& worker : workers_) {
    worker->run_here([&slots = worker->slots]() -> asio::awaitable<void> {
      for (SessionSlot& slot : slots) {
        if (!slot.session) continue;
        co_await slot.session->close();
        slot.session.reset();
      }
    });
  }
}

}  // namespace tracetax
