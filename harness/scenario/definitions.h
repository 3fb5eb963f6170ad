#pragma once
// The shapes that scenarios and service configs have in common, and the scenario itself.

#include "harness/scenario/scalars.h"
#include "harness/scenario/scenario.h"

namespace tracetax::shapes {

Shape<TracingConfig> tracing();            // define_tracing.cc
Shape<SamplerConfig> sampler();            // define_sampler.cc
Shape<double> per_second(double highest);  // traces: "10/s", or the number alone
Shape<ToolSpec> tool();                    // define_tool.cc; the name is not among its keys
Shape<std::vector<ToolSpec>> tools();      // by name
Shape<std::vector<PromptSpec>> prompts();  // define_offer.cc; by name
Shape<std::vector<ResourceSpec>> resources();
Shape<std::vector<ResourceTemplate>> resource_templates();
// `prompts`, `resources` and `resource_templates` of what has an Offer. Written only where there are some: programs of
// an older commit do not know the keys and would refuse them.
template <class T, class Owner>
Fields<T> offer_fields(Offer Owner::*offer);
Shape<Topology> topology();                 // define_topology.cc
Shape<std::vector<std::string>> command();  // define_hop.cc
Field<Arm> arm_commands();                  // define_arm_services.cc
Field<Arm> arm_services();
// What the two keys say of the topology's hops; asked when the rest of the arm has been read.
void read_hops_of_arm(Reading& reading, const Node& node, const Topology& topology, Arm& arm);
Shape<Era> era();
Shape<RateLimit> rate_limit();
Shape<CircuitBreaker> circuit_breaker();
Shape<Load> load();                     // define_load.cc
Shape<Arrivals> arrivals();             // define_arrivals.cc
Shape<CallSpec> call();                 // define_call.cc
Shape<std::vector<std::string>> ids();  // define_budgets.cc; of claims: one, or a list
Shape<std::vector<Budget>> budgets();
Shape<std::vector<Check>> checks();              // define_checks.cc
Shape<std::vector<CollectorTier>> collectors();  // define_sampling.cc
Shape<SamplingPlan> sampling_plan();
Shape<std::map<std::string, std::string>> texts_by_name();  // define_topology.cc
Shape<double> confidence();                                 // define_scenario.cc
Shape<int> version();                                       // of a file's format: 1
Shape<Phase> phase();
Shape<Scenario> scenario();

// Budgets and checks are read where they take the scenario's place, so that a mistake in them is told once.
struct BudgetsFile {
  int version = 1;
  std::optional<Entry> budgets{};
  std::optional<Entry> checks{};
};
Shape<BudgetsFile> budgets_file();

inline constexpr std::size_t most_tools = 200;
inline constexpr std::uint32_t most_sessions = 10'000;
inline constexpr std::uint32_t most_connections = 10'000;

template <class T, class Owner>
Fields<T> offer_fields(Offer Owner::*offer) {
  const auto part = [offer](std::string name, auto member, auto shape, std::string description) {
    Field<T> out{std::move(name), std::move(description)};
    out.read = [=](Reading& reading, const Node& node, T& t) { shape.read(reading, node, (t.*offer).*member); };
    out.write = [=](const T& t) { return ((t.*offer).*member).empty() ? Json() : shape.write((t.*offer).*member); };
    out.schema = shape.schema;
    return out;
  };
  return {
      part("prompts", &Offer::prompts, prompts(), "what the mock servers offer as prompts"),
      part("resources", &Offer::resources, resources(), "what the mock servers offer as resources"),
      part("resource_templates", &Offer::resource_templates, resource_templates(),
           "resources by a URI with variables, as the mock servers offer them"),
  };
}

}  // namespace tracetax::shapes
