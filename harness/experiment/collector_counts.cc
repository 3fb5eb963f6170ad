#include "harness/experiment/collector_counts.h"

#include <charconv>
#include <map>
#include <optional>

namespace tracetax {
namespace {

struct Line {
  std::string_view name{};
  std::string_view labels{};
  double value = 0;
};

// `name{label="value",…} 12`. Labels' values may have spaces and braces in them; names and numbers have none.
std::optional<Line> read_line(std::string_view line) {
  if (line.empty() || line.front() == '#') return {};
  const auto space = line.rfind(' ');
  if (space == std::string_view::npos) return {};
  Line read;
  const std::string_view number = line.substr(space + 1);
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), read.value);
  if (error != std::errc() || end != number.data() + number.size()) return {};
  const std::string_view series = line.substr(0, space);
  const auto brace = series.find('{');
  read.name = series.substr(0, brace);
  if (brace != std::string_view::npos) read.labels = series.substr(brace);
  if (read.name.ends_with("_total")) read.name.remove_suffix(6);
  return read;
}

bool has_label(std::string_view labels, std::string_view name, std::string_view value) {
  const std::string wanted = std::string(name) + "=\"" + std::string(value);
  const auto at = labels.find(wanted);
  if (at == std::string_view::npos) return false;
  // "memory_limiter/2" is of the type memory_limiter.
  const char next = at + wanted.size() < labels.size() ? labels[at + wanted.size()] : '"';
  return next == '"' || next == '/';
}

}  // namespace

CollectorCounts read_collector_counts(std::string_view prometheus, const CollectorShape& shape) {
  CollectorCounts counts;
  bool received = false;
  std::uint64_t limited = 0, incoming = 0, outgoing = 0, not_queued = 0;
  while (!prometheus.empty()) {
    const auto end = prometheus.find('\n');
    const auto line = read_line(prometheus.substr(0, end));
    prometheus.remove_prefix(end == std::string_view::npos ? prometheus.size() : end + 1);
    if (!line) continue;
    const auto value = static_cast<std::uint64_t>(line->value);
    const std::string_view name = line->name;
    const bool traces = has_label(line->labels, "otel_signal", "traces");
    if (name == "otelcol_receiver_accepted_spans") {
      received = true;
      counts.accepted += value;
    } else if (name == "otelcol_receiver_refused_spans" || name == "otelcol_receiver_failed_spans") {
      counts.refused += value;
    } else if (name == "otelcol_exporter_sent_spans") {
      counts.sent += value;
    } else if (name == "otelcol_exporter_send_failed_spans") {
      counts.send_failed += value;
    } else if (name == "otelcol_exporter_enqueue_failed_spans") {
      not_queued += value;
    } else if (name == "otelcol_exporter_queue_size" && has_label(line->labels, "data_type", "traces")) {
      counts.queued_requests += value;
    } else if (name == "otelcol_processor_memory_limiter_refused_spans" || name == "otelcol_processor_refused_spans") {
      limited += value;
    } else if (name == "otelcol_processor_incoming_items" && traces &&
               !has_label(line->labels, "processor", "memory_limiter")) {
      incoming += value;
    } else if (name == "otelcol_processor_outgoing_items" && traces &&
               !has_label(line->labels, "processor", "memory_limiter")) {
      outgoing += value;
    }
  }
  counts.limited = limited;
  counts.filtered = incoming > outgoing ? incoming - outgoing : 0;
  if (shape.answers_early) counts.not_queued = not_queued;
  if (!shape.answers_early && !shape.queues) counts.send_failed = 0;  // it is the sender's to send again
  if (shape.limits_late) counts.limited_late = limited > counts.refused ? limited - counts.refused : 0;
  if (shape.trace_pipelines != 1) {
    counts.problem =
        "it has " + std::to_string(shape.trace_pipelines) + " pipelines of traces, which count a span each";
  } else if (!shape.counts_no_spans.empty()) {
    counts.problem = shape.counts_no_spans + " counts what it drops in traces, not in spans";
  } else if (!received) {
    counts.problem = "its telemetry says nothing of what it received";
  }
  return counts;
}

}  // namespace tracetax
