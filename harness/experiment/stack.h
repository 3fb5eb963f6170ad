#pragma once
// All services of one arm, alive together: sink, servers, gateway, router(s), each a process of its own.

#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "harness/base/certificates.h"
#include "harness/experiment/collector.h"
#include "harness/experiment/process.h"
#include "harness/experiment/usage.h"
#include "harness/otlp/span.h"
#include "harness/results/trial.h"
#include "harness/sampling/observation.h"
#include "harness/scenario/scenario.h"
#include "harness/scenario/service_config.h"
#include "harness/session/session.h"

namespace tracetax {

// The world failed: a service died, a port was taken, an answer did not come. Exit code 4; what was measured is kept.
class WorldError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct StackOptions {
  std::filesystem::path programs;  // folder of otlp-sink, mcp-router and the others; an arm may have its own mocks
  std::filesystem::path folder;    // for configurations and logs, one per process; made when missing
  std::uint64_t seed = 0;          // for the mocks' own draws
  bool tap = false;                // with collectors: a sink before the first of them sees what it is sent
  bool call_logs = false;          // mocks write a line for each call to INSTANCE.calls.log, whatever the arm's `log`
  bool collector_counts = false;   // Collectors keep counters of their own
};

// One reading of everything the kernel counts up, by service.
struct UsageReading {
  struct OfProcess {
    std::string service;
    pid_t pid = 0;  // of the first, where a program has several
    std::vector<ProcessCpu> cpu{};
    std::vector<ConnectionBytes> connections{};
  };
  std::vector<OfProcess> processes{};
};

// What span_counts() counted between two readings of it, by service.
std::map<std::string, SpanCounts> span_difference(const std::map<std::string, SpanCounts>& before,
                                                  std::map<std::string, SpanCounts> after);

class Stack {
 public:
  // Starts everything in order (sink, servers, gateway, routers) and waits until each is ready. Throws WorldError
  // naming the service, with the last lines of its log. The scenario and the arm must outlive the stack.
  Stack(const Scenario& scenario, const Arm& arm, const StackOptions& options);
  ~Stack();  // stops all, the client's side first

  // Where each session of the load connects. Call once: stdio descriptors are handed over.
  std::vector<Target> targets();

  // Makes every mock export what is pending, until the sink has it all. Returns how long it took. A service that does
  // not manage within its time is named in `warnings`. Programs of the user's are given their batch delay instead.
  Nanos flush(std::vector<std::string>& warnings);
  // Spans counted in the mocks since they started, by service (telemetry's `service.name`).
  std::map<std::string, SpanCounts> span_counts();
  // OTLP payload that the sink has taken since the last collect(), so far.
  std::uint64_t bytes_received();
  // What the sink got since the last call: per service, and how the traces fit together.
  struct Received {
    std::map<std::string, SpanCounts> spans{};
    TraceSummary traces{};
    std::vector<std::pair<std::int64_t, std::uint64_t>> arrived{};  // Unix nanoseconds, bytes of payload; ascending
    std::vector<std::string> warnings{};
  };
  // `keep`: take_collected() gives its spans until the next call of this.
  Received collect(bool keep = false);
  std::vector<otlp::Span> take_collected();

  // Every span since the last collect() or this, as spans: at the sink, and with a tap before the first Collector.
  struct Spans {
    std::vector<otlp::Span> kept{};
    std::optional<std::vector<otlp::Span>> offered{};
    std::vector<std::string> requests{};  // as they were offered, in their order; only when asked for
    std::uint64_t invalid = 0;
  };
  Spans take_spans(bool with_requests = false);
  // Waits until the tap has handed on what it took, `limit` at most. Empty: there is no tap.
  std::optional<TapCounts> drain_tap(Nanos limit);

  // The services' first Collector comes first.
  // Takes one reading of each into `so_far`. Any thread.
  void read_collector_memory(std::vector<CollectorMemory>& so_far);
  // What the Collectors say of themselves, as soon as their exporters' queues are empty, or after `limit`. Needs
  // StackOptions::collector_counts.
  std::vector<CollectorCounts> read_collector_counts(Nanos limit);
  // Ends them, one after the other: what they still hold goes to the sink.
  void end_collectors();
  // Sends the requests to a second set of Collectors with the same configurations, or of the first with another one,
  // and waits `wait` before these are ended, too.
  SecondPass send_again(const std::string& config, const std::vector<std::string>& requests, Nanos wait);
  // What the sink has been sent as metrics since it was started.
  SpanCounters read_span_counters();

