#include "harness/scenario/strategies.h"

#include "harness/scenario/definitions.h"

namespace tracetax::shapes {
namespace {

// tracing.otel.sampling of a configuration of tracing: `ratio` alone, or with `adaptive`.
struct Sampling {
  double ratio = 1.0;
  struct Adaptive {
    bool enabled = true;
    AdaptiveConfig values{};
    std::optional<double> base{};
  };
  std::optional<Adaptive> adaptive{};
};

template <class T>
Field<Sampling::Adaptive> value(std::string name, T AdaptiveConfig::*member, Shape<T> shape) {
  Field<Sampling::Adaptive> f{std::move(name), {}};
  f.read = [=](Reading& r, const Node& n, Sampling::Adaptive& a) { shape.read(r, n, a.values.*member); };
  return f;
}

Shape<Sampling> sampling() {
  using A = Sampling::Adaptive;
  constexpr double most = 100'000;
  Field<A> base{"base_sample_rate", {}};
  base.read = [shape = share()](Reading& r, const Node& n, A& a) {
    a.base = 0;
    shape.read(r, n, *a.base);
  };
  const auto adaptive = record<A>({field<A>("enabled", &A::enabled, boolean(), {}), base,
                                   value("max_sample_rate", &AdaptiveConfig::max, share(Zero::refused)),
                                   value("target_tps", &AdaptiveConfig::target, per_second(most)),
                                   value("max_tps", &AdaptiveConfig::cap, per_second(most))});
  Field<Sampling> adaptive_field{"adaptive", {}};
  adaptive_field.read = [=](Reading& r, const Node& n, Sampling& s) {
    s.adaptive.emplace();
    adaptive.read(r, n, *s.adaptive);
  };
  return record<Sampling>({field<Sampling>("ratio", &Sampling::ratio, share(), {}), adaptive_field});
}

}  // namespace

SamplerConfig read_tracing_sampling(Reading& reading, const Node& root) {
  SamplerConfig config;
  config.type = SamplerType::rules;
  config.otherwise = {SamplerType::traceidratio, 1.0};
  // Everything else in such a file is about exporters, names and privacy; that tracing is off would change what is
  // kept.
  const Node& tracing = root.find("tracing")->value;
  const auto at_tracing = reading.inside("tracing");
  bool enabled = true;
  if (const Entry* entry = tracing.find("enabled")) {
    const auto key = reading.inside("enabled");
    boolean().read(reading, entry->value, enabled);
    if (!enabled)
      reading.finding(entry->value.place, "the file switches tracing off", "write `sampler: none` instead of the file");
  }
  const auto at_otel = reading.inside("otel");
  const auto at_sampling = reading.inside("sampling");
  const Node& node = tracing.find("otel")->value.find("sampling")->value;
  Sampling read;
  sampling().read(reading, node, read);
  config.otherwise.ratio = read.ratio;
  if (!read.adaptive || !read.adaptive->enabled) return config;
  AdaptiveConfig& a = config.otherwise.adaptive = read.adaptive->values;
  config.otherwise.type = SamplerType::adaptive;
  config.otherwise.ratio = 1.0;
  a.base = std::clamp(read.adaptive->base.value_or(node.find("ratio") ? read.ratio : a.base), a.floor, a.max);
  if (a.target > a.cap)
    reading.finding_at(node, "adaptive",
                       fmt::format("`target_tps` must be at most `max_tps`, got `{}` and `{}`", a.target, a.cap));
  return config;
}

std::optional<SamplerConfig> read_strategies(Reading& reading, const Node& root) {
  if (!reading.expect(root, Node::Kind::map, "a map of sampling strategies")) return std::nullopt;
  if (root.find("sampling_strategies")) return read_named_strategies(reading, root);
  if (root.find("default_strategy") || root.find("service_strategies") || root.find("default_operation_strategies"))
    return read_jaeger_strategies(reading, root);
  const Entry* tracing = root.find("tracing");
  const Entry* otel = tracing ? tracing->value.find("otel") : nullptr;
  if (otel && otel->value.find("sampling")) return read_tracing_sampling(reading, root);
  reading.finding(root.place, "is no file of sampling strategies",
                  "it must have `default_strategy` or `service_strategies` (Jaeger), `sampling_strategies`, or "
                  "`tracing.otel.sampling`");
  return std::nullopt;
}

}  // namespace tracetax::shapes
