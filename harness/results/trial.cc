#include "harness/results/trial.h"

#include <algorithm>
#include <array>

namespace tracetax {
namespace {

constexpr std::array<std::string_view, outcome_count> outcome_names{"ok",        "tool_error",   "protocol_error",
                                                                    "timed_out", "disconnected", "never_sent"};

}  // namespace

std::string_view to_string(Outcome outcome) {
  return outcome_names.at(static_cast<std::size_t>(outcome));
}

std::optional<Outcome> outcome_from(std::string_view name) {
  const auto found = std::ranges::find(outcome_names, name);
  if (found == outcome_names.end()) return std::nullopt;
  return static_cast<Outcome>(found - outcome_names.begin());
}

void OutcomeCounts::add(Outcome outcome) {
  ++planned;
  switch (outcome) {
    case Outcome::ok:
      ++ok;
      return;
    case Outcome::tool_error:
      ++tool_error;
      return;
    case Outcome::protocol_error:
      ++protocol_error;
      return;
    case Outcome::timed_out:
      ++timed_out;
      return;
    case Outcome::disconnected:
      ++disconnected;
      return;
    case Outcome::never_sent:
      ++never_sent;
      return;
  }
}

bool OutcomeCounts::adds_up() const {
  return planned == ok + tool_error + protocol_error + timed_out + disconnected + never_sent;
}

OutcomeCounts& OutcomeCounts::operator+=(const OutcomeCounts& other) {
  planned += other.planned;
  ok += other.ok;
  tool_error += other.tool_error;
  protocol_error += other.protocol_error;
  timed_out += other.timed_out;
  disconnected += other.disconnected;
  never_sent += other.never_sent;
  return *this;
}

OutcomeCounts count_outcomes(const std::vector<Sample>& samples) {
  OutcomeCounts counts;
  for (const Sample& sample : samples) counts.add(sample.outcome);
  return counts;
}

SpanCounts& SpanCounts::operator+=(const SpanCounts& other) {
  started += other.started;
  sampled += other.sampled;
  received += other.received;
  bytes += other.bytes;
  return *this;
}

std::uint64_t TraceSummary::complete(const std::string& service_set) const {
  const auto found = service_sets.find(service_set);
  return found == service_sets.end() ? 0 : found->second;
}

}  // namespace tracetax
