#include "harness/results/decision_csv.h"

#include <fmt/format.h>

#include "harness/results/gzip.h"

namespace tracetax {

std::string decision_csv_gz(const std::vector<Decision>& decisions) {
  GzipWriter out;
  out.push("call,step,tool,outcome,due_unix_ns,latency_ns,service_time_ns,trace_id\n");
  for (const Decision& d : decisions) {
    out.push(fmt::format("{},{},{},{},{},{},{},{}\n", d.id, d.step + 1, d.tool, to_string(d.sample.outcome),
                         d.due_unix_ns, d.sample.latency().count(), d.sample.service_time().count(), d.trace));
  }
  return out.finish();
}

}  // namespace tracetax
