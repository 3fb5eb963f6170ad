#include "harness/scenario/environment_arm.h"

#include <charconv>

namespace tracetax {
namespace {

using Variables = std::map<std::string, std::string>;

// The first that is set; an empty value is as good as none (specification).
std::string value_of(const Variables& variables, std::initializer_list<const char*> names) {
  for (const char* const name : names) {
    const auto found = variables.find(name);
    if (found != variables.end() && !found->second.empty()) return found->second;
  }
  return {};
}

constexpr const char* sampler_variable = "OTEL_TRACES_SAMPLER";
constexpr const char* argument_variable = "OTEL_TRACES_SAMPLER_ARG";
constexpr const char* exporter_variable = "OTEL_TRACES_EXPORTER";
constexpr const char* disabled_variable = "OTEL_SDK_DISABLED";

constexpr std::array<std::pair<std::string_view, SamplerType>, 6> samplers{
    {{"always_on", SamplerType::always_on},
     {"always_off", SamplerType::always_off},
     {"traceidratio", SamplerType::traceidratio},
     {"parentbased_always_on", SamplerType::parentbased_always_on},
     {"parentbased_always_off", SamplerType::parentbased_always_off},
     {"parentbased_traceidratio", SamplerType::parentbased_traceidratio}}};

// Variables of a fixed vocabulary.
const std::map<std::string_view, std::vector<std::string_view>>& vocabularies() {
  static const std::map<std::string_view, std::vector<std::string_view>> words{
      {sampler_variable,
       {"always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off",
        "parentbased_traceidratio"}},
      {exporter_variable, {"otlp", "console", "none"}},
      {"OTEL_EXPORTER_OTLP_PROTOCOL", {"grpc", "http/protobuf"}},
      {"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", {"grpc", "http/protobuf"}},
      {"OTEL_EXPORTER_OTLP_COMPRESSION", {"gzip", "none"}},
      {"OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", {"gzip", "none"}},
      {disabled_variable, {"true", "false"}},
  };
  return words;
}

std::optional<std::uint64_t> whole_number(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_whole_number(std::string_view name) {
  return name.starts_with("OTEL_BSP_") || name.ends_with("_TIMEOUT");
}

std::optional<double> ratio_of(const std::string& text) {
  const auto ratio = shapes::parse_number(text);
  return ratio && *ratio >= 0 && *ratio <= 1 ? ratio : std::nullopt;
}

}  // namespace

TracingConfig meaning_of(const Variables& variables) {
  TracingConfig tracing;
  tracing.sampler.type = SamplerType::parentbased_always_on;
  const std::string sampler = value_of(variables, {sampler_variable});
  for (const auto& [word, type] : samplers) {
    if (sampler == word) tracing.sampler.type = type;
  }
  if (value_of(variables, {disabled_variable}) == "true") tracing.sampler.type = SamplerType::none;
  if (has_fixed_ratio(tracing.sampler)) {
    tracing.sampler.ratio = ratio_of(value_of(variables, {argument_variable})).value_or(tracing.sampler.ratio);
  }
  const std::string exporter = value_of(variables, {exporter_variable});
  const std::string protocol =
      value_of(variables, {"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"});
  tracing.exporter.type = exporter == "console"         ? ExporterType::console
                          : exporter == "none"          ? ExporterType::none
                          : protocol == "http/protobuf" ? ExporterType::otlp_http
                                                        : ExporterType::otlp_grpc;
  tracing.exporter.endpoint =
      value_of(variables, {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"});
  if (const auto delay = whole_number(value_of(variables, {"OTEL_BSP_SCHEDULE_DELAY"})))
    tracing.batch.delay = std::chrono::milliseconds(*delay);
  if (const auto queue = whole_number(value_of(variables, {"OTEL_BSP_MAX_QUEUE_SIZE"}))) tracing.batch.queue = *queue;
  if (const auto size = whole_number(value_of(variables, {"OTEL_BSP_MAX_EXPORT_BATCH_SIZE"})))
    tracing.batch.size = *size;
  return tracing;
}

namespace shapes {
namespace {

constexpr std::string_view key_of_environment = "environment";

void check_variable(Reading& reading, const Entry& entry, const Variables& variables) {
  const std::string& name = entry.key;
  const std::string& value = entry.value.text;
  const auto key = reading.inside(name);
  if (!name.starts_with("OTEL_")) {
    reading.finding(entry.place, "is no variable of OpenTelemetry's", "their names begin with OTEL_");
    return;
  }
  if (const auto words = vocabularies().find(name); words != vocabularies().end()) {
    if (std::ranges::find(words->second, value) == words->second.end())
      reading.finding(entry.value.place, "unknown word `" + value + "`", hint_towards(value, words->second));
  } else if (name == argument_variable) {
    const std::string sampler = value_of(variables, {sampler_variable});
    if (!sampler.ends_with("traceidratio")) {
      reading.finding(entry.place, "has no meaning without a sampler that takes a ratio",
                      "set OTEL_TRACES_SAMPLER to traceidratio or parentbased_traceidratio");
    } else if (!ratio_of(value)) {
      reading.finding(entry.value.place, "must be a number from 0 to 1, got `" + value + "`", "10 % is 0.1");
    }
  } else if (is_whole_number(name) && whole_number(value).value_or(0) == 0) {
    reading.finding(entry.value.place, "must be a whole number above 0, got `" + value + "`",
                    "times are milliseconds in these variables");
  }
}

Shape<Variables> variables() {
  Shape<Variables> shape = texts_by_name();
  shape.read = [texts = texts_by_name()](Reading& reading, const Node& node, Variables& out) {
    texts.read(reading, node, out);
    if (!reading.sound(reading.path())) return;
    for (const Entry& entry : node.entries) check_variable(reading, entry, out);
    if (out.empty()) reading.finding(node.place, "must not be empty", "give at least OTEL_TRACES_SAMPLER");
  };
  return shape;
}

}  // namespace

Field<Arm> arm_tracing() {
  const auto config = tracing();
  const auto read = [config](Reading& reading, const Node& node, Arm& arm) {
    const Entry* const only = node.kind == Node::Kind::map ? node.find(key_of_environment) : nullptr;
    if (!only) return config.read(reading, node, arm.tracing);
    for (const Entry& entry : node.entries) {
      if (&entry == only) continue;
      const auto key = reading.inside(entry.key);
      reading.finding(entry.place,
                      "is not possible beside `environment`: the services get the variables and nothing else",
                      "say it with a variable, or remove `environment`");
    }
    const auto key = reading.inside(key_of_environment);
    variables().read(reading, only->value, arm.environment);
    if (reading.sound(reading.path())) arm.tracing = meaning_of(arm.environment);
  };
  const auto schema = [config] {
    Json form = object_schema();
    form["properties"][std::string(key_of_environment)] = variables().schema();
    form["required"].push_back(key_of_environment);
    return Json{{"oneOf", {config.schema(), form}}};
  };
  return {"tracing",
          "how this arm's services trace; or `environment` alone: the OTEL_* variables that are all they are given",
          false,
          read,
          [](const Arm&) { return Json(); },
          schema};
}

}  // namespace shapes
}  // namespace tracetax
