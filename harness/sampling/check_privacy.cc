#include <map>
#include <set>

#include <fmt/format.h>

#include "harness/sampling/check_parts.h"

namespace tracetax {
namespace {

// Calls `look` with every text of a span and where it stands.
template <class Look>
void each_text(const otlp::Attributes& attributes, const std::string& where, const Look& look) {
  for (const otlp::Attribute& one : attributes) {
    look(one.key, where + " key");
    look(otlp::to_text(one.value), where + " " + one.key);
  }
}

template <class Look>
void each_text(const otlp::Span& span, const Look& look) {
  look(span.name, "span name");
  look(span.scope, "scope");
  look(span.trace_state, "tracestate");
  look(span.status_message, "status");
  each_text(span.attributes, "attribute", look);
  each_text(span.resource->attributes, "resource", look);
  for (const otlp::Event& event : span.events) {
    look(event.name, "event name");
    each_text(event.attributes, "event attribute", look);
  }
  for (const otlp::Link& link : span.links) each_text(link.attributes, "link attribute", look);
}

}  // namespace

// The whole of what was received is searched, also what a Collector was sent and dropped: it left the process.
void check_privacy(const PrivacyCheck& check, const CheckInput& in, CheckResult& result) {
  result.unit = "count";
  result.expects = "at most";
  std::uint64_t spans = 0;
  std::uint64_t leaking = 0;
  std::map<std::string, std::uint64_t> places;
  const auto search = [&](const std::vector<otlp::Trace>& traces) {
    for (const otlp::Trace& trace : traces) {
      for (const otlp::Span& span : trace.spans) {
        ++spans;
        std::set<std::string> found;
        each_text(span, [&](const std::string& text, const std::string& where) {
          for (const std::string& secret : check.secrets) {
            if (text.find(secret) != std::string::npos) found.insert(span.service() + " " + where);
          }
        });
        if (!found.empty()) ++leaking;
        for (const std::string& place : found) ++places[place];
      }
    }
  };
  search(in.seen.kept);
  if (in.seen.offered) search(*in.seen.offered);
  if (spans == 0) {
    result.detail = "not measured: no span was received";
    return;
  }
  result.observed = result.low = result.high = static_cast<double>(leaking);
  result.verdict = leaking == 0 ? Verdict::within : Verdict::exceeded;
  result.detail = fmt::format("{} of {} received spans hold a secret", counted(leaking), counted(spans));
  std::size_t told = 0;
  for (const auto& [place, count] : places) {
    if (told++ == 4) break;
    result.detail += fmt::format("{}{} ({})", told == 1 ? ": " : ", ", place, counted(count));
  }
}

}  // namespace tracetax
