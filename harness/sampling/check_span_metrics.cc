#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "harness/sampling/check_parts.h"
#include "harness/scenario/service_names.h"

namespace tracetax {
namespace {

using Counts = std::map<SpanGroup, std::uint64_t>;

// The connector `span_metrics` v0.157.0: attributes service.name, span.name and span.kind of each point, kinds as in
// OTLP's SpanKind.
otlp::Kind kind_of_text(const std::string& text) {
  using otlp::Kind;
  for (const Kind kind : {Kind::internal, Kind::server, Kind::client, Kind::producer, Kind::consumer}) {
    std::string name = "SPAN_KIND_";
    for (const char c : otlp::to_string(kind)) name += static_cast<char>(c - 'a' + 'A');
    if (text == name) return kind;
  }
  return Kind::unspecified;
}

Counts count_metrics(const SpanCounters& counters, const std::string& wanted) {
  Counts counts;
  for (const SpanCounter& counter : counters.counters) {
    if (counter.name != wanted) continue;
    const auto text = [&](const char* key) {
      const auto found = counter.attributes.find(key);
      return found == counter.attributes.end() ? std::string() : found->second;
    };
    counts[{text("service.name"), text("span.name"), kind_of_text(text("span.kind"))}] +=
        static_cast<std::uint64_t>(std::llround(counter.value));
  }
  return counts;
}

Counts count_spans(const ArmObservation& seen) {
  Counts counts = seen.before_first_call;
  for (const otlp::Trace& trace : *seen.offered) {
    for (const otlp::Span& span : trace.spans) ++counts[{std::string(span.service()), span.name, span.kind}];
  }
  return counts;
}

const std::string& first_hop(const Topology& topology) {
  if (topology.router) return topology.router->name;
  return topology.gateway ? topology.gateway->name : topology.servers.front().name;
}

std::uint64_t servers_of(const Counts& counts, const std::string& service) {
  std::uint64_t sum = 0;
  for (const auto& [group, count] : counts) {
    if (group.service == service && group.kind == otlp::Kind::server) sum += count;
  }
  return sum;
}

// Between the services and the first Collector. A sampler of the services is no loss.
std::uint64_t lost_on_the_way(const ArmObservation& seen) {
  std::uint64_t lost = seen.tap ? seen.tap->failed : 0;
  for (const ObservedStep& step : seen.steps) {
    for (const auto& [service, spans] : step.spans) lost += spans.sampled - std::min(spans.sampled, spans.received);
  }
  return lost;
}

}  // namespace

void check_span_metrics(const SpanMetricsCheck& check, const CheckInput& in, CheckResult& result) {
  result.unit = "count";
  result.expects = "equal to";
  const auto calls = static_cast<std::uint64_t>(std::ranges::count_if(in.seen.calls, sent));
  result.expected = static_cast<double>(calls);
  if (!in.seen.offered || !in.seen.span_counters) {
    result.detail = "not measured: what the Collector was sent is not known (there is none, or a `fault` is under way)";
    return;
  }
  const Counts counted_by_it = count_metrics(*in.seen.span_counters, check.counter);
  if (counted_by_it.empty()) {
    result.verdict = in.seen.span_counters->newest_unix_ns > 0 ? Verdict::exceeded : Verdict::inconclusive;
    result.detail =
        in.seen.span_counters->newest_unix_ns > 0
            ? fmt::format("none of the metrics that came is a counter {}", check.counter)
            : "not measured: no metrics came; is `sampling.drain` longer than metrics_flush_interval, and is "
              "there a pipeline of metrics with the connector as its receiver?";
    return;
  }
  const Counts made = count_spans(in.seen);
  std::uint64_t groups = 0, wrong = 0, missing = 0;
  std::string example;
  const auto compare = [&](const SpanGroup& group, std::uint64_t spans, std::uint64_t counts) {
    ++groups;
    if (spans == counts) return;
    ++wrong;
    if (counts < spans) missing += spans - counts;
    if (example.empty())
      example = fmt::format("; {} {} ({}): {} spans, {} counted", group.service, group.name,
                            otlp::to_string(group.kind), counted(spans), counted(counts));
  };
  for (const auto& [group, spans] : made) {
    const auto found = counted_by_it.find(group);
    compare(group, spans, found == counted_by_it.end() ? 0 : found->second);
  }
  for (const auto& [group, counts] : counted_by_it) {
    if (!made.contains(group)) compare(group, 0, counts);
  }
  // Of the first hop's SERVER spans those that are of calls.
  const std::string service = name_in_spans(first_hop(in.scenario.topology));
  const Links links = link_calls(in.seen, *in.seen.offered);
  std::uint64_t with_span = 0;
  for (std::size_t i = 0; i < in.seen.calls.size(); ++i)
    with_span += sent(in.seen.calls[i]) && links.trace_of_call[i] ? 1 : 0;
  const std::uint64_t others = servers_of(made, service) - std::min(servers_of(made, service), with_span);
  const std::uint64_t all = servers_of(counted_by_it, service);
  const std::uint64_t observed = all - std::min(all, others);
  result.observed = result.low = result.high = static_cast<double>(observed);
  result.detail = fmt::format(
      "{} counted {} of {} calls by the server spans of {}; {} of {} counts by service, name and "
      "kind are not the number of spans{}",
      check.counter, counted(observed), counted(calls), service, counted(wrong), counted(groups), example);
  if (wrong == 0 && observed == calls) {
    result.verdict = Verdict::within;
  } else if (const std::uint64_t lost = lost_on_the_way(in.seen); lost > 0) {
    result.detail += fmt::format("; {} spans never reached the Collector, which cannot count them", counted(lost));
  } else if (missing > 0 && in.seen.span_counters->grew_unix_ns == in.seen.span_counters->newest_unix_ns) {
    result.detail += "; the last metrics still grew: `sampling.drain` is too short to say";
  } else {
    result.verdict = Verdict::exceeded;
    if (with_span < calls)
      result.detail += fmt::format("; of {} calls no span was sent to the Collector", counted(calls - with_span));
  }
}

}  // namespace tracetax
