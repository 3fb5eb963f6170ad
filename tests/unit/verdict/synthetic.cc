#include "synthetic.h"

#include <algorithm>

namespace tracetax::synthetic {
namespace {

constexpr std::uint32_t calls = 200;

void add_services(TrialRecord& trial, bool on) {
  const Nanos cpu = std::chrono::microseconds(on ? 110 : 100) * calls;
  for (const char* name : {"router", "gateway", "tools"}) {
    trial.services.push_back({.name = name,
                              .processes = 1,
                              .cpu = cpu,
                              .memory_bytes = on ? 12'000'000U : 10'000'000U,
                              .network_sent_bytes = 1000U * calls});
  }
  trial.services.push_back({.name = "sink", .processes = 1, .cpu = std::chrono::milliseconds(1) * calls});
}

void add_spans(TrialRecord& trial) {
  for (const char* name : {"router", "gateway"}) {
    trial.bytes_in_window += 800 * calls;
    trial.spans[name] = {.started = 2 * calls, .sampled = 2 * calls, .received = 2 * calls, .bytes = 800 * calls};
  }
  trial.bytes_in_window += 1200 * calls;
  trial.spans["tools"] = {.started = 3 * calls, .sampled = 3 * calls, .received = 3 * calls, .bytes = 1200 * calls};
  trial.traces.traces = calls;
  trial.traces.service_sets["mcp-gateway,mcp-router,tools"] = calls;
}

}  // namespace

Scenario scenario() {
  Scenario s;
  s.name = "synthetic";
  s.topology.router.emplace().name = "router";
  s.topology.gateway.emplace().name = "gateway";
  s.topology.servers.emplace_back().name = "tools";
  s.load.arrivals = OpenArrivals{.rate_per_s = 200};
  s.load.calls = {{.tool = "lookup"}};
  Arm off{.name = "off", .role = Role::control};
  Arm on{.name = "on"};
  on.tracing.sampler.type = SamplerType::always_on;
  on.tracing.batch.delay = std::chrono::milliseconds(200);
  s.arms = {off, on};
  s.plan.window = std::chrono::seconds(1);
  s.plan.run_pairs = false;
  return s;
}

Latency planted_shift(Nanos planted) {
  return [planted](const std::string& arm, std::uint32_t block, std::uint32_t call) {
    const Nanos base = std::chrono::microseconds(2000 + 20 * block) + Nanos(call * 500);
    const Nanos own = Nanos(2000) * ((block * 3 + 1) % 5) / 2 - Nanos(2000);
    return arm == "on" ? base + planted + own : base;
  };
}

std::vector<TrialRecord> trials(const Scenario& scenario, const Latency& latency, Phase phase) {
  std::vector<TrialRecord> all;
  for (std::uint32_t block = 0; block < scenario.plan.blocks_max; ++block) {
    for (const Arm& arm : scenario.arms) {
      TrialRecord trial;
      trial.number = static_cast<std::uint32_t>(all.size());
      trial.block = trial.launch = block;
      trial.phase = phase;
      trial.arm = arm.name;
      trial.window = trial.duration = scenario.plan.window;
      for (std::uint32_t call = 0; call < calls; ++call) {
        Sample sample;
        sample.call = call;
        sample.intended = sample.sent = std::chrono::milliseconds(5) * call;
        sample.received = sample.intended + latency(arm.name, block, call);
        sample.outcome = Outcome::ok;
        trial.samples.push_back(sample);
      }
      trial.calls = count_outcomes(trial.samples);
      add_services(trial, arm.name == "on");
      if (arm.name == "on") add_spans(trial);
      all.push_back(std::move(trial));
    }
  }
  return all;
}

TrialRecord& find(std::vector<TrialRecord>& trials, const std::string& arm, std::uint32_t block) {
  return *std::ranges::find_if(trials, [&](const TrialRecord& t) { return t.arm == arm && t.block == block; });
}

}  // namespace tracetax::synthetic
