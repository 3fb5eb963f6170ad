#pragma once
// The shapes that scenarios and service configs have in common, and the scenario itself.

#include "harness/scenario/scalars.h"
#include "harness/scenario/scenario.h"

namespace tracetax::shapes {

Shape<TracingConfig> tracing();        // define_tracing.cc
Shape<ToolSpec> tool();                // define_tool.cc; the name is not among its keys
Shape<std::vector<ToolSpec>> tools();  // by name
Shape<Topology> topology();            // define_topology.cc
Shape<Era> era();
Shape<RateLimit> rate_limit();
Shape<CircuitBreaker> circuit_breaker();
Shape<Load> load();                    // define_load.cc
Shape<std::vector<Budget>> budgets();  // define_budgets.cc
Shape<std::vector<Check>> checks();
Shape<double> confidence();  // define_scenario.cc
Shape<Scenario> scenario();

inline constexpr std::size_t most_tools = 200;
inline constexpr std::uint32_t most_sessions = 10'000;
inline constexpr std::uint32_t most_connections = 10'000;

}  // namespace tracetax::shapes
