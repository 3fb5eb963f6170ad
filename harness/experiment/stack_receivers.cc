// The receivers of an arm's spans: the sink, Collectors, and the tap before them.
#include <csignal>
#include <thread>

#include <nlohmann/json.hpp>

#include "harness/experiment/admin_client.h"
#include "harness/experiment/frames.h"
#include "harness/experiment/stack.h"

namespace tracetax {
namespace {

constexpr Nanos admin_timeout = std::chrono::seconds(20);

}  // namespace

Stack::Member& Stack::start_sink(const std::string& instance, const std::string& forward, bool tls) {
  Member& member = members_.emplace_back();
  member.service = "sink";
  member.instance = instance;
  ProcessOptions options;
  options.command = {(options_.programs / "otlp-sink").string(),
                     "--listen",
                     tls ? "grpcs://127.0.0.1:0" : "grpc://127.0.0.1:0",
                     "--listen",
                     tls ? "https://127.0.0.1:0" : "http://127.0.0.1:0",
                     "--admin",
                     "127.0.0.1:0"};
  if (tls) {
    options.command.insert(options.command.end(),
                           {"--cert", certificates_->server_cert(), "--key", certificates_->server_key()});
    if (arm_.tracing.exporter.tls.generated == ExportTls::Generated::mutual)
      options.command.insert(options.command.end(), {"--client-ca", certificates_->ca()});
  }
  if (!forward.empty()) options.command.insert(options.command.end(), {"--forward", forward});
  options.log = options_.folder / (instance + ".log");
  member.process = std::make_unique<Process>(options);
  wait_until_ready(member);
  return member;
}

Stack::Member* Stack::find_member(const std::string& instance) {
  const auto found = std::ranges::find(members_, instance, &Member::instance);
  return found == members_.end() ? nullptr : &*found;
}

void Stack::set_fault(const SinkFault& fault) {
  using How = SinkFault::How;
  const std::lock_guard lock(processes_of_collectors_);
  Member* const collector = fault.of == SinkFault::Of::first ? find_member("collector-0") : nullptr;
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

Stack::Spans Stack::take_spans(bool with_requests) {
  Spans spans;
  if (const Member* sink = find_member("sink"))
    spans.invalid += decode_frames(admin_post_bytes(sink->admin, "/take", admin_timeout), spans.kept, nullptr);
  if (const Member* tap = find_member("tap")) {
    spans.offered.emplace();
    spans.invalid += decode_frames(admin_post_bytes(tap->admin, "/take", admin_timeout), *spans.offered,
                                   with_requests ? &spans.requests : nullptr);
  }
  return spans;
}

std::vector<otlp::Span> Stack::take_collected() {
  std::vector<otlp::Span> spans;
  if (const Member* sink = find_member("sink"))
    decode_frames(admin_post_bytes(sink->admin, "/take-collected", admin_timeout), spans, nullptr);
  return spans;
}

std::optional<TapCounts> Stack::drain_tap(Nanos limit) {
  const Member* const tap = find_member("tap");
  if (tap == nullptr) return {};
  const Nanos until = monotonic_now() + limit;
  for (;;) {
    const auto said = admin_get(tap->admin, "/forwarded", admin_timeout);
    const auto number = [&](const char* key) { return said.at(key).get<std::uint64_t>(); };
    const TapCounts counts{number("spans"), number("failed"), number("refused"), number("unanswered"),
                           number("pending_requests")};
    if (counts.pending_requests == 0 || monotonic_now() > until) return counts;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

SpanCounters Stack::read_span_counters() {
  SpanCounters read;
  const Member* const sink = find_member("sink");
  if (sink == nullptr) return read;
  const auto said = admin_get(sink->admin, "/counters", admin_timeout);
  read.newest_unix_ns = said.at("newest_unix_ns").get<std::int64_t>();
  read.grew_unix_ns = said.at("grew_unix_ns").get<std::int64_t>();
  for (const auto& one : said.at("counters")) {
    SpanCounter& counter = read.counters.emplace_back();
    counter.name = one.at("name").get<std::string>();
    counter.attributes = one.at("attributes").get<std::map<std::string, std::string>>();
    counter.attributes.merge(one.at("resource").get<std::map<std::string, std::string>>());
    counter.value = one.at("value").get<double>();
  }
  return read;
}

}  // namespace tracetax
