// The receivers of an arm's spans: the sink, Collectors, and the tap before them.
#include <csignal>
#include <iterator>
#include <thread>

#include <nlohmann/json.hpp>

#include "harness/experiment/admin_client.h"
#include "harness/experiment/collector.h"
#include "harness/experiment/ports.h"
#include "harness/experiment/stack.h"
#include "harness/results/files.h"

namespace tracetax {
namespace {

constexpr Nanos admin_timeout = std::chrono::seconds(20);

// The frames of POST /take: length (32 bits), arrival (64 bits, Unix nanoseconds), both little-endian, and the request.
std::uint64_t decode_frames(const std::string& frames, std::vector<otlp::Span>& spans) {
  constexpr std::size_t head = 12;
  std::uint64_t invalid = 0;
  const auto number = [&](std::size_t at, std::size_t bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes; i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(frames[at + i]);
    return value;
  };
  for (std::size_t at = 0; at + head <= frames.size();) {
    const auto length = static_cast<std::size_t>(number(at, 4));
    const auto arrived = static_cast<std::int64_t>(number(at + 4, 8));
    if (length > frames.size() - at - head) throw WorldError("the sink's frames are cut off");
    auto decoded = otlp::decode(std::string_view(frames).substr(at + head, length), arrived);
    at += head + length;
    if (!decoded) continue;
    invalid += decoded->invalid;
    spans.insert(spans.end(), std::make_move_iterator(decoded->spans.begin()),
                 std::make_move_iterator(decoded->spans.end()));
  }
  return invalid;
}

}  // namespace

Stack::Member& Stack::start_sink(const std::string& instance, const std::string& forward) {
  Member& member = members_.emplace_back();
  member.service = "sink";
  member.instance = instance;
  ProcessOptions options;
  options.command = {(options_.programs / "otlp-sink").string(),
                     "--listen",
                     "grpc://127.0.0.1:0",
                     "--listen",
                     "http://127.0.0.1:0",
                     "--admin",
                     "127.0.0.1:0"};
  if (!forward.empty()) options.command.insert(options.command.end(), {"--forward", forward});
  options.log = options_.folder / (instance + ".log");
  member.process = std::make_unique<Process>(options);
  wait_until_ready(member);
  return member;
}

// From the last one to the first; returns the URL of that. Each listens on a port of its own choosing for us.
std::string Stack::start_collectors(const std::string& sink) {
  std::string next = sink;
  for (std::size_t i = scenario_.collectors.size(); i-- > 0;) {
    const CollectorTier& tier = scenario_.collectors[i];
    const std::uint16_t port = free_port();
    CollectorSetup setup = set_up_collector(std::filesystem::path(scenario_.folder) / tier.config, port,
                                            next.substr(next.find("://") + 3));
    Member& member = members_.emplace_back();
    member.service = "collector";
    member.instance = "collector-" + std::to_string(i);
    const std::filesystem::path file = options_.folder / (member.instance + ".yaml");
    write_file_atomically(file, setup.yaml);
    ProcessOptions& options = member.how;
    options.command = collector_command(tier, file);
    options.log = options_.folder / (member.instance + ".log");
    try {
      member.process = std::make_unique<Process>(options);
    } catch (const std::runtime_error& error) {
      throw WorldError(error.what());
    }
    wait_until_listening(member, port);
    next = "grpc://127.0.0.1:" + std::to_string(port);
    for (const std::string& note : setup.notes) notes_.push_back(tier.config + ": " + note);
  }
  return next;
}

Stack::Member* Stack::find_member(const std::string& instance) {
  const auto found = std::ranges::find(members_, instance, &Member::instance);
  return found == members_.end() ? nullptr : &*found;
}

void Stack::set_fault(const SinkFault& fault) {
  using How = SinkFault::How;
  Member* const collector = find_member("collector-0");
  Member* const first = collector ? collector : find_member("sink");
  if (first == nullptr) return;
  if (fault.how == How::kill) {
    ::kill(first->process->pid(), SIGKILL);
    return;
  }
  if (!first->process->running()) {  // it was killed
    first->process = std::make_unique<Process>(first->how);
    return;
  }
  if (fault.how == How::stop) {
    ::kill(first->process->pid(), SIGSTOP);
    return;
  }
  ::kill(first->process->pid(), SIGCONT);
  if (collector) return;
  const char* const mode = fault.how == How::slow     ? "slow"
                           : fault.how == How::refuse ? "refuse"
                           : fault.how == How::reset  ? "reset"
                                                      : "none";
  nlohmann::json plan{{"mode", mode}};
  if (fault.how == How::slow) plan["delay_ms"] = fault.delay / std::chrono::milliseconds(1);
  admin_post(first->admin, "/fault", admin_timeout, plan.dump());
}

Stack::Spans Stack::take_spans() {
  Spans spans;
  if (const Member* sink = find_member("sink"))
    spans.invalid += decode_frames(admin_post_bytes(sink->admin, "/take", admin_timeout), spans.kept);
  if (const Member* tap = find_member("tap")) {
    spans.offered.emplace();
    spans.invalid += decode_frames(admin_post_bytes(tap->admin, "/take", admin_timeout), *spans.offered);
  }
  return spans;
}

std::uint64_t Stack::drain_tap(Nanos limit) {
  const Member* const tap = find_member("tap");
  if (tap == nullptr) return 0;
  const Nanos until = monotonic_now() + limit;
  for (;;) {
    const auto counts = admin_get(tap->admin, "/forwarded", admin_timeout);
    if (counts.at("pending_requests").get<std::uint64_t>() == 0 || monotonic_now() > until)
      return counts.at("failed").get<std::uint64_t>();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace tracetax
