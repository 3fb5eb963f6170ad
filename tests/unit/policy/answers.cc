#include "answers.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace tracetax::policy {

std::string data_file(const std::string& name) {
  return std::string(TRACETAX_SOURCE_DIR) + "/tests/data/policy/" + name;
}

std::string read_text(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw std::runtime_error("cannot read " + file);
  return text.str();
}

const nlohmann::json& known_answers() {
  static const nlohmann::json answers = nlohmann::json::parse(read_text(data_file("answers.json")));
  return answers;
}

std::vector<otlp::Trace> known_traces() {
  return otlp::group_by_trace(otlp::decode(read_text(data_file("traces.otlp"))).value().spans);
}

Pipeline pipeline_of(const std::string& processors) {
  return load_collector_config_text(processors, "made.yaml").pipelines.at(0);
}

Pipeline tail_of(const std::string& settings) {
  return pipeline_of("tail_sampling: { " + settings + " }");
}

otlp::Trace made_trace(std::uint64_t number, const std::vector<MadeSpan>& spans) {
  static const auto resource = std::make_shared<otlp::Resource>(otlp::Resource{"made"});
  otlp::Trace trace;
  for (std::size_t i = 0; i < 8; ++i) trace.id[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  trace.id[0] = 1;
  for (const MadeSpan& made : spans) {
    otlp::Span& span = trace.spans.emplace_back();
    span.trace = trace.id;
    span.id[7] = static_cast<std::uint8_t>(trace.spans.size());
    if (!made.root) span.parent = otlp::SpanId{9};
    span.resource = resource;
    span.name = "step";
    span.status = made.status;
    span.start_unix_ns = span.end_unix_ns = 1'700'000'000'000'000'000;
    span.arrived_unix_ns = 1'700'000'000'000'000'000 + static_cast<std::int64_t>(made.arrived_s * 1e9);
  }
  return trace;
}

}  // namespace tracetax::policy
