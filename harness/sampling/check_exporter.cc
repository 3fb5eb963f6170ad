// Whether an arm's sampler and exporter do what their names say, counted where spans are made and where they end.
#include <algorithm>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/sampling/check_parts.h"

namespace tracetax {
namespace {

struct Sums {
  std::uint64_t started = 0, sampled = 0, exported = 0, failed = 0;
  std::optional<std::uint64_t> printed{};
};

class Complaints {
 public:
  // `said` and `seen` should be the same number of spans.
  void same(std::uint64_t said, std::uint64_t seen, const std::string& text) {
    if (said == seen) return;
    spans_ += std::max(said, seen) - std::min(said, seen);
    text_ += "; " + text;
  }
  std::uint64_t spans() const { return spans_; }
  const std::string& text() const { return text_; }

 private:
  std::uint64_t spans_ = 0;
  std::string text_{};
};

void judge_sampler(const std::string& service, const Sums& of, SamplerType type, Complaints& complaints) {
  const auto say = [&](const char* what) {
    return fmt::format("{}: {} of {} spans were sampled, and {}", service, counted(of.sampled), counted(of.started),
                       what);
  };
  if (type == SamplerType::always_on || type == SamplerType::parentbased_always_on)
    complaints.same(of.sampled, of.started, say("the sampler keeps all"));
  if (type == SamplerType::always_off || type == SamplerType::parentbased_always_off)
    complaints.same(of.sampled, 0, say("the sampler keeps none"));
}

void judge_exporter(const std::string& service, const Sums& of, const CheckInput& in, Complaints& complaints) {
  const ExporterType type = in.arm.tracing.exporter.type;
  const std::uint64_t wanted = type == ExporterType::none ? 0 : of.sampled;
  const std::string failed = fmt::format("{} in exports that failed", counted(of.failed));
  complaints.same(
      of.exported, wanted,
      fmt::format("{}: {} spans exported of {}, {}", service, counted(of.exported), counted(wanted), failed));
  // A span that failed is one that was not exported: it is counted once.
  const std::uint64_t missing = wanted - std::min(wanted, of.exported);
  complaints.same(std::max(of.failed, missing), missing, fmt::format("{}: {}", service, failed));
  if (of.printed)
    complaints.same(
        *of.printed, of.exported,
        fmt::format("{}: {} spans in its output, {} exported", service, counted(*of.printed), counted(of.exported)));
  const bool to_sink = type == ExporterType::otlp_grpc || type == ExporterType::otlp_http;
  if (!to_sink || (!in.scenario.collectors.empty() && !in.seen.offered)) return;
  const auto found = in.seen.received.find(service);
  const std::uint64_t received = found == in.seen.received.end() ? 0 : found->second;
  complaints.same(received, of.exported,
                  fmt::format("{}: {} spans received, {} exported", service, counted(received), counted(of.exported)));
}

}  // namespace

void check_exporter(const CheckInput& in, CheckResult& result) {
  result.unit = "count";
  result.expects = "at most";
  std::map<std::string, Sums> services;
  for (const ObservedProcess& process : in.seen.processes) {
    Sums& of = services[process.service];
    of.started += process.started;
    of.sampled += process.sampled;
    of.exported += process.exported;
    of.failed += process.export_failed;
    if (process.printed) of.printed = of.printed.value_or(0) + *process.printed;
  }
  Sums all;
  Complaints complaints;
  for (const auto& [service, of] : services) {
    judge_sampler(service, of, in.arm.tracing.sampler.type, complaints);
    judge_exporter(service, of, in, complaints);
    all.started += of.started;
    all.sampled += of.sampled;
    all.exported += of.exported;
    if (of.printed) all.printed = all.printed.value_or(0) + *of.printed;
  }
  if (all.started == 0 || in.seen.calls.empty()) {
    result.detail = "not measured: no mock of the arm has started a span";
    return;
  }
  const auto unanswered = static_cast<std::uint64_t>(
      std::ranges::count_if(in.seen.calls, [](const ObservedCall& call) { return !answered(call); }));
  result.observed = result.low = result.high = static_cast<double>(complaints.spans() + unanswered);
  result.verdict = result.observed == 0 ? Verdict::within : Verdict::exceeded;
  result.detail = fmt::format("{} to {}: {} of {} spans sampled, {} exported", to_string(in.arm.tracing.sampler.type),
                              to_string(in.arm.tracing.exporter.type), counted(all.sampled), counted(all.started),
                              counted(all.exported));
  if (all.printed) result.detail += fmt::format(", {} in the output", counted(*all.printed));
  result.detail += fmt::format("; {} of {} calls have no answer", counted(unanswered), counted(in.seen.calls.size()));
  result.detail += complaints.text();
}

}  // namespace tracetax
