// Log lines and exemplars against the spans that arrived.
#include <algorithm>
#include <set>
#include <unordered_map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "harness/base/text.h"
#include "harness/sampling/check_parts.h"
#include "harness/sampling/openmetrics.h"
#include "harness/scenario/service_names.h"

namespace tracetax {
namespace {

using Json = nlohmann::json;

// "TRACE/SPAN" in hexadecimal, to the service that the span is of.
using Arrived = std::unordered_map<std::string, std::string>;

Arrived arrived_spans(const std::vector<otlp::Trace>& traces) {
  Arrived spans;
  for (const otlp::Trace& trace : traces) {
    const std::string id = otlp::to_hex(trace.id) + "/";
    for (const otlp::Span& span : trace.spans) spans.emplace(id + otlp::to_hex(span.id), span.service());
  }
  return spans;
}

struct Found {
  std::uint64_t lines = 0, sampled = 0, exemplars = 0;
  std::uint64_t unreadable = 0;
  std::uint64_t without_ids = 0;    // lines of sampled calls
  std::uint64_t of_another = 0;     // the span is one of another service
  std::set<std::string> unknown{};  // ids of spans that did not arrive
  std::uint64_t missing = 0;        // sampled calls that no line of a service they passed speaks of
  std::set<std::string> traces{};   // "SERVICE/TRACE" of the lines
};

void look_up(const std::string& trace, const std::string& span, const std::string& service, const Arrived& arrived,
             Found& found) {
  const std::string ids = trace + "/" + span;
  const auto known = arrived.find(ids);
  if (known == arrived.end()) {
    found.unknown.insert(ids);
  } else if (known->second != service) {
    ++found.of_another;
  }
}

void read_line(const std::string& text, const std::string& service, const Arrived& arrived, Found& found) {
  ++found.lines;
  const Json line = Json::parse(text, nullptr, false);
  if (!line.is_object() || !line.contains("sampled")) {
    ++found.unreadable;
    return;
  }
  const auto word = [&](const char* key) {
    const auto at = line.find(key);
    return at != line.end() && at->is_string() ? at->get<std::string>() : std::string();
  };
  const std::string trace = word("trace_id");
  const std::string span = word("span_id");
  // A trace that was kept late, for having failed, was not sampled yet when the line was written.
  if (!trace.empty()) found.traces.insert(service + "/" + trace);
  if (line["sampled"] != true) return;
  ++found.sampled;
  if (trace.empty() || span.empty()) {
    ++found.without_ids;
  } else {
    look_up(trace, span, service, arrived, found);
  }
}

void read_process(const ObservedProcess& process, const Arrived& arrived, Found& found) {
  const std::string service = name_in_spans(process.service);
  std::string_view rest = *process.calls;
  while (!rest.empty()) {
    const std::size_t length = std::min(rest.find('\n'), rest.size());
    read_line(std::string(rest.substr(0, length)), service, arrived, found);
    rest.remove_prefix(std::min(length + 1, rest.size()));
  }
  const auto samples = parse_openmetrics(process.metrics);
  if (!samples) {
    ++found.unreadable;
    return;
  }
  for (const MetricSample& sample : *samples) {
    if (sample.exemplar.empty()) continue;
    ++found.exemplars;
    const auto trace = sample.exemplar.find("trace_id");
    const auto span = sample.exemplar.find("span_id");
    if (trace == sample.exemplar.end() || span == sample.exemplar.end()) {
      ++found.without_ids;
    } else {
      look_up(trace->second, span->second, service, arrived, found);
    }
  }
}

// Whoever sees the trace of a call must find it in the log of every service that the call passed.
void find_missing(const CheckInput& in, const std::vector<otlp::Trace>& traces, Found& found) {
  std::set<std::string> logging;
  for (const ObservedProcess& process : in.seen.processes) {
    if (process.calls) logging.insert(name_in_spans(process.service));
  }
  const Links links = link_calls(in.seen, traces);
  for (std::size_t i = 0; i < in.seen.calls.size(); ++i) {
    if (!links.trace_of_call[i] || !answered(in.seen.calls[i])) continue;
    const otlp::Trace& trace = traces[*links.trace_of_call[i]];
    const std::string id = otlp::to_hex(trace.id);
    for (const std::string& service : logging) {
      if (has_service(trace, service) && !found.traces.contains(service + "/" + id)) ++found.missing;
    }
  }
}

std::string faults_of(const Found& found) {
  std::string text;
  const auto add = [&](std::uint64_t count, const char* what) {
    if (count > 0) text += fmt::format("; {} {}", counted(count), what);
  };
  add(found.unreadable, "lines or metrics cannot be read");
  add(found.without_ids, "sampled lines or exemplars have no ids");
  add(found.of_another, "name a span of another service");
  add(found.unknown.size(), "name a span that did not arrive");
  add(found.missing, "sampled calls are in no line of a service they passed");
  if (!found.unknown.empty()) text += ", such as " + *found.unknown.begin();
  return text;
}

}  // namespace

void check_logs(const CheckInput& in, CheckResult& result) {
  result.unit = "count";
  result.expects = "at most";
  if (!in.scenario.collectors.empty() && !in.seen.offered) {
    result.detail = "not measured: what the services sent is not seen before the Collector while there is a fault";
    return;
  }
  const std::vector<otlp::Trace>& traces = in.seen.offered ? *in.seen.offered : in.seen.kept;
  const Arrived arrived = arrived_spans(traces);
  Found found;
  for (const ObservedProcess& process : in.seen.processes) {
    if (process.calls) read_process(process, arrived, found);
  }
  find_missing(in, traces, found);
  if (found.sampled == 0 && found.missing == 0) {
    result.detail = fmt::format("not measured: none of {} log lines is of a sampled call", counted(found.lines));
    return;
  }
  std::uint64_t lost = 0;
  for (const ObservedStep& step : in.seen.steps) {
    for (const auto& [service, counts] : step.spans) lost += counts.lost();
  }
  const bool no_exemplar = found.exemplars == 0 && found.sampled > 0;
  const std::uint64_t certain = found.unreadable + found.without_ids + found.of_another + found.missing;
  const std::uint64_t wrong = certain + found.unknown.size() + (no_exemplar ? 1 : 0);
  result.observed = result.low = result.high = static_cast<double>(wrong);
  // A span that was lost on its way is not the log's fault.
  if (wrong == 0) {
    result.verdict = Verdict::within;
  } else if (certain > 0 || no_exemplar || found.unknown.size() > lost) {
    result.verdict = Verdict::exceeded;
  }
  result.detail = fmt::format("{} log lines, {} of sampled calls, and {} exemplars", counted(found.lines),
                              counted(found.sampled), counted(found.exemplars));
  if (no_exemplar) result.detail += "; the metrics have no exemplar though calls were sampled";
  result.detail += faults_of(found);
  if (lost > 0) result.detail += fmt::format("; {} spans were lost on their way", counted(lost));
}

}  // namespace tracetax
