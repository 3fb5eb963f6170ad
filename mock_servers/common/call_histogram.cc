#include "mock_servers/common/call_histogram.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "mock_servers/common/span_ids.h"

namespace tracetax::service {

namespace {

constexpr const char* family = "tracetax_call_duration_seconds";

// OpenMetrics' canonical numbers: a whole one has ".0".
std::string bound_text(double bound) {
  std::string text = fmt::format("{}", bound);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

}  // namespace

void CallHistogram::add(const ServedCall& call, double unix_now) {
  if (call.outcome == CallOutcome::cancelled) return;  // it has no answer to measure to
  const double seconds = to_seconds(call.took);
  const auto place = std::lower_bound(bounds.begin(), bounds.end(), seconds);  // a bound belongs to its bucket
  Bucket& bucket = buckets_[static_cast<std::size_t>(place - bounds.begin())];
  ++bucket.count;
  ++count_;
  sum_ += call.took;
  if (call.span.IsValid() && call.span.IsSampled()) bucket.exemplar = {call.span, seconds, unix_now};
}

std::string CallHistogram::openmetrics() const {
  std::string out = fmt::format(
      "# TYPE {0} histogram\n# UNIT {0} seconds\n"
      "# HELP {0} Calls of tools, from the whole request to the whole answer.\n",
      family);
  std::uint64_t cumulated = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    const Bucket& bucket = buckets_[i];
    cumulated += bucket.count;
    const std::string bound = i < bounds.size() ? bound_text(bounds[i]) : "+Inf";
    fmt::format_to(std::back_inserter(out), "{}_bucket{{le=\"{}\"}} {}", family, bound, cumulated);
    if (const Exemplar& exemplar = bucket.exemplar; exemplar.span.IsValid()) {
      fmt::format_to(std::back_inserter(out), " # {{trace_id=\"{}\",span_id=\"{}\"}} {:.9f} {:.3f}",
                     trace_id_of(exemplar.span), span_id_of(exemplar.span), exemplar.seconds, exemplar.unix_time);
    }
    out += '\n';
  }
  fmt::format_to(std::back_inserter(out), "{0}_count {1}\n{0}_sum {2:.9f}\n", family, count_, to_seconds(sum_));
  return out;
}

}  // namespace tracetax::service
