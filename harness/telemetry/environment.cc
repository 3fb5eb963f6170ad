#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <utility>

#include "harness/telemetry/tracing.h"

// Names and values are those of the OpenTelemetry specification, "Environment Variable Specification" and
// "OpenTelemetry Protocol Exporter".

namespace tracetax::telemetry {

namespace {

constexpr std::pair<std::string_view, SamplerType> samplers[] = {
    {"always_on", SamplerType::always_on},
    {"always_off", SamplerType::always_off},
    {"traceidratio", SamplerType::traceidratio},
    {"parentbased_always_on", SamplerType::parentbased_always_on},
    {"parentbased_always_off", SamplerType::parentbased_always_off},
    {"parentbased_traceidratio", SamplerType::parentbased_traceidratio},
};

// The value of the first of these variables that is set. An empty one counts as not set (specification).
struct Variable {
  std::string_view name{};
  std::string_view value{};
  explicit operator bool() const { return !value.empty(); }
};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

Variable read(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const char* const text = std::getenv(name);
    if (text && *text) return {name, trimmed(text)};
  }
  return {};
}

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

class Reader {
 public:
  Reader(TracingConfig config, std::vector<std::string>& warnings) : config_(std::move(config)), warnings_(warnings) {}

  TracingConfig read_all() {
    exporter();
    sampler();
    batch();
    propagators();
    if (const auto disabled = read({"OTEL_SDK_DISABLED"})) {
      if (is(disabled.value, "true")) {
        config_.sampler.type = SamplerType::none;
      } else if (!is(disabled.value, "false")) {
        warn(disabled, "expected true or false");
      }
    }
    return config_;
  }

 private:
  static bool is(std::string_view text, std::string_view word) {  // booleans are not case-sensitive
    const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
    return std::equal(text.begin(), text.end(), word.begin(), word.end(), same);
  }

  void warn(const Variable& variable, std::string_view expected) {
    warnings_.push_back(std::string(variable.name) + "=" + std::string(variable.value) + ": ignored, " +
                        std::string(expected));
  }

  void sampler() {
    if (const auto variable = read({"OTEL_TRACES_SAMPLER"})) {
      const auto* const known = std::find_if(std::begin(samplers), std::end(samplers),
                                             [&](const auto& one) { return one.first == variable.value; });
      if (known == std::end(samplers)) {
        warn(variable, "expected [parentbased_]{always_on, always_off, traceidratio}");
      } else {
        config_.sampler = {known->second, 1.0};
      }
    }
    // Traces are asked for, but not how many: the specification's default.
    if (asked_for_ && config_.sampler.type == SamplerType::none) {
      config_.sampler.type = SamplerType::parentbased_always_on;
    }
    const bool by_ratio = config_.sampler.type == SamplerType::traceidratio ||
                          config_.sampler.type == SamplerType::parentbased_traceidratio;
    if (const auto variable = read({"OTEL_TRACES_SAMPLER_ARG"}); variable && by_ratio) {
      const auto ratio = number<double>(variable.value);
      if (ratio && *ratio >= 0 && *ratio <= 1) {
        config_.sampler.ratio = *ratio;
      } else {
        warn(variable, "expected a number from 0 to 1");
      }
    }
  }

  void exporter() {
    if (const auto variable = read({"OTEL_TRACES_EXPORTER"})) {
      if (variable.value == "otlp") {
        if (config_.exporter.type != ExporterType::otlp_http) config_.exporter.type = ExporterType::otlp_grpc;
        asked_for_ = true;
      } else if (variable.value == "console") {
        config_.exporter.type = ExporterType::console;
        asked_for_ = true;
      } else if (variable.value == "none") {
        config_.exporter.type = ExporterType::none;
      } else {
        warn(variable, "expected one of otlp, console, none");
      }
    }
    if (config_.exporter.type == ExporterType::otlp_grpc || config_.exporter.type == ExporterType::otlp_http) otlp();
  }

