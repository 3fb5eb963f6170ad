#include "harness/scenario/definitions.h"
#include "harness/scenario/strategies.h"

// Jaeger, plugin/sampling/strategystore/static (strategy.go, strategy_store.go of v1): the file that
// --sampling.strategies-file names. The store fills in what a file leaves out, and so do we.

namespace tracetax::shapes {
namespace {

constexpr double store_default = 0.001;  // defaultSamplingProbability

enum class Kind { probabilistic, ratelimiting };

struct Strategy {
  std::string service{}, operation{};
  Kind kind = Kind::probabilistic;
  PlainSampler sampler{SamplerType::traceidratio, store_default};
  std::vector<Strategy> operations{};
};

const char* const kind_key = "type";

void read_param(Reading& reading, const Node& node, Strategy& s) {
  const Entry* param = node.find("param");
  if (!param) {
    if (node.find(kind_key)) reading.finding_at(node, "param", "is missing", "the share or the traces per second");
    return;
  }
  const auto key = reading.inside("param");
  if (s.kind == Kind::probabilistic) {
    share().read(reading, param->value, s.sampler.ratio);
  } else {
    s.sampler = {SamplerType::rate_limiting};
    per_second(1'000'000).read(reading, param->value, s.sampler.traces_per_second);
  }
}

Field<Strategy> param_field() {
  Field<Strategy> f{"param", {}};
  f.read = [](Reading&, const Node&, Strategy&) {};  // means what the type says: read_param()
  return f;
}

Field<Strategy> kind_field() {
  return field<Strategy>(kind_key, &Strategy::kind,
                         word<Kind>({{"probabilistic", Kind::probabilistic}, {"ratelimiting", Kind::ratelimiting}}),
                         {});
}

Shape<Strategy> operation_strategy() {
  const auto check = [](Reading& reading, const Node& node, Strategy& s) {
    if (s.kind == Kind::ratelimiting) {
      reading.finding_at(node, kind_key, "Jaeger limits no rate of a single operation, and would take its default",
                         "write `probabilistic`, or `rules` with `rate_limiting` in the scenario");
    } else {
      read_param(reading, node, s);
    }
  };
  return record<Strategy>({required(field<Strategy>("operation", &Strategy::operation, text(255), "name of the span")),
                           kind_field(), param_field()},
                          check);
}

Field<Strategy> no_lower_bound(const char* name) {
  Field<Strategy> f{name, {}};
  f.read = [](Reading& reading, const Node& node, Strategy&) {
    reading.finding(node.place, "a lower bound of traces per second is not kept beside a probability",
                    "remove it, or use `type: adaptive`, whose ratio rises when few traces are offered");
  };
  return f;
}

Shape<Strategy> strategy(bool of_a_service) {
  Fields<Strategy> fields{kind_field(),
                          param_field(),
                          field<Strategy>("operation_strategies", &Strategy::operations,
                                          list_of(operation_strategy(), 0, 10'000, "strategies"), {}),
                          no_lower_bound("default_lower_bound"),
                          no_lower_bound("default_lower_bound_traces_per_second"),
                          no_lower_bound("defaultLowerBoundTracesPerSecond")};
  if (of_a_service)
    fields.push_back(required(field<Strategy>("service", &Strategy::service, text(255), "service.name")));
  return record<Strategy>(std::move(fields), read_param);
}

struct File {
  Strategy fallback{};
  std::vector<Strategy> services{};
  std::vector<Strategy> operations{};  // where older versions have default_strategy's
};

// Operations of a service, the default's for those that it does not name, then the service's own strategy.
void add_service(const Strategy& service, const Strategy& fallback, std::vector<SamplingRule>& rules) {
  const auto add = [&](const std::string& operation, const PlainSampler& sampler) {
    rules.push_back({.service = service.service, .operation = operation, .sampler = sampler});
  };
  for (const Strategy& one : service.operations) add(one.operation, one.sampler);
  for (const Strategy& one : fallback.operations) {
    if (std::ranges::find(service.operations, one.operation, &Strategy::operation) == service.operations.end())
      add(one.operation, one.sampler);
  }
  add({}, service.sampler);
}

}  // namespace

SamplerConfig read_jaeger_strategies(Reading& reading, const Node& root) {
  File file;
  record<File>(
      {field<File>("default_strategy", &File::fallback, strategy(false), {}),
       field<File>("default_operation_strategies", &File::operations,
                   list_of(operation_strategy(), 0, 10'000, "strategies"), {}),
       field<File>("service_strategies", &File::services, list_of(strategy(true), 0, 10'000, "strategies"), {})})
      .read(reading, root, file);
  auto& operations = file.fallback.operations;
  operations.insert(operations.end(), file.operations.begin(), file.operations.end());
  SamplerConfig config;
  config.type = SamplerType::rules;
  config.otherwise = file.fallback.sampler;
  for (const Strategy& service : file.services) add_service(service, file.fallback, config.rules);
  for (const Strategy& one : file.fallback.operations)
    config.rules.push_back({.operation = one.operation, .sampler = one.sampler});
  return config;
}

}  // namespace tracetax::shapes
