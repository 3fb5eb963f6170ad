// The Collectors of an arm: started, read, and sent everything a second time.
#include <algorithm>
#include <set>
#include <thread>

#include "harness/experiment/admin_client.h"
#include "harness/experiment/frames.h"
#include "harness/experiment/ports.h"
#include "harness/experiment/stack.h"
#include "harness/results/files.h"

namespace tracetax {
namespace {

constexpr Nanos patience = std::chrono::seconds(20);
constexpr Nanos stop_grace = std::chrono::seconds(20);   // they send what they hold
constexpr Nanos longest_try = std::chrono::seconds(30);  // as long as the tap tries
constexpr Nanos try_pause = std::chrono::milliseconds(200);

std::string without_scheme(const std::string& url) {
  return url.substr(url.find("://") + 3);
}

// OTLP/HTTP: what a sender should try again.
bool is_retryable(long status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

bool send_one(const std::string& url, const std::string& request) {
  for (const Nanos until = monotonic_now() + longest_try;;) {
    const long status = post_protobuf(url, request, longest_try);
    if (status == 200) return true;
    if (!is_retryable(status) || monotonic_now() > until) return false;
    std::this_thread::sleep_for(try_pause);
  }
}

}  // namespace

CollectorEnds Stack::collector_ends(std::size_t tier, const std::string& next, const std::string& sink,
                                    const CollectorStart& how) const {
  CollectorEnds ends;
  ends.port = free_port();
  if (tier == 0) ends.http_port = free_port();
  if (options_.collector_counts && how.prefix.empty()) ends.counters_port = free_port();
  ends.next = without_scheme(next);
  ends.metrics = without_scheme(sink);
  if (!how.tls) return ends;
  const Certificates& files = *certificates_;
  const bool mutual = arm_.tracing.exporter.tls.generated == ExportTls::Generated::mutual;
  CollectorTls client{files.ca(), {}, {}};
  if (mutual) client = {files.ca(), files.client_cert(), files.client_key()};
  ends.next_tls = ends.metrics_tls = client;
  if (tier > 0 || !how.tapped)
    ends.receiver_tls = CollectorTls{mutual ? files.ca() : std::string(), files.server_cert(), files.server_key()};
  return ends;
}

// From the last one to the first. Each listens on ports of its own choosing for us.
Stack::Receiver Stack::start_collectors(const std::string& sink, const CollectorStart& how) {
  Receiver first;
  std::string next = sink;
  for (std::size_t i = scenario_.collectors.size(); i-- > 0;) {
    const CollectorTier& tier = scenario_.collectors[i];
    const std::string& config = i == 0 && !how.config.empty() ? how.config : tier.config;
    const CollectorEnds ends = collector_ends(i, next, sink, how);
    CollectorSetup setup = set_up_collector(std::filesystem::path(scenario_.folder) / config, ends);
    Member& member = members_.emplace_back();
    member.service = "collector";
    member.instance = how.prefix + "collector-" + std::to_string(i);
    member.counters_port = ends.counters_port;
    member.shape = std::move(setup.shape);
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
    wait_until_listening(member, ends.port, patience);
    if (ends.http_port != 0) wait_until_listening(member, ends.http_port, patience);
    next = "grpc://127.0.0.1:" + std::to_string(ends.port);
    first.http = "http://127.0.0.1:" + std::to_string(ends.http_port);
    if (!how.prefix.empty()) continue;
    for (const std::string& note : setup.notes) notes_.push_back(config + ": " + note);
    if (how.tls && i == 0 && how.tapped)
      notes_.push_back(config + ": the harness hands the spans of the services on to it without TLS");
  }
  first.grpc = next;
  return first;
}

// Of the scenario, not those of a second pass.
std::vector<Stack::Member*> Stack::collectors() {
  std::vector<Member*> found;
  for (std::size_t i = 0; i < scenario_.collectors.size(); ++i) {
    if (Member* const member = find_member("collector-" + std::to_string(i))) found.push_back(member);
  }
  return found;
}

void Stack::read_collector_memory(std::vector<CollectorMemory>& so_far) {
  const std::lock_guard lock(processes_of_collectors_);
  const std::vector<Member*> all = collectors();
  so_far.resize(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const pid_t pid = all[i]->process->pid();
    const auto pss = process_pss(pid);
    if (!pss || *pss == 0) continue;
    so_far[i].most_bytes = std::max(so_far[i].most_bytes, *pss);
    so_far[i].peak_rss = std::max(so_far[i].peak_rss, process_peak_rss(pid).value_or(0));
    ++so_far[i].readings;
  }
}

std::vector<CollectorCounts> Stack::read_collector_counts(Nanos limit) {
  const Nanos until = monotonic_now() + limit;
  for (;;) {
    std::vector<CollectorCounts> counts;
    bool queued = false;
    for (const Member* member : collectors()) {
      const std::string url = "http://127.0.0.1:" + std::to_string(member->counters_port);
      counts.push_back(tracetax::read_collector_counts(admin_get_text(url, "/metrics", patience), member->shape));
      queued |= counts.back().queued_requests > 0;
    }
    if (!queued || monotonic_now() > until) return counts;
    std::this_thread::sleep_for(try_pause);
  }
}

void Stack::end_collectors() {
  const std::lock_guard lock(processes_of_collectors_);
  for (Member* member : collectors()) {
    member->ended = true;
    member->process->stop(stop_grace);
  }
}

SecondPass Stack::send_again(const std::string& config, const std::vector<std::string>& requests, Nanos wait) {
  const std::size_t own = members_.size();
  SecondPass pass;
  // A copy: the deque moves nothing, but the members of this pass leave it at the end.
  const Member& sink = start_sink("again-sink", {}, false);
  const std::string url = sink.listen.at(0), admin = sink.admin;
  CollectorStart how;
  how.prefix = "again-";
  how.config = config;
  const Receiver first = start_collectors(url, how);
  for (const std::string& request : requests) {
    if (!send_one(first.http + "/v1/traces", request)) ++pass.refused_requests;
  }
  std::this_thread::sleep_for(wait);
  // The last that was started is the first that gets spans.
  while (members_.size() > own + 1) {
    members_.back().process->stop(stop_grace);
    members_.pop_back();
  }
  std::vector<otlp::Span> spans;
  decode_frames(admin_post_bytes(admin, "/take", patience), spans, nullptr);
  std::set<otlp::TraceId> kept;
  for (const otlp::Span& span : spans) kept.insert(span.trace);
  pass.kept.assign(kept.begin(), kept.end());
  members_.back().process->stop(stop_grace);
  members_.pop_back();
  return pass;
}

// The services' own configurations get the files; who makes them is the harness's business.
void Stack::use_certificates() {
  ExportTls& tls = tracing_.exporter.tls;
  const bool mutual = tls.generated == ExportTls::Generated::mutual;
  tls.generated = ExportTls::Generated::none;
  if (!certificates_) return;
  tls.ca = certificates_->ca();
  if (!mutual) return;
  tls.cert = certificates_->client_cert();
  tls.key = certificates_->client_key();
}

}  // namespace tracetax
