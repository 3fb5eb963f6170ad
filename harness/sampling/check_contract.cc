#include <algorithm>
#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "harness/sampling/check_parts.h"
#include "harness/sampling/contract.h"

namespace tracetax {

void check_contract(const TraceContractCheck& check, const CheckInput& in, CheckResult& result) {
  const Contract contract = read_contract(std::filesystem::path(in.scenario.folder) / check.file);
  std::uint64_t judged = 0;
  std::uint64_t broken = 0;
  std::map<std::string, std::pair<std::uint64_t, std::string>> breaches;  // what → how often, a trace
  for (std::size_t t = 0; t < in.seen.kept.size(); ++t) {
    const auto call = in.links.call_of_trace[t];
    if (!call) continue;
    const Sample& sample = in.seen.calls[*call].sample;
    const auto applies = [&](const ExpectedTrace& expected) {
      return (expected.tool.empty() || expected.tool == in.seen.tools.at(sample.tool)) &&
             (expected.outcome.empty() || expected.outcome == to_string(sample.outcome));
    };
    const auto expected = std::ranges::find_if(contract.traces, applies);
    if (expected == contract.traces.end()) continue;
    ++judged;
    const auto breach = breach_of(*expected, in.seen.kept[t]);
    if (!breach) continue;
    ++broken;
    auto& [count, example] = breaches[*breach];
    if (count++ == 0) example = otlp::to_hex(in.seen.kept[t].id);
  }
  result.expects = "at most";
  if (judged == 0) {
    result.detail = "not measured: no kept trace is of a call that the contract is about";
    return;
  }
  result.observed = result.low = result.high = static_cast<double>(broken) / static_cast<double>(judged);
  result.verdict = broken == 0 ? Verdict::within : Verdict::exceeded;
  result.detail = fmt::format("{} of {} traces break {}", counted(broken), counted(judged), check.file);
  std::size_t told = 0;
  for (const auto& [what, how] : breaches) {
    if (told++ == 3) break;
    result.detail += fmt::format("; {} ({}, trace {})", what, counted(how.first), how.second);
  }
}

}  // namespace tracetax
