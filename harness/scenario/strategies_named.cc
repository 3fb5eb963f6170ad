#include "harness/scenario/definitions.h"
#include "harness/scenario/strategies.h"

// `sampling_strategies` with default_strategy, per_service_strategies and per_operation_strategies.

namespace tracetax::shapes {
namespace {

enum class For { all, service, operation };

struct Strategy {
  std::string type{};
  std::string service{}, operation{};
  PlainSampler sampler{};
  double latency_ms = 0;
};

template <class M>
Field<Strategy> of_sampler(std::string name, M PlainSampler::*member, Shape<M> shape, std::string description) {
  Field<Strategy> f{std::move(name), std::move(description)};
  f.required = true;
  f.read = [=](Reading& r, const Node& n, Strategy& s) { shape.read(r, n, s.sampler.*member); };
  return f;
}

Field<Strategy> of_adaptive(std::string name, double AdaptiveConfig::*member, Shape<double> shape) {
  Field<Strategy> f{std::move(name), {}};
  f.read = [=](Reading& r, const Node& n, Strategy& s) { shape.read(r, n, s.sampler.adaptive.*member); };
  return f;
}

Shape<Strategy> strategy(For what) {
  const auto choice = [what](std::string word, SamplerType type, Fields<Strategy> fields) {
    if (what == For::service)
      fields.push_back(required(field<Strategy>("service", &Strategy::service, text(255), "service.name")));
    if (what == For::operation)
      fields.push_back(required(field<Strategy>("operation", &Strategy::operation, text(255), "name of the span")));
    const auto become = [word, type](Strategy& s) {
      s = {.type = word};
      s.sampler.type = type;
    };
    return Choice<Strategy>{word, {}, become, [word](const Strategy& s) { return s.type == word; }, std::move(fields)};
  };
  Field<Strategy> target = of_adaptive("target_samples_per_second", &AdaptiveConfig::target, per_second(100'000));
  target.required = true;
  target.description = "traces that should be kept each second";
  const double longest_ms = std::chrono::duration<double, std::milli>(longest_duration).count();
  const auto latency = required(field<Strategy>("latency_threshold_ms", &Strategy::latency_ms,
                                                number(0, longest_ms, Zero::refused), "what is slow"));
  const auto check = [what](Reading& reading, const Node& node, Strategy& s) {
    if (s.type == "latency" && what != For::operation)
      reading.finding_at(node, "type", "latency is known when a trace has ended, and is taken for operations only",
                         "write `keep_slow` beside `type: file` in the scenario");
    // The file knows no limit above its target: the adaptive sampler's own, or more where the target is.
    AdaptiveConfig& a = s.sampler.adaptive;
    a.cap = std::max(a.cap, a.target);
  };
  return chosen_by<Strategy>(
      "type",
      {choice("probabilistic", SamplerType::traceidratio,
              {of_sampler("param", &PlainSampler::ratio, share(), "share of traces that is kept")}),
       choice("rate_limiting", SamplerType::rate_limiting,
              {of_sampler("max_traces_per_second", &PlainSampler::traces_per_second, per_second(1'000'000),
                          "how fast the bucket of traces fills")}),
       choice("adaptive", SamplerType::adaptive, {target, of_adaptive("delta", &AdaptiveConfig::delta, share())}),
       choice("latency", SamplerType::always_off, {latency})},
      Shorthand::none, check);
}

struct File {
  Strategy fallback{};
  std::vector<Strategy> services{}, operations{};
};

}  // namespace

SamplerConfig read_named_strategies(Reading& reading, const Node& root) {
  File file;
  Field<File> strategies{"sampling_strategies", {}, true};
  const auto inner = record<File>(
      {required(field<File>("default_strategy", &File::fallback, strategy(For::all), "where no other one is meant")),
       field<File>("per_service_strategies", &File::services, list_of(strategy(For::service), 0, 10'000, "strategies"),
                   {}),
       field<File>("per_operation_strategies", &File::operations,
                   list_of(strategy(For::operation), 0, 10'000, "strategies"), {})});
  strategies.read = inner.read;
  record<File>({strategies}).read(reading, root, file);

  SamplerConfig config;
  config.type = SamplerType::rules;
  config.otherwise = file.fallback.sampler;
  // The narrower one first: an operation that is kept everywhere is kept in a service with a limit too.
  for (const Strategy& one : file.operations) {
    config.rules.push_back({.operation = one.operation, .sampler = one.sampler});
    if (one.latency_ms > 0)
      config.keep_slow.push_back({one.operation, Nanos(static_cast<std::int64_t>(one.latency_ms * 1e6))});
  }
  for (const Strategy& one : file.services) config.rules.push_back({.service = one.service, .sampler = one.sampler});
  return config;
}

}  // namespace tracetax::shapes
