#include "mock_servers/common/service_metrics.h"

#include <iterator>

#include <fmt/format.h>
#include <unistd.h>

namespace tracetax::service {
namespace {

void add_counter(std::string& out, std::string_view name, std::string_view help, std::uint64_t value) {
  fmt::format_to(std::back_inserter(out), "# TYPE {0} counter\n# HELP {0} {1}\n{0}_total {2}\n", name, help, value);
}

nlohmann::ordered_json spans_json(const telemetry::SpanCounts& spans) {
  return {{"started", spans.started},
          {"sampled", spans.sampled},
          {"ended", spans.ended},
          {"exported", spans.exported},
          {"export_failed", spans.export_failed},
          {"exports", spans.exports},
          {"kept_late", spans.kept_late},
          {"held_dropped", spans.held_dropped},
          {"rejected", spans.rejected},
          {"retries", spans.retries}};
}

// The names that the Enterprise AI text gives to the same counts.
void add_eai_families(std::string& out, const telemetry::SpanCounts& spans) {
  add_counter(out, "spans_created", "Spans started by the service.", spans.started);
  add_counter(out, "spans_exported", "Spans that the receiver has acknowledged.", spans.exported);
  add_counter(out, "trace_errors", "Spans whose export failed or was rejected.", spans.export_failed);
  out += "# TYPE exporter_up gauge\n# HELP exporter_up Whether the last export was acknowledged; none before one.\n";
  if (spans.exporter_up) fmt::format_to(std::back_inserter(out), "exporter_up {}\n", *spans.exporter_up ? 1 : 0);
}

}  // namespace

std::string openmetrics(const ServiceNumbers& numbers, const std::string& more) {
  std::string out;
  const auto& spans = numbers.spans;
  add_counter(out, "tracetax_spans_started", "Spans started by the service.", spans.started);
  add_counter(out, "tracetax_spans_sampled", "Spans recorded and marked sampled.", spans.sampled);
  add_counter(out, "tracetax_spans_ended", "Sampled spans handed to the batch processor.", spans.ended);
  add_counter(out, "tracetax_spans_exported", "Spans in exports that were acknowledged.", spans.exported);
  add_counter(out, "tracetax_spans_export_failed", "Spans in exports that failed, and rejected ones.",
              spans.export_failed);
  add_counter(out, "tracetax_spans_rejected", "Spans that a receiver rejected of an export it took.", spans.rejected);
  add_counter(out, "tracetax_span_exports", "Export calls.", spans.exports);
  add_counter(out, "tracetax_spans_kept_late", "Sampled spans chosen when their trace had failed or been slow.",
              spans.kept_late);
  add_counter(out, "tracetax_spans_held_dropped", "Spans dropped while they waited for that, for want of room.",
              spans.held_dropped);
  add_counter(out, "tracetax_span_export_retries", "Attempts of exports beyond their first.", spans.retries);
  add_eai_families(out, spans);
  const auto& requests = numbers.requests;
  fmt::format_to(
      std::back_inserter(out),
      "# TYPE tracetax_requests counter\n# HELP tracetax_requests Requests answered or cancelled, by outcome.\n"
      "tracetax_requests_total{{outcome=\"ok\"}} {}\n"
      "tracetax_requests_total{{outcome=\"tool_error\"}} {}\n"
      "tracetax_requests_total{{outcome=\"protocol_error\"}} {}\n"
      "tracetax_requests_total{{outcome=\"cancelled\"}} {}\n"
      "# TYPE tracetax_requests_in_flight gauge\n"
      "# HELP tracetax_requests_in_flight Requests being worked on.\n"
      "tracetax_requests_in_flight {}\n"
      "# TYPE process_start_time_seconds gauge\n# UNIT process_start_time_seconds seconds\n"
      "# HELP process_start_time_seconds When the process started, since 1970.\n"
      "process_start_time_seconds {:.3f}\n",
      requests.ok, requests.tool_error, requests.protocol_error, requests.cancelled, requests.in_flight,
      numbers.started_at);
  out += more;
  if (!out.ends_with('\n')) out += '\n';
  return out + "# EOF\n";
}

std::string stats_json(const ServiceNumbers& numbers) {
  const nlohmann::ordered_json out{{"service", numbers.service},
                                   {"pid", getpid()},
                                   {"spans", spans_json(numbers.spans)},
                                   {"requests", numbers.requests.total()}};
  return out.dump() + "\n";
}

std::string arrivals_json(std::span<const Nanos> times, std::uint64_t missed) {
  std::string out = fmt::format("{{\"missed\":{}", missed);
  if (!times.empty()) out += fmt::format(",\"first_ns\":{}", times.front().count());
  out += ",\"gaps_ns\":[";
  for (std::size_t i = 1; i < times.size(); ++i) {
    fmt::format_to(std::back_inserter(out), "{}{}", i > 1 ? "," : "", (times[i] - times[i - 1]).count());
  }
  return out + "]}\n";
}

std::string flush_json(bool flushed, const telemetry::SpanCounts& spans) {
  const nlohmann::ordered_json out{{"flushed", flushed}, {"spans", spans_json(spans)}};
  return out.dump() + "\n";
}

}  // namespace tracetax::service
