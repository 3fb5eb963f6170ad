// What the services' /metrics say against what the harness saw of the same.
#include <algorithm>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/sampling/check_parts.h"
#include "harness/sampling/openmetrics.h"

namespace tracetax {
namespace {

using Samples = std::vector<MetricSample>;

struct OfService {
  double created = 0, exported = 0, errors = 0;  // by its metrics
  std::uint64_t started = 0, sampled = 0;
};

// Statements that hold and those that do not.
class Agreement {
 public:
  void is(const std::string& what, double said, double seen, const char* seen_as) {
    holds(said == seen, [&] { return fmt::format("{} is {}, {} {}", what, number(said), number(seen), seen_as); });
  }
  void lies_in(const std::string& what, double said, double least, double most, const char* seen_as) {
    if (least == most) return is(what, said, least, seen_as);
    holds(said >= least && said <= most, [&] {
      return fmt::format("{} is {}, {} to {} {}", what, number(said), number(least), number(most), seen_as);
    });
  }
  void holds(bool truth, const auto& otherwise) {
    ++statements_;
    if (truth) return;
    ++wrong_;
    constexpr std::size_t told = 5;
    if (wrong_ <= told) text_ += (text_.empty() ? "" : "; ") + otherwise();
  }
  std::size_t statements() const { return statements_; }
  std::size_t wrong() const { return wrong_; }
  const std::string& text() const { return text_; }

 private:
  static std::string number(double value) { return value < 0 ? "missing" : counted(static_cast<std::uint64_t>(value)); }

