#pragma once
// The load of one arm: sessions on the launch's load threads, driven open or closed loop, one Sample for every planned
// call.
//
// The hot path waits for the due time, hands the prepared bytes to the transport, and fills the call's own slot of a
// preallocated array when the answer is there. Open loop never waits for an answer before the next send.

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "harness/load/load_threads.h"
#include "harness/load/schedule.h"
#include "harness/mcp/message.h"
#include "harness/mcp/offers.h"
#include "harness/results/sample.h"
#include "harness/session/session.h"

namespace tracetax {

class CallTable;
class Worker;

struct WindowResult {
  std::vector<Sample> samples{};  // every planned call, in the schedule's order
  std::int64_t started_at_unix_ns = 0;
  Nanos duration{};             // from the window's start to its last answer, at least the window
  Nanos cpu{};                  // of the load threads; in a window of pairs of all arms together, and so is the next
  Nanos spun{};                 // the part of `cpu` that was spent waiting awake
  std::uint64_t preempted = 0;  // times that the kernel took a load thread off its core
  Nanos start{};                // monotonic_now()'s time of the window's start
  // One load thread: the request id of call 0; that of call n is n more, and none comes twice.
  std::int64_t first_request_id = 0;
  std::string failure{};                           // why the window is not valid; empty when it is
  std::map<std::string, std::uint64_t> reasons{};  // why how many of its calls had no result
};

class Generator {
 public:
  // `targets`: one for each session. Nothing connects before open(). The sessions are dealt out to the threads, which
  // must outlive the generator.
  Generator(const Load& load, std::vector<Target> targets, LoadThreads& threads, Spin spin);
  // Not while a window runs. Ends legacy sessions over HTTP with DELETE, which takes a second at most.
  ~Generator();

  // Opens all sessions, again those whose connection has ended or whose peer has forgotten them. Throws
  // std::runtime_error naming the session and the reason, also when two sessions have come to speak different versions.
  void open();

  // Between windows, after open(). What the peer says it has; each throws std::runtime_error.
  std::vector<mcp::Tool> list_tools();
  std::vector<mcp::Prompt> list_prompts();
  mcp::ResourceList list_resources();
  // Tools whose inputSchema has x-mcp-header: the arguments are repeated in headers from now on (http, modern).
  void mirror(const std::map<std::string, mcp::Json>& schemas);
  // The version of MCP that all sessions speak, once they are open: "2026-07-28".
  const std::string& version() const { return version_; }
  // What the peers did that no call suffered from, and how often, since the last call of this.
  std::map<std::string, std::uint64_t> take_oddities();

  // One window. Returns when every call has its outcome (at most the timeout after the window). `stop` ends it early:
  // calls not yet sent are never_sent.
  WindowResult run(Nanos window, std::uint64_t seed, const std::atomic<bool>& stop, const WindowPlace& place = {});

  friend std::vector<WindowResult> run_together(std::span<Generator* const> generators, const ArrivalSchedule& schedule,
                                                std::uint64_t seed, const std::atomic<bool>& stop,
                                                const WindowPlace& place);

 private:
  struct Effort {
    Nanos cpu{};
    Nanos spun{};
    std::uint64_t preempted = 0;
  };
  void prepare_open(const ArrivalSchedule& schedule, const WindowPlace& place);
  void prepare_closed(Nanos window, std::uint64_t seed, const WindowPlace& place);
  void begin(Nanos start);
  WindowResult finish(const Effort& effort, const std::atomic<bool>& stop);
  static Effort drive_all(std::span<Generator* const> generators, const std::atomic<bool>& stop);

  Load load_;
  LoadThreads& threads_;
  Spin spin_;
  std::unique_ptr<const CallTable> table_;
  std::vector<std::unique_ptr<Worker>> workers_{};  // worker i runs on thread i
  WindowResult window_{};                           // of the window that runs
  Nanos length_{};
  std::string version_{};
};

// One window of phase "pairs": the schedule is dealt to the generators (deal_to_arms), which run at once. One result
// for each, in their order.
std::vector<WindowResult> run_together(std::span<Generator* const> generators, const ArrivalSchedule& schedule,
                                       std::uint64_t seed, const std::atomic<bool>& stop,
                                       const WindowPlace& place = {});

}  // namespace tracetax
