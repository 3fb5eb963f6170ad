#pragma once
// The load of one arm: sessions on the launch's load threads, driven open or closed loop, one Sample for every planned
// call.
//
// The hot path waits for the due time, hands the prepared bytes to the transport, and fills the call's own slot of a
// preallocated array when the answer is there. Open loop never waits for an answer before the next send.

#include <atomic>
#include <cstdint>
#include <future>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "harness/load/load_threads.h"
#include "harness/load/schedule.h"
#include "harness/results/sample.h"
#include "harness/session/session.h"

namespace tracetax {

struct WindowResult {
  std::vector<Sample> samples{};  // every planned call, in the schedule's order
  std::int64_t started_at_unix_ns = 0;
  Nanos duration{};       // from the window's start to its last answer, at least the window
  std::string failure{};  // why the window is not valid; empty when it is
};

class Generator {
 public:
  // `targets`: one for each session. Nothing connects before open(). The sessions are dealt out to the threads, which
  // must outlive the generator.
  Generator(const Load& load, std::vector<Target> targets, LoadThreads& threads);
  ~Generator();  // stops the threads, for all generators that share them

  // Connects all sessions. Throws std::runtime_error naming the session and the reason.
  void open();
  // Connects http and ws sessions again whose connection has ended. Throws as open() does.
  void reopen();

  // One window. Returns when every call has its outcome (at most the timeout after the window). `stop` ends it early:
  // calls not yet sent are never_sent.
  WindowResult run(Nanos window, std::uint64_t seed, const std::atomic<bool>& stop);

  // The same in three steps, for windows in which several generators run at once. Open loop only.
  void prepare(const ArrivalSchedule& schedule);           // outside the clock
  void begin(Nanos start, const std::atomic<bool>& stop);  // sends from `start` on, monotonic_now()'s time
  WindowResult finish();                                   // waits for the last outcome

  void close();

 private:
  struct Worker;
  void clear_workers();
  Load load_;
  std::vector<Target> targets_;
  LoadThreads& threads_;
  std::vector<mcp::Json> arguments_;
  std::vector<std::unique_ptr<Worker>> workers_;
  WindowResult window_{};  // of the window that runs
  Nanos start_{};
  Nanos length_{};
  const std::atomic<bool>* stop_ = nullptr;
  std::vector<std::future<void>> running_{};
};

// One window of phase "pairs": the schedule is dealt to the generators (deal_to_arms), which run at once. One result
// for each, in their order.
std::vector<WindowResult> run_together(std::span<Generator* const> generators, const ArrivalSchedule& schedule,
                                       std::uint64_t seed, const std::atomic<bool>& stop);

}  // namespace tracetax