  // The first receiver of the spans, a Collector or the sink, gets into trouble or out of it (SinkFault::How::none).
  // Any thread but one at a time.
  void set_fault(const SinkFault& fault);
  // What each mock says of itself and has written by now. Flush before.
  std::vector<ObservedProcess> observe_processes() const;
  // Of every service that runs here; `at` is left to the caller. Any thread.
  std::vector<MemoryReading> read_memory() const;
  const std::vector<std::string>& notes() const { return notes_; }  // about collectors

  // When calls of tools reached the first hop since the last call of this, ascending. Empty: it is no mock of ours, or
  // nothing came, or more than can be kept.
  std::optional<std::vector<Nanos>> arrivals();

  // The services' processes that were started here, "tools-0", in the order of their start; the sink is not among them.
  std::vector<std::string> instances() const;
  // Puts each on its core: the main thread of a mock, every process and thread of a program of the user's.
  void place(const std::map<std::string, int>& cores) const;

  UsageReading read_usage() const;
  std::vector<ServiceUsage> usage_between(const UsageReading& before, const UsageReading& after) const;

  // "gateway (pid 123) was ended by signal 9 (Killed)\n  last log line"; empty while all live.
  std::string who_died();
  // Ends all. Returns the services that had to be killed, because SIGTERM did not end them within 8 s.
  std::vector<std::string> stop();

 private:
  struct Member {
    std::string service;   // "router", "gateway", a server's name, "sink"
    std::string instance;  // the service and its number: names of configuration and log
    std::unique_ptr<Process> process{};
    ProcessOptions how{};               // collectors: to be started again
    std::uint16_t counters_port = 0;    // collectors: of their own counters; 0: none
    CollectorShape shape{};             // collectors
    bool ended = false;                 // by us
    std::vector<std::string> listen{};  // URLs
    std::string admin{};                // URL; empty: a program of the user's
    // Of spans: no service of the arm.
    bool is_receiver() const { return service == "sink" || service == "collector"; }
  };
  // `next`: URL of the hop that the new one calls; empty for the last.
  Member& start_mock(const std::string& service, const std::string& instance, const std::string& program,
                     const std::string& config, bool stdio);
  std::filesystem::path mock_program(const std::string& name) const;
  Member& start_user_program(const Hop& hop, const std::string& instance, const std::string& next);
  std::map<std::string, std::string> variables_of_program(const Hop& hop) const;
  ProcessTable processes_now() const;
  void wait_until_ready(Member& member);
  void wait_until_listening(Member& member, std::uint16_t port, Nanos limit);
  Member& start_sink(const std::string& instance, const std::string& forward, bool tls);
  // Where the first Collector listens.
  struct Receiver {
    std::string grpc{};
    std::string http{};
  };
  struct CollectorStart {
    std::string prefix{};  // of their names
    std::string config{};  // of the first; empty: the scenario's
    bool tapped = false;   // the first gets its spans from the harness, which has no TLS to send with
    bool tls = false;      // of everything else
  };
  Receiver start_collectors(const std::string& sink, const CollectorStart& how);
  CollectorEnds collector_ends(std::size_t tier, const std::string& next, const std::string& sink,
                               const CollectorStart& how) const;
  std::vector<Member*> collectors();
  void use_certificates();
  Member* find_member(const std::string& instance);
  Backend start_server(const ServerHop& hop, std::uint32_t replica, bool stdio);
  Backend start_gateway(const GatewayHop& hop, const std::vector<Backend>& servers, bool stdio);
  TracingConfig tracing_of(const std::string& instance) const;
  std::filesystem::path call_log_of(const std::string& instance) const;
  std::map<std::string, std::string> variables_of(const std::string& service) const;
  void start_router(const RouterHop& hop, const Backend& next, std::uint32_t instance);
  void add_targets(const Hop& of_topology, const std::vector<Backend>& reached, std::uint32_t connections,
                   const std::string& token);
  void speak_to_url(const Hop& hop, Target& target) const;
  std::uint32_t arrivals_of(const std::string& service) const;
  [[noreturn]] void fail(Member& member, const std::string& what);

  const Scenario& scenario_;
  const Arm& arm_;
  StackOptions options_;
  TracingConfig tracing_{};       // the arm's, with the sink's endpoint
  std::deque<Member> members_{};  // in starting order
  std::vector<Target> targets_{};
  std::string token_{};
  std::vector<std::string> notes_{};
  std::optional<Certificates> certificates_{};  // where the arm wants some
  std::mutex processes_of_collectors_{};        // a fault replaces them on a thread of its own
};

}  // namespace tracetax
