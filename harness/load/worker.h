#pragma once
// Private to the load: one generator's share on one thread, and the loop that drives the shares of all generators
// there.

#include <atomic>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <queue>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/load/call_bytes.h"
#include "harness/load/load_threads.h"
#include "harness/load/schedule.h"
#include "harness/results/sample.h"
#include "harness/session/session.h"

namespace tracetax {

inline constexpr Nanos never = Nanos::max();

class Worker {
 public:
  Worker(const Load& load, const CallTable& table, std::size_t number, std::size_t workers);
  ~Worker();

  void add_session(Target target);
  // Opens what is not open, or has ended. Throws std::runtime_error naming the session and the reason. On its thread.
  void open(EventLoop& loop);
  // Ends the sessions that their peers want to hear the end of (end_sessions()). No window may follow. On its thread.
  void close();
  // Of its first session, which is open. Throws std::runtime_error. On its thread.
  std::vector<mcp::Tool> list_tools();
  std::vector<mcp::Prompt> list_prompts();
  mcp::ResourceList list_resources();
  // Tools whose arguments are repeated in headers from now on.
  void mirror(MirroringSchemas schemas);
  // The version that each session speaks: number → "2026-07-28".
  std::map<std::size_t, std::string> versions() const;

  // A window of an open loop: `planned` are the calls of this worker's sessions, whose records are `samples`.
  // `first_number`: of the window's calls, for templates.
  void prepare_open(std::uint64_t first_number);
  void add(const PlannedCall& planned, std::uint32_t sample);
  // A window of a closed loop.
  void prepare_closed(Nanos window, std::uint64_t seed, std::uint64_t first_number);
  void begin(Nanos start, Sample* samples);
  const std::vector<Sample>& closed_samples() const { return own_samples_; }

  // How often what: why calls of the window had no result, and what its peers did besides since the last time.
  using Counts = std::map<std::string, std::uint64_t>;
  const Counts& reasons() const { return reasons_; }
  Counts take_oddities();

  // The loop's questions; all times are monotonic_now()'s.
  Nanos next_due() const;
  void offer_next();                                          // the call that is due
  void render_next();                                         // its bytes, where they are not the same each time
  void send_waiting();                                        // where answers have made room
  Nanos next_deadline();                                      // of the calls in flight or waiting
  void expire(Nanos now);                                     // those whose time is over
  void end_offering();                                        // no further call is sent; what is in flight may end
  std::int64_t first_request_id() const { return id_base_; }  // of the window's calls, which are numbered from it
  bool awaits_answers() const { return outstanding_ > 0; }
  bool finished() const { return outstanding_ == 0 && next_due() == never; }

 private:
  struct Slot;
  enum class CallState : std::uint8_t { planned, waiting, in_flight, over };
  struct LiveCall {
    Nanos due{};  // offset from the window's start
    std::uint64_t draw = 0;
    std::uint32_t sample = 0;
    std::uint32_t slot = 0;
    std::uint32_t item = 0;
    std::uint8_t spec = 0;
    CallState state = CallState::planned;
    bool handed_over = false;  // to the transport
    bool repeated = false;
  };
  struct Turn {  // closed loop: when a session's next call is due
    Nanos due{};
    std::uint32_t slot = 0;
    bool operator>(const Turn& other) const { return due > other.due; }
  };

  void clear();
  Nanos timeout_of(const LiveCall& call) const { return start_ + call.due + load_.timeout; }
  Sample& sample_of(const LiveCall& call) { return samples_[call.sample]; }
  void plan_closed_call(std::uint32_t slot, Nanos due);
  void offer(CallNumber number);
  void launch(CallNumber number);
  void settle(CallNumber number, Outcome outcome, Nanos when);
  void make_requests(Slot& slot);
  std::string_view render(CallNumber number);
  static void count(Counts& counts, const std::string& what);

  const Load& load_;
  const CallTable& table_;
  std::size_t number_;
  std::size_t workers_;
  EventLoop* loop_ = nullptr;
  std::vector<std::unique_ptr<Slot>> slots_{};

  std::vector<LiveCall> calls_{};  // of this window, by `due` in an open loop
  std::int64_t id_base_ = first_id;
  MirroringSchemas mirrors_{};
  std::uint64_t first_number_ = 1;
  CallNumber rendered_ = no_call;  // whose bytes are ready
  std::string_view rendered_bytes_{};
  Counts reasons_{};
  Counts oddities_{};
  std::vector<std::uint32_t> roomy_{};  // slots with calls waiting, and perhaps room for one
  Sample* samples_ = nullptr;
  std::vector<Sample> own_samples_{};
  std::size_t next_ = 0;    // open loop: the first call not yet offered
  std::size_t oldest_ = 0;  // no call before it is in flight or waiting
  std::size_t outstanding_ = 0;
  bool offering_ = true;
  bool closed_loop_ = false;
  Nanos start_{};
  Nanos window_{};
  std::uint64_t seed_ = 0;
  std::priority_queue<Turn, std::vector<Turn>, std::greater<>> turns_{};
};

// Sends every call when it is due, and at once what is overdue; reads answers meanwhile. Returns when all have their
// outcome. `stop` ends the sending. Returns how much of its time it waited without sleeping and found nothing to do:
// CPU time that no call needed.
Nanos drive(EventLoop& loop, std::span<Worker* const> workers, Spin spin, const std::atomic<bool>& stop);

}  // namespace tracetax