  void otlp() {
    if (const auto variable = read({"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"})) {
      if (variable.value == "grpc") {
        config_.exporter.type = ExporterType::otlp_grpc;
      } else if (variable.value == "http/protobuf") {
        config_.exporter.type = ExporterType::otlp_http;
      } else {
        warn(variable, "expected grpc or http/protobuf");
      }
    }
    const bool http = config_.exporter.type == ExporterType::otlp_http;
    if (const auto own = read({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"})) {
      // To be used as it is; without a path that means the root.
      std::string url(own.value);
      if (http && url.find('/', url.find("://") + 3) == std::string::npos) url += '/';
      config_.exporter.endpoint = url;
      asked_for_ = true;
    } else if (const auto shared = read({"OTEL_EXPORTER_OTLP_ENDPOINT"})) {
      std::string url(shared.value);
      if (http) url += url.ends_with('/') ? "v1/traces" : "/v1/traces";
      config_.exporter.endpoint = url;
      asked_for_ = true;
    }
    milliseconds({"OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"}, config_.exporter.timeout);
    if (const auto variable = read({"OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "OTEL_EXPORTER_OTLP_COMPRESSION"})) {
      if (variable.value == "gzip" || variable.value == "none") {
        config_.exporter.gzip = variable.value == "gzip";
      } else {
        warn(variable, "expected gzip or none");
      }
    }
  }

  void batch() {
    milliseconds({"OTEL_BSP_SCHEDULE_DELAY"}, config_.batch.delay);
    milliseconds({"OTEL_BSP_EXPORT_TIMEOUT"}, config_.batch.export_timeout);
    count("OTEL_BSP_MAX_QUEUE_SIZE", config_.batch.queue);
    count("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", config_.batch.size);
    if (config_.batch.size > config_.batch.queue) {
      warnings_.push_back("OTEL_BSP_MAX_EXPORT_BATCH_SIZE: must not be above the queue's size, " +
                          std::to_string(config_.batch.queue) + " is used");
      config_.batch.size = config_.batch.queue;
    }
  }

  void propagators() {
    const auto variable = read({"OTEL_PROPAGATORS"});
    if (!variable) return;
    bool known = false, trace_context = false;
    for (std::string_view rest = variable.value; !rest.empty();) {
      const auto comma = rest.find(',');
      const std::string_view word = trimmed(rest.substr(0, comma));
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
      if (word == "tracecontext") {
        known = trace_context = true;
      } else if (word == "baggage" || word == "none") {
        known = true;  // we send no baggage
      } else {
        warn({variable.name, word}, "expected tracecontext, baggage or none");
      }
    }
    if (known && !trace_context) config_.propagation = {.meta = false, .headers = false};
  }

  void milliseconds(std::initializer_list<const char*> names, Nanos& value) {
    constexpr std::int64_t most = std::chrono::milliseconds(std::chrono::hours(24 * 365)).count();
    const auto variable = read(names);
    if (!variable) return;
    const auto parsed = number<std::int64_t>(variable.value);
    if (parsed && *parsed > 0 && *parsed <= most) {
      value = std::chrono::milliseconds(*parsed);
    } else {
      warn(variable, "expected a number of milliseconds above 0");
    }
  }

  void count(const char* name, std::uint64_t& value) {
    constexpr std::uint64_t most = 1u << 24;  // the SDK allocates the whole queue when it starts
    const auto variable = read({name});
    if (!variable) return;
    const auto parsed = number<std::uint64_t>(variable.value);
    if (parsed && *parsed > 0 && *parsed <= most) {
      value = *parsed;
    } else {
      warn(variable, "expected a number from 1 to " + std::to_string(most));
    }
  }

  TracingConfig config_;
  std::vector<std::string>& warnings_;
  bool asked_for_ = false;
};

}  // namespace

TracingConfig from_environment(const TracingConfig& defaults, std::vector<std::string>& warnings) {
  return Reader(defaults, warnings).read_all();
}

}  // namespace tracetax::telemetry
