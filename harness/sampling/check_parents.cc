#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "harness/sampling/check_parts.h"
#include "harness/stats/distributions.h"

namespace tracetax {
namespace {

bool is_mock(const Hop& hop, const Arm& arm) {
  return hop_in(hop, arm).is_mock();
}

// Services whose spans every answered call has, and those of which it has one. Programs of the user's are left out:
// whether and under which name they trace is not known.
struct Passed {
  std::vector<std::string> all{};
  std::vector<std::string> one_of{};
};
Passed passed_services(const Topology& topology, const Arm& arm) {
  Passed passed;
  if (topology.router && is_mock(*topology.router, arm)) passed.all.emplace_back("mcp-router");
  if (topology.gateway && is_mock(*topology.gateway, arm)) passed.all.emplace_back("mcp-gateway");
  bool all_mocks = true;
  for (const ServerHop& server : topology.servers) {
    all_mocks = all_mocks && is_mock(server, arm);
    passed.one_of.push_back(server.name);
  }
  if (!all_mocks) passed.one_of.clear();
  return passed;
}

std::string missing_in(const otlp::Trace& trace, const Passed& passed) {
  std::string missing;
  const auto miss = [&](const std::string& name) { missing += (missing.empty() ? "" : ", ") + name; };
  for (const std::string& service : passed.all) {
    if (!has_service(trace, service)) miss(service);
  }
  const auto there = [&](const std::string& server) { return has_service(trace, server); };
  if (!passed.one_of.empty() && std::ranges::none_of(passed.one_of, there)) miss(passed.one_of.front());
  return missing;
}

std::uint64_t lost_spans(const ArmObservation& seen) {
  std::uint64_t lost = 0;
  for (const ObservedStep& step : seen.steps) {
    for (const auto& [service, counts] : step.spans) lost += counts.lost();
  }
  return lost;
}

// Broken of looked-at traces: none may be; but a lost span breaks a trace as a wrong decision does.
void judge_broken(std::uint64_t broken, std::uint64_t traces, const CheckInput& in, CheckResult& result) {
  if (traces == 0) {
    result.detail = "not measured: no kept trace belongs to an answered call";
    return;
  }
  result.expects = "at most";
  const Interval share = clopper_pearson(broken, traces, in.confidence);
  result.observed = static_cast<double>(broken) / static_cast<double>(traces);
  result.low = share.low;
  result.high = share.high;
  const std::uint64_t lost = lost_spans(in.seen);
  if (broken == 0) {
    result.verdict = Verdict::within;
  } else if (broken > lost) {
    result.verdict = Verdict::exceeded;
  } else {
    result.detail += fmt::format("; {} spans were lost, which may be why", counted(lost));
  }
}

std::string most_frequent(const std::map<std::string, std::uint64_t>& counts) {
  const auto most = std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; });
  return most == counts.end() ? std::string() : fmt::format("; {}: {}", counted(most->second), most->first);
}

}  // namespace

void check_one_decision(const CheckInput& in, CheckResult& result) {
  const Passed passed = passed_services(in.scenario.topology, in.arm);
  std::uint64_t looked_at = 0;
  std::uint64_t broken = 0;
  std::map<std::string, std::uint64_t> how;
  for (std::size_t t = 0; t < in.seen.kept.size(); ++t) {
    const auto call = in.links.call_of_trace[t];
    if (!call || !answered(in.seen.calls[*call])) continue;
    ++looked_at;
    const std::string missing = missing_in(in.seen.kept[t], passed);
    if (missing.empty()) continue;
    ++broken;
    ++how["without spans of " + missing];
  }
  // A trace whose first hop dropped it belongs to no call; spans further down say that somebody kept it all the same.
  std::uint64_t headless = 0;
  for (std::size_t t = 0; t < in.seen.kept.size(); ++t) {
    const otlp::Trace& trace = in.seen.kept[t];
    const bool serves =
        std::ranges::any_of(trace.spans, [](const otlp::Span& s) { return s.kind == otlp::Kind::server; });
    if (in.links.call_of_trace[t] || !serves) continue;
    ++headless;
    ++how["without the first hop's spans"];
  }
  result.detail = fmt::format("{} of {} kept traces are of some services only", counted(broken + headless),
                              counted(looked_at + headless)) +
                  most_frequent(how);
  if (in.links.split > 0) result.detail += fmt::format("; {} calls have more than one trace", counted(in.links.split));
  judge_broken(broken + headless + in.links.split, looked_at + headless, in, result);
}

void check_parents(const CheckInput& in, CheckResult& result) {
  std::uint64_t traces = 0;
  std::uint64_t broken = 0;
  std::map<std::string, std::uint64_t> how;
  for (std::size_t t = 0; t < in.seen.kept.size(); ++t) {
    const otlp::Trace& trace = in.seen.kept[t];
    const auto call = in.links.call_of_trace[t];
    const bool serves =
        std::ranges::any_of(trace.spans, [](const otlp::Span& s) { return s.kind == otlp::Kind::server; });
    if (!serves) continue;
    ++traces;
    std::set<otlp::SpanId> ids;
    std::set<otlp::SpanId> called;
    for (const otlp::Span& span : trace.spans) ids.insert(span.id);
    for (const otlp::Span& span : trace.spans) {
      if (span.kind == otlp::Kind::server && span.parent) called.insert(*span.parent);
    }
    std::string wrong;
    for (const otlp::Span& span : trace.spans) {
      if (span.kind == otlp::Kind::server && span.parent && !ids.contains(*span.parent)) {
        wrong = span.service() + " kept what its caller dropped";
      }
    }
    // A CLIENT span that failed, or is the handshake of a connection, has no callee of its own.
    if (wrong.empty() && call && answered(in.seen.calls[*call])) {
      for (const otlp::Span& span : trace.spans) {
        const bool calls =
            span.kind == otlp::Kind::client && otlp::find(span.attributes, "gen_ai.tool.name") != nullptr;
        if (calls && span.status != otlp::Status::error && !called.contains(span.id)) {
          wrong = "who was called by " + span.service() + " dropped what its caller kept";
        }
      }
    }
    if (wrong.empty()) continue;
    ++broken;
    ++how[wrong];
  }
  result.detail =
      fmt::format("in {} of {} traces a service decided otherwise than its caller", counted(broken), counted(traces)) +
      most_frequent(how);
  judge_broken(broken, traces, in, result);
}

}  // namespace tracetax
