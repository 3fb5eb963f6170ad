#pragma once
// Scenarios as text that can be compared whole.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "harness/scenario/scenario.h"
#include "harness/scenario/service_config.h"

namespace tracetax::test {

inline std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::string everything_of(const std::vector<ToolSpec>& tools) {
  ServerConfig config;
  config.tools = tools;
  return write_config(config);
}
inline std::string everything_of(const TracingConfig& tracing) {
  ServerConfig config;
  config.tracing = tracing;
  config.has_tracing = true;
  return write_config(config);
}
inline std::string everything_of(const Hop& hop) {
  std::ostringstream out;
  out << hop.name << ' ' << to_string(hop.listen) << ' ' << to_string(hop.era) << ' ' << hop.url << ' ' << hop.ca;
  for (const ExportHeader& header : hop.headers) out << ' ' << header.name << '=' << header.value;
  for (const std::string& word : hop.command) out << " [" << word << ']';
  for (const auto& [name, value] : hop.environment) out << ' ' << name << '=' << value;
  out << ' ' << hop.cwd << ' ' << hop.start_timeout.count();
  return out.str();
}

// Without the name, which two equal arms do not share.
inline std::string everything_of(const Arm& arm) {
  std::string out = everything_of(arm.tracing) + everything_of(arm.tools) + arm.programs;
  for (const auto& [service, program] : arm.commands) {
    out += '\n' + service;
    for (const std::string& word : program) out += " [" + word + ']';
  }
  for (const auto& [service, hop] : arm.hops) out += '\n' + everything_of(hop);
  for (const auto& [name, value] : arm.environment) out += '\n' + name + '=' + value;
  return out + '\n';
}

// Every value of the scenario but the lines of its budgets.
inline std::string everything_of(const Scenario& s) {
  std::ostringstream out;
  out.precision(17);
  out << s.version << ' ' << s.name << ' ' << s.description << '\n';
  if (s.topology.router) out << everything_of(static_cast<const Hop&>(*s.topology.router)) << '\n';
  if (s.topology.gateway) {
    const GatewayHop& g = *s.topology.gateway;
    out << everything_of(static_cast<const Hop&>(g)) << ' ' << g.connections << g.auth << ' ' << g.rate_limit.rate_per_s
        << ' ' << g.rate_limit.burst << ' ' << g.breaker.failures << ' ' << g.breaker.open_for.count() << '\n';
  }
  for (const ServerHop& server : s.topology.servers) {
    out << everything_of(static_cast<const Hop&>(server)) << ' ' << server.replicas << ' ' << server.connections;
    for (const std::string& tool : server.tools) out << ' ' << tool;
    out << '\n';
  }
  out << everything_of(s.tools);
  ServerConfig offering;
  offering.offer = s.offer;
  out << write_config(offering);
  if (const auto* open = std::get_if<OpenArrivals>(&s.load.arrivals)) {
    out << "open " << static_cast<int>(open->process) << ' ' << open->rate_per_s << '\n';
  } else {
    out << "closed " << std::get<ClosedArrivals>(s.load.arrivals).think_time.count() << '\n';
  }
  out << s.load.sessions << ' ' << s.load.workers << ' ' << s.load.max_in_flight << ' ' << s.load.timeout.count() << ' '
      << s.load.spin.value_or(Nanos(-1)).count() << ' ' << s.load.max_send_lag_share << '\n';
  for (const CallSpec& call : s.load.calls)
    out << call.tool << ' ' << call.weight << ' ' << call.arguments_json << '\n';
  for (const Arm& arm : s.arms) out << arm.name << ' ' << static_cast<int>(arm.role) << everything_of(arm);
  const Plan& p = s.plan;
  out << p.warmup.count() << ' ' << p.settle.count() << ' ' << p.window.count() << ' ' << p.blocks_min << ' '
      << p.blocks_max << ' ' << p.launches << ' ' << p.seed << ' ' << p.confidence << ' ' << p.run_blocks << p.run_pairs
      << ' ' << p.pairs_window.count() << ' ' << p.looks << '\n';
  for (const Budget& b : s.budgets)
    out << b.metric << ' ' << b.relative << ' ' << b.limit << ' ' << b.service << ' ' << b.arm << ' '
        << (b.phase ? to_string(*b.phase) : "") << ' ' << b.ids.size() << '\n';
  for (const Check& check : s.checks) {
    if (const auto* ratio = std::get_if<SamplingRatioCheck>(&check.kind))
      out << ratio->arm << ' ' << ratio->expect << ' ' << ratio->tolerance.value_or(-1) << ' '
          << ratio->least.value_or(-1) << '\n';
    else if (const auto* complete = std::get_if<CompleteTracesCheck>(&check.kind))
      out << complete->arm << ' ' << complete->max_broken << '\n';
    else
      out << kind_of(check) << ' ' << arm_of(check) << '\n';
  }
  return out.str();
}

}  // namespace tracetax::test
