#include "tests/integration/services/chain.h"

namespace tracetax::test {

std::vector<Trace> Sink::traces() {
  std::vector<Trace> found;
  const auto reply = http_request("GET", process_.admin() + "/traces");
  const Json document = Json::parse(reply.body);
  for (const auto& trace : document.at("traces")) {
    std::vector<SpanView> spans;
    for (const auto& span : trace.at("spans")) {
      SpanView view;
      view.trace_id = trace.at("trace_id");
      view.service = span.at("service");
      view.name = span.at("name");
      view.span_id = span.at("span_id");
      view.parent_id = span.value("parent_span_id", "");
      view.kind = span.at("kind");
      view.status = span.at("status");
      view.description = span.value("status_message", "");
      view.attributes = span.value("attributes", Json::object());
      for (const auto& link : span.value("links", Json::array())) view.links.push_back(link.at("span_id"));
      for (const auto& event : span.value("events", Json::array())) view.events.push_back(event.at("name"));
      spans.push_back(std::move(view));
    }
    found.emplace_back(std::move(spans));
  }
  return found;
}

}  // namespace tracetax::test
