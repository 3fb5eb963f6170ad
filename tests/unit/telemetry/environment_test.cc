#include <gtest/gtest.h>

#include "harness/telemetry/sdk_parts.h"
#include "harness/telemetry/tracing.h"
#include "tests/unit/telemetry/scoped_environment.h"

namespace tracetax::telemetry {
namespace {

using namespace std::chrono_literals;
using Variables = std::map<std::string, std::string>;

struct Read {
  TracingConfig config;
  std::vector<std::string> warnings{};
};

Read read(const Variables& variables, const TracingConfig& defaults = {}) {
  const ScopedEnvironment environment(variables);
  Read result;
  result.config = from_environment(defaults, result.warnings);
  return result;
}

TEST(FromEnvironment, WithNothingSetTheDefaultsComeBack) {
  TracingConfig defaults;
  defaults.sampler = {SamplerType::traceidratio, 0.25};
  defaults.exporter = {ExporterType::otlp_http, "http://there:1", 3s, true};
  defaults.batch = {.queue = 9, .size = 8, .delay = 7s, .export_timeout = 6s};
  defaults.propagation = {false, true};
  // Empty counts as not set.
  const auto [config, warnings] = read({{"OTEL_TRACES_SAMPLER", ""}, {"OTEL_BSP_MAX_QUEUE_SIZE", ""}}, defaults);
  EXPECT_TRUE(warnings.empty());
  EXPECT_EQ(config.sampler.type, SamplerType::traceidratio);
  EXPECT_EQ(config.sampler.ratio, 0.25);
  EXPECT_EQ(config.exporter.type, ExporterType::otlp_http);
  EXPECT_EQ(config.exporter.endpoint, "http://there:1");
  EXPECT_EQ(config.exporter.timeout, 3s);
  EXPECT_TRUE(config.exporter.gzip);
  EXPECT_EQ(config.batch.queue, 9u);
  EXPECT_EQ(config.batch.delay, 7s);
  EXPECT_FALSE(config.propagation.meta);
  EXPECT_TRUE(config.propagation.headers);
}

TEST(FromEnvironment, Samplers) {
  const std::pair<const char*, SamplerType> words[] = {
      {"always_on", SamplerType::always_on},
      {"always_off", SamplerType::always_off},
      {"traceidratio", SamplerType::traceidratio},
      {"parentbased_always_on", SamplerType::parentbased_always_on},
      {"parentbased_always_off", SamplerType::parentbased_always_off},
      {"parentbased_traceidratio", SamplerType::parentbased_traceidratio},
  };
  for (const auto& [word, type] : words) {
    const auto [config, warnings] = read({{"OTEL_TRACES_SAMPLER", word}, {"OTEL_TRACES_SAMPLER_ARG", "0.125"}});
    EXPECT_EQ(config.sampler.type, type) << word;
    EXPECT_TRUE(warnings.empty()) << word;
    const bool by_ratio = std::string(word).find("ratio") != std::string::npos;
    EXPECT_EQ(config.sampler.ratio, by_ratio ? 0.125 : 1.0) << word;
  }
  const auto unknown = read({{"OTEL_TRACES_SAMPLER", "sometimes"}});
  EXPECT_EQ(unknown.config.sampler.type, SamplerType::none);
  ASSERT_EQ(unknown.warnings.size(), 1u);
  EXPECT_EQ(unknown.warnings[0],
            "OTEL_TRACES_SAMPLER=sometimes: ignored, expected [parentbased_]{always_on, always_off, traceidratio}");
  // Words of the specification that need a server, and words of scenarios that the specification does not have.
  for (const char* word :
       {"jaeger_remote", "parentbased_jaeger_remote", "xray", "adaptive", "rate_limiting", "rules", "file"}) {
    const auto other = read({{"OTEL_TRACES_SAMPLER", word}});
    EXPECT_EQ(other.config.sampler.type, SamplerType::none) << word;
    EXPECT_EQ(other.warnings.size(), 1u) << word;
  }
  for (const char* wrong : {"1.5", "-0.1", "nan", "half", "0.5x"}) {
    const auto ratio = read({{"OTEL_TRACES_SAMPLER", "traceidratio"}, {"OTEL_TRACES_SAMPLER_ARG", wrong}});
    EXPECT_EQ(ratio.config.sampler.ratio, 1.0) << wrong;
    EXPECT_EQ(ratio.warnings.size(), 1u) << wrong;
  }
}

TEST(FromEnvironment, AnExporterOrEndpointAsksForTracesAndDisabledRefusesThem) {
  EXPECT_EQ(read({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4317"}}).config.sampler.type,
            SamplerType::parentbased_always_on);
  EXPECT_EQ(read({{"OTEL_TRACES_EXPORTER", "console"}}).config.sampler.type, SamplerType::parentbased_always_on);
  EXPECT_EQ(read({{"OTEL_TRACES_EXPORTER", "none"}}).config.sampler.type, SamplerType::none);
  EXPECT_EQ(read({{"OTEL_BSP_SCHEDULE_DELAY", "100"}}).config.sampler.type, SamplerType::none);
  const Variables on{{"OTEL_TRACES_SAMPLER", "always_on"}};
  for (const auto& [word, type] :
       {std::pair{"true", SamplerType::none}, {"TRUE", SamplerType::none}, {"false", SamplerType::always_on}}) {
    Variables variables = on;
    variables["OTEL_SDK_DISABLED"] = word;
    const auto [config, warnings] = read(variables);
    EXPECT_EQ(config.sampler.type, type) << word;
    EXPECT_TRUE(warnings.empty());
  }
  Variables variables = on;
  variables["OTEL_SDK_DISABLED"] = "1";
  EXPECT_EQ(read(variables).config.sampler.type, SamplerType::always_on);
  EXPECT_EQ(read(variables).warnings.size(), 1u);
}

TEST(FromEnvironment, ExportersAndProtocols) {
  const auto type = [](const Variables& variables) { return read(variables).config.exporter.type; };
  EXPECT_EQ(type({{"OTEL_TRACES_EXPORTER", "otlp"}}), ExporterType::otlp_grpc);
  EXPECT_EQ(type({{"OTEL_TRACES_EXPORTER", "console"}}), ExporterType::console);
  EXPECT_EQ(type({{"OTEL_TRACES_EXPORTER", "none"}}), ExporterType::none);
  EXPECT_EQ(type({{"OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"}}), ExporterType::otlp_http);
  EXPECT_EQ(type({{"OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"}, {"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc"}}),
            ExporterType::otlp_grpc);
  EXPECT_EQ(type({{"OTEL_TRACES_EXPORTER", "console"}, {"OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"}}),
            ExporterType::console);
  EXPECT_EQ(read({{"OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"}}).warnings.size(), 1u);
  EXPECT_EQ(read({{"OTEL_TRACES_EXPORTER", "jaeger"}}).warnings.size(), 1u);
}

TEST(FromEnvironment, Endpoints) {
  const auto endpoint = [](Variables variables, bool http) {
    variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = http ? "http/protobuf" : "grpc";
    return read(variables).config.exporter.endpoint;
  };
  const char* const shared = "OTEL_EXPORTER_OTLP_ENDPOINT";
  const char* const own = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
  EXPECT_EQ(endpoint({{shared, "http://c:4317"}}, false), "http://c:4317");
  EXPECT_EQ(endpoint({{shared, "http://c:4318"}}, true), "http://c:4318/v1/traces");
  EXPECT_EQ(endpoint({{shared, "http://c:4318/"}}, true), "http://c:4318/v1/traces");
  EXPECT_EQ(endpoint({{shared, "http://c:4318/base"}}, true), "http://c:4318/base/v1/traces");
  EXPECT_EQ(endpoint({{own, "http://c:4318/in"}}, true), "http://c:4318/in");
  EXPECT_EQ(endpoint({{own, "http://c:4318"}}, true), "http://c:4318/");
  EXPECT_EQ(endpoint({{shared, "http://c:1"}, {own, "http://d:2/x"}}, true), "http://d:2/x");
}

TEST(FromEnvironment, TimesCountsCompression) {
  const auto [config, warnings] = read({{"OTEL_EXPORTER_OTLP_TIMEOUT", "1500"},
                                        {"OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"},
                                        {"OTEL_BSP_SCHEDULE_DELAY", "250"},
                                        {"OTEL_BSP_EXPORT_TIMEOUT", " 4000 "},
                                        {"OTEL_BSP_MAX_QUEUE_SIZE", "100"},
                                        {"OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "50"}});
  EXPECT_TRUE(warnings.empty());
  EXPECT_EQ(config.exporter.timeout, 1500ms);
  EXPECT_TRUE(config.exporter.gzip);
  EXPECT_EQ(config.batch.delay, 250ms);
  EXPECT_EQ(config.batch.export_timeout, 4s);
  EXPECT_EQ(config.batch.queue, 100u);
  EXPECT_EQ(config.batch.size, 50u);
  // A queue below the default batch: the batch follows, and says so.
  const auto small = read({{"OTEL_BSP_MAX_QUEUE_SIZE", "100"}});
  EXPECT_EQ(small.config.batch.size, 100u);
  EXPECT_EQ(small.warnings.size(), 1u);
  for (const char* name : {"OTEL_BSP_SCHEDULE_DELAY", "OTEL_BSP_EXPORT_TIMEOUT", "OTEL_BSP_MAX_QUEUE_SIZE",
                           "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "OTEL_EXPORTER_OTLP_TIMEOUT"}) {
    for (const char* wrong : {"0", "-1", "5s", "many", "99999999999999999999"}) {
      const auto result = read({{name, wrong}});
      EXPECT_EQ(result.warnings.size(), 1u) << name << "=" << wrong;
      EXPECT_EQ(result.config.batch.delay, 5s);
      EXPECT_EQ(result.config.batch.queue, 2048u);
      EXPECT_EQ(result.config.batch.size, 512u);
      EXPECT_EQ(result.config.exporter.timeout, 10s);
    }
  }
}

TEST(FromEnvironment, HttpIsCompressedWhereTheSdkCan) {
  const auto [config, warnings] =
      read({{"OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"}, {"OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"}});
  EXPECT_TRUE(config.exporter.gzip);
  EXPECT_TRUE(warnings.empty());
}

TEST(FromEnvironment, Propagators) {
  const auto on = [](const char* value) {
    const auto [config, warnings] = read({{"OTEL_PROPAGATORS", value}});
    EXPECT_EQ(config.propagation.meta, config.propagation.headers);
    return std::pair(config.propagation.meta, warnings.size());
  };
  EXPECT_EQ(on("tracecontext,baggage"), std::pair(true, std::size_t{0}));
  EXPECT_EQ(on("baggage"), std::pair(false, std::size_t{0}));
  EXPECT_EQ(on("none"), std::pair(false, std::size_t{0}));
  EXPECT_EQ(on("b3, tracecontext"), std::pair(true, std::size_t{1}));
  EXPECT_EQ(on("b3"), std::pair(true, std::size_t{1}));  // nothing understood: the default stays
}

}  // namespace
}  // namespace tracetax::telemetry
