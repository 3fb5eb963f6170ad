#include "mock_servers/sink/report_text.h"

#include <nlohmann/json.hpp>

namespace tracetax::sink {

namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

void add_counter(std::string& text, const std::string& name, const std::string& help, std::uint64_t value) {
  text += "# TYPE " + name + " counter\n# HELP " + name + " " + help + "\n" + name + "_total " + std::to_string(value) +
          "\n";
}

void append_little_endian(std::string& bytes, std::uint64_t value, int width) {
  for (int i = 0; i < width; ++i, value >>= 8) bytes += static_cast<char>(value & 0xff);
}

}  // namespace

std::string flush_json(const Totals& totals) {
  return dump({{"flushed", true},
               {"spans", totals.spans},
               {"requests", totals.requests},
               {"bytes", totals.bytes},
               {"refused", totals.refused},
               {"malformed", totals.malformed}});
}

std::string collect_json(const Collection& collection) {
  const Totals& totals = collection.totals;
  const TraceReport& traces = collection.traces;
  Json services = Json::object();
  for (const auto& [name, report] : traces.services) {
    services[name] = {{"spans", report.spans}, {"bytes", report.bytes}};
  }
  Json arrived = Json::array();
  for (const auto& [unix_ns, bytes] : collection.arrived) arrived.push_back({unix_ns, bytes});
  return dump({{"requests", totals.requests},
               {"bytes", totals.bytes},
               {"arrived", arrived},
               {"spans", totals.spans},
               {"duplicates", traces.duplicates},
               {"malformed", totals.malformed},
               {"refused", totals.refused},
               {"services", services},
               {"background", traces.background},
               {"traces", traces.traces},
               {"roots", traces.roots},
               {"multi_root", traces.multi_root},
               {"orphans", traces.orphans},
               {"service_sets", traces.service_sets}});
}

std::string forwarded_json(const ForwardCounts& counts) {
  return dump({{"spans", counts.spans},
               {"failed", counts.failed},
               {"refused", counts.refused},
               {"unanswered", counts.unanswered},
               {"pending_requests", counts.pending_requests}});
}

std::string stats_json(const Totals& totals, std::uint64_t held_bytes, const FaultCounts& faults, FaultMode in_force) {
  Json by_mode = Json::object();
  for (std::size_t mode = 1; mode < fault_modes; ++mode) {
    by_mode[std::string(to_string(static_cast<FaultMode>(mode)))] = faults.requests[mode];
  }
  return dump({{"held_bytes", held_bytes},
               {"requests", totals.requests},
               {"bytes", totals.bytes},
               {"spans", totals.spans},
               {"refused", totals.refused},
               {"malformed", totals.malformed},
               {"rejected_spans", faults.rejected_spans},
               {"fault", to_string(in_force)},
               {"faults", by_mode}});
}

std::string fault_json(const FaultPlan& plan) {
  const auto ms = [](Nanos time) { return static_cast<double>(time.count()) / 1e6; };
  return dump({{"mode", to_string(plan.mode)},
               {"delay_ms", ms(plan.delay)},
               {"share", plan.share},
               {"for_ms", ms(plan.lasts)}});
}

std::string counters_json(const CounterReport& report) {
  Json counters = Json::array();
  for (const CounterSum& sum : report.counters) {
    counters.push_back(
        {{"name", sum.name}, {"resource", sum.resource}, {"attributes", sum.attributes}, {"value", sum.value}});
  }
  return dump({{"requests", report.requests},
               {"points", report.points},
               {"malformed", report.malformed},
               {"newest_unix_ns", report.newest_unix_ns},
               {"grew_unix_ns", report.grew_unix_ns},
               {"counters", counters}});
}

std::string frames(std::vector<RawRequest> requests) {
  std::string bytes;
  std::size_t size = 0;
  for (const RawRequest& request : requests) size += 12 + request.protobuf.size();
  bytes.reserve(size);
  for (RawRequest& request : requests) {
    append_little_endian(bytes, request.protobuf.size(), 4);
    append_little_endian(bytes, request.arrived_unix_ns, 8);
    bytes += request.protobuf;
    // Otherwise a full store would be in memory twice.
    request.protobuf = std::string();
  }
  return bytes;
}

std::string openmetrics(const Totals& totals, std::uint64_t held_bytes, const FaultCounts& faults) {
  std::string text;
  add_counter(text, "otlp_sink_spans_received", "Spans decoded so far; exact after POST /flush.", totals.spans);
  add_counter(text, "otlp_sink_requests", "Export requests taken.", totals.requests);
  add_counter(text, "otlp_sink_bytes", "OTLP payload of the requests taken, after decompression.", totals.bytes);
  add_counter(text, "otlp_sink_refused", "Export requests turned away: memory full, or too large.", totals.refused);
  add_counter(text, "otlp_sink_malformed", "Requests that are no OTLP, and spans without valid ids.", totals.malformed);
  add_counter(text, "otlp_sink_rejected_spans", "Spans rejected by the fault partial; not among those received.",
              faults.rejected_spans);
  text += "# TYPE otlp_sink_faults counter\n# HELP otlp_sink_faults Requests that met a fault of POST /fault.\n";
  for (std::size_t mode = 1; mode < fault_modes; ++mode) {
    text += "otlp_sink_faults_total{mode=\"" + std::string(to_string(static_cast<FaultMode>(mode))) + "\"} " +
            std::to_string(faults.requests[mode]) + "\n";
  }
  text += "# TYPE otlp_sink_held_bytes gauge\n# HELP otlp_sink_held_bytes Payload held until it is collected.\n";
  text += "otlp_sink_held_bytes " + std::to_string(held_bytes) + "\n# EOF\n";
  return text;
}

}  // namespace tracetax::sink
