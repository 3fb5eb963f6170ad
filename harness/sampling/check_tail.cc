#include <algorithm>
#include <filesystem>
#include <map>
#include <unordered_map>

#include <fmt/format.h>

#include "harness/policy/oracle.h"
#include "harness/sampling/check_parts.h"

namespace tracetax {
namespace {

using policy::Keep;

// Tiers in line decide one after the other, as processors of one pipeline do.
struct Line {
  policy::Pipeline pipeline{};
  std::size_t unknown = 0;
  std::string first_unknown{};
  std::string problem{};  // why there is no line
};

Line read_line(const TailDecisionsCheck& check, const Scenario& scenario) {
  std::vector<std::string> files;
  if (!check.config.empty()) {
    files.push_back(check.config);
  } else {
    for (const CollectorTier& tier : scenario.collectors) files.push_back(tier.config);
  }
  Line line;
  for (const std::string& file : files) {
    const auto config = policy::load_collector_config(std::filesystem::path(scenario.folder) / file);
    if (config.pipelines.size() != 1) {
      line.problem = fmt::format("{} has {} pipelines of traces, and which trace takes which is not known", file,
                                 config.pipelines.size());
      return line;
    }
    line.unknown += config.unknown.size();
    if (line.first_unknown.empty() && !config.unknown.empty()) line.first_unknown = config.unknown.front().text();
    line.pipeline.name = config.pipelines.front().name;
    const auto& processors = config.pipelines.front().processors;
    line.pipeline.processors.insert(line.pipeline.processors.end(), processors.begin(), processors.end());
  }
  return line;
}

std::string shortest(const std::map<std::string, std::uint64_t>& counts) {
  std::string text;
  for (const auto& [policy, count] : counts)
    text += fmt::format("{}{} by {}", text.empty() ? "" : ", ", counted(count), policy);
  return text;
}

}  // namespace

void check_tail(const TailDecisionsCheck& check, const CheckInput& in, CheckResult& result) {
  result.expects = "at most";
  if (!in.seen.offered) {
    result.detail = "not measured: what the Collector was sent is not known (there is none, or a `fault` is under way)";
    return;
  }
  const Line line = read_line(check, in.scenario);
  if (!line.problem.empty()) {
    result.detail = "not measured: " + line.problem;
    return;
  }
  std::unordered_map<otlp::TraceId, const otlp::Trace*, otlp::HashTraceId> kept;
  for (const otlp::Trace& trace : in.seen.kept) kept.emplace(trace.id, &trace);
  const std::vector<otlp::Trace>& offered = *in.seen.offered;
  const policy::Expected expected = policy::expect_kept(line.pipeline, offered);
  // Traces of before the first call, of connections being opened, were sent before anybody looked.
  std::uint64_t kept_of_sent = 0;
  std::uint64_t certain = 0;
  std::uint64_t uncertain = 0;
  std::uint64_t missing = 0;
  std::uint64_t surplus = 0;
  std::uint64_t partial = 0;
  std::string example;
  std::map<std::string, std::uint64_t> by_policy;
  for (std::size_t i = 0; i < offered.size(); ++i) {
    const policy::Decision& decision = expected.decisions[i];
    const auto found = kept.find(offered[i].id);
    const bool is_kept = found != kept.end();
    if (is_kept) ++kept_of_sent;
    if (decision.keep == Keep::uncertain) {
      ++uncertain;
      continue;
    }
    ++certain;
    if (is_kept && !decision.policy.empty()) ++by_policy[decision.policy];
    const bool wanted = decision.keep == Keep::yes;
    if (wanted && !is_kept) ++missing;
    if (!wanted && is_kept) ++surplus;
    const bool whole = decision.complete == Keep::yes;
    if (wanted && is_kept && whole && found->second->spans.size() < offered[i].spans.size()) ++partial;
    if (wanted != is_kept && example.empty()) {
      example = fmt::format("trace {} was {}, though {}{}", otlp::to_hex(offered[i].id), is_kept ? "kept" : "dropped",
                            decision.policy.empty() ? "" : decision.policy + ": ", decision.why);
    }
  }
  if (certain == 0) {
    result.detail = "not measured: no decision is certain";
    if (!line.first_unknown.empty()) result.detail += "; " + line.first_unknown;
    return;
  }
  const std::uint64_t wrong = missing + surplus + partial;
  result.observed = result.low = result.high = static_cast<double>(wrong) / static_cast<double>(certain);
  const auto number = static_cast<double>(kept_of_sent);
  const bool number_fits = number >= expected.low && number <= expected.high;
  result.detail = fmt::format(
      "{} of {} traces sent were kept; {} certain decisions: {} dropped that should be kept, {} kept "
      "that should be dropped, {} kept in part",
      counted(kept_of_sent), counted(offered.size()), counted(certain), counted(missing), counted(surplus),
      counted(partial));
  if (!by_policy.empty()) result.detail += "; kept " + shortest(by_policy);
  if (uncertain > 0) {
    result.detail += fmt::format("; {} depend on the Collector's clock: {:.0f} to {:.0f} kept are expected in all",
                                 counted(uncertain), expected.low, expected.high);
  }
  if (!example.empty()) result.detail += "; " + example;
  if (line.unknown > 0)
    result.detail += fmt::format("; {} settings are not known: {}", line.unknown, line.first_unknown);
  if (wrong > 0 || (uncertain > 0 && !number_fits)) {
    result.verdict = Verdict::exceeded;
  } else if (certain >= uncertain) {
    result.verdict = Verdict::within;
  }
}

}  // namespace tracetax