  std::size_t statements_ = 0, wrong_ = 0;
  std::string text_{};
};

constexpr double missing = -1;

double figure(const Samples& samples, const char* name) {
  return sum_of(samples, name).value_or(missing);
}

bool keeps_all(const SamplerConfig& sampler) {
  return sampler.type == SamplerType::always_on || sampler.type == SamplerType::parentbased_always_on;
}

// A receiver in trouble may take an export and answer too late: the sender counts it as failed.
void compare_spans(const std::string& name, const OfService& of, const CheckInput& in, Agreement& agreement) {
  const bool troubled = in.scenario.sampling.fault.how != SinkFault::How::none;
  const bool seen_whole = in.scenario.collectors.empty() || in.seen.offered;
  agreement.is(name + ": spans_created_total", of.created, static_cast<double>(of.started), "were started");
  const auto sampled = static_cast<double>(of.sampled);
  if (!seen_whole) {
    agreement.lies_in(name + ": spans_exported_total", of.exported, 0, sampled, "were sampled");
    agreement.lies_in(name + ": trace_errors_total", of.errors, 0, sampled - of.exported, "were not exported");
    return;
  }
  const auto found = in.seen.received.find(name);
  const double received = found == in.seen.received.end() ? 0 : static_cast<double>(found->second);
  if (keeps_all(in.arm.tracing.sampler) && received == sampled)
    agreement.is(name + ": spans_created_total", of.created, received, "were received");
  agreement.lies_in(name + ": spans_exported_total", of.exported, troubled ? 0 : received, received, "were received");
  agreement.lies_in(name + ": trace_errors_total", of.errors, 0,
                    troubled ? sampled - of.exported : std::max(sampled - received, 0.0),
                    "were sampled and not received");
}

// Calls of tools that use the model, at least (an answer came) and at most (a request went).
struct Use {
  std::uint64_t least = 0, most = 0;
  std::uint64_t least_prompt = 0, most_prompt = 0, least_completion = 0, most_completion = 0;
};

std::map<std::string, Use> uses_of(const CheckInput& in) {
  std::map<std::string, Use> uses;
  for (const ObservedCall& call : in.seen.calls) {
    const auto tool = std::ranges::find(in.arm.tools, in.seen.tools.at(call.sample.tool), &ToolSpec::name);
    if (tool == in.arm.tools.end() || tool->llm.model.empty() || !sent(call)) continue;
    Use& use = uses[tool->llm.model];
    ++use.most;
    use.most_prompt += tool->llm.prompt_tokens;
    use.most_completion += tool->llm.completion_tokens;
    if (!answered(call)) continue;
    ++use.least;
    use.least_prompt += tool->llm.prompt_tokens;
    use.least_completion += tool->llm.completion_tokens;
  }
  return uses;
}

std::uint64_t compare_llm(const CheckInput& in, const Samples& all, Agreement& agreement) {
  std::uint64_t calls = 0;
  const auto within = [&](const std::string& what, double said, std::uint64_t least, std::uint64_t most) {
    agreement.lies_in(what, said, static_cast<double>(least), static_cast<double>(most), "by the calls made");
  };
  for (const auto& [model, use] : uses_of(in)) {
    const auto said = [&](const char* name, std::map<std::string, std::string> labels) {
      labels["model"] = model;
      return sum_of(all, name, labels).value_or(use.least == 0 ? 0 : missing);
    };
    calls += use.least;
    within(model + ": llm_requests_total", said("llm_requests_total", {}), use.least, use.most);
    within(model + ": llm_tokens_total of prompts", said("llm_tokens_total", {{"type", "prompt"}}), use.least_prompt,
           use.most_prompt);
    within(model + ": llm_tokens_total of completions", said("llm_tokens_total", {{"type", "completion"}}),
           use.least_completion, use.most_completion);
  }
  return calls;
}

// Every server is a mock of ours and was asked.
bool servers_observed(const CheckInput& in) {
  return std::ranges::all_of(in.scenario.topology.servers, [&](const ServerHop& hop) {
    return std::ranges::find(in.seen.processes, hop.name, &ObservedProcess::service) != in.seen.processes.end();
  });
}

}  // namespace

void check_metrics(const CheckInput& in, CheckResult& result) {
  result.unit = "count";
  result.expects = "at most";
  Agreement agreement;
  std::map<std::string, OfService> services;
  Samples all;
  for (const ObservedProcess& process : in.seen.processes) {
    const auto samples = parse_openmetrics(process.metrics);
    agreement.holds(samples.has_value(), [&] { return process.instance + ": /metrics is no OpenMetrics text"; });
    if (!samples) continue;
    OfService& of = services[process.service];
    of.started += process.started;
    of.sampled += process.sampled;
    of.created += figure(*samples, "spans_created_total");
    of.exported += figure(*samples, "spans_exported_total");
    of.errors += figure(*samples, "trace_errors_total");
    // A process that has sampled nothing has exported nothing: no sample before the first export.
    if (process.sampled > 0)
      agreement.is(process.instance + ": exporter_up", figure(*samples, "exporter_up"), 1, "while the receiver is up");
    all.insert(all.end(), samples->begin(), samples->end());
  }
  if (in.seen.processes.empty()) {
    result.detail = "not measured: no service of the arm is a mock with metrics";
    return;
  }
  OfService sum;
  for (const auto& [name, of] : services) {
    compare_spans(name, of, in, agreement);
    sum.created += of.created;
    sum.exported += of.exported;
    sum.errors += of.errors;
  }
  const std::uint64_t llm_calls = servers_observed(in) ? compare_llm(in, all, agreement) : 0;
  result.observed = result.low = result.high = static_cast<double>(agreement.wrong());
  result.verdict = agreement.wrong() == 0 ? Verdict::within : Verdict::exceeded;
  result.detail = fmt::format("{} of {} figures of {} services disagree", agreement.wrong(), agreement.statements(),
                              services.size());
  if (agreement.wrong() > 0) {
    result.detail += ": " + agreement.text();
    return;
  }
  result.detail +=
      fmt::format(": {} spans created, {} exported, {} not exported; {} calls of a language model",
                  counted(static_cast<std::uint64_t>(sum.created)), counted(static_cast<std::uint64_t>(sum.exported)),
                  counted(static_cast<std::uint64_t>(sum.errors)), counted(llm_calls));
}

}  // namespace tracetax
