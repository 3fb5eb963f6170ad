#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "harness/base/rng.h"
#include "tests/peers/web/made_names.h"

namespace tracetax::made {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array percents{1.0,  5.0,  10.0, 20.0, 25.0, 30.0, 40.0, 50.0, 60.0,  70.0,  75.0,   80.0, 85.0,
                              90.0, 92.5, 95.0, 97.0, 98.0, 99.0, 99.5, 99.9, 99.95, 99.99, 99.999, 100.0};

double quantile_ns(double percent, double base) {
  return base * (1 + 0.16 * -std::log(1 - std::min(percent, 99.9999) / 100));
}

Json whole(double value) {
  return static_cast<std::int64_t>(std::llround(value));
}

Json curve(const Shape& shape, std::uint32_t arm, const char* phase) {
  const double base = 2.0e6 + 90e3 * ratio_of(shape, arm);
  Json latency = Json::array();
  Json service_time = Json::array();
  for (const double percent : percents) {
    const bool enough = percent == 100 || static_cast<double>(shape.calls) * (1 - percent / 100) >= 1;
    latency.push_back(enough ? whole(quantile_ns(percent, base)) : Json());
    service_time.push_back(enough ? whole(quantile_ns(percent, base) * (1 - 0.3 * std::pow(percent / 100, 20)))
                                  : Json());
  }
  return {{"arm", arm_name(shape, arm)},
          {"phase", phase},
          {"count", shape.calls},
          {"latency_ns", latency},
          {"service_time_ns", service_time}};
}

Json difference(const Shape& shape, Rng& rng, std::uint32_t arm, const char* phase) {
  Json estimate = Json::array();
  Json low = Json::array();
  Json high = Json::array();
  for (const double percent : percents) {
    if (percent > 99.9) {
      for (Json* column : {&estimate, &low, &high}) column->push_back(nullptr);
      continue;
    }
    const double value = 4e3 + 90e3 * ratio_of(shape, arm) * (1 + 0.05 * rng.normal());
    const double half = 3e3 * (1 + 200 * std::pow(percent / 100, 40));
    estimate.push_back(value);
    low.push_back(value - half);
    high.push_back(value + half);
  }
  return {{"treatment", arm_name(shape, arm)}, {"phase", phase}, {"blocks", shape.blocks}, {"confidence", 0.95},
          {"estimate_ns", estimate},           {"low_ns", low},  {"high_ns", high}};
}

struct Columns {
  Json trials = Json::object();
  Json timeline = Json::object();
};

void add_steps(Json& timeline, Rng& rng, std::uint32_t trial, bool traced) {
  for (int step = 0; step < 10; ++step) {
    timeline["trial"].push_back(trial);
    timeline["at_s"].push_back(0.2 * step);
    timeline["calls"].push_back(80);
    timeline["p50_ns"].push_back(whole(2.2e6 + 5e4 * rng.uniform()));
    timeline["max_ns"].push_back(whole(5e6 + 5e6 * rng.uniform()));
    timeline["export_bytes"].push_back(traced && step % 5 == 4 ? whole(40e3 + 1e4 * rng.uniform()) : Json(0));
  }
}

Columns columns(const Shape& shape) {
  Rng rng(7);
  Columns out;
  for (const char* key : {"number", "block", "launch", "position", "phase", "arm", "began_s", "window_s", "calls",
                          "failed", "per_s", "p50_ns", "p99_ns", "cpu_per_call_ns", "steal", "valid"})
    out.trials[key] = Json::array();
  out.timeline["step_s"] = 0.2;
  for (const char* key : {"trial", "at_s", "calls", "p50_ns", "max_ns", "export_bytes"})
    out.timeline[key] = Json::array();
  double now = 0;
  std::uint32_t number = 0;
  for (std::uint32_t block = 0; block < shape.blocks; ++block) {
    for (std::uint32_t position = 0; position < shape.arms; ++position) {
      const std::uint32_t arm = (position + block) % shape.arms;
      Json& t = out.trials;
      t["number"].push_back(number);
      t["block"].push_back(block);
      t["launch"].push_back(block);
      t["position"].push_back(position);
      t["phase"].push_back("blocks");
      t["arm"].push_back(arm_name(shape, arm));
      t["began_s"].push_back(std::round(now * 1e6) / 1e6);
      t["window_s"].push_back(2.0);
      t["calls"].push_back(800);
      t["failed"].push_back(number % 41 == 0 ? 1 : 0);
      t["per_s"].push_back(399 + 2 * rng.uniform());
      t["p50_ns"].push_back(whole(2.2e6 + 90e3 * ratio_of(shape, arm) + 3e4 * rng.normal()));
      t["p99_ns"].push_back(number % 17 == 0 ? Json() : whole(3.9e6 + 3e5 * rng.normal()));
      t["cpu_per_call_ns"].push_back(whole(4.1e5 + 4e4 * ratio_of(shape, arm) + 5e3 * rng.normal()));
      t["steal"].push_back(0.002 * rng.uniform());
      t["valid"].push_back(number != 5);
      if (shape.timeline) add_steps(out.timeline, rng, number, ratio_of(shape, arm) > 0);
      now += 2.7 + 0.1 * rng.uniform();
      ++number;
    }
  }
  return out;
}

// As the mocks make them: two spans of each service, with attributes of their own.
Json trace(const Shape& shape, Rng& rng, std::uint32_t arm, const std::string& kind, double factor) {
  Json spans = Json::array();
  std::vector<std::string> services;
  for (const std::string& service : service_names(shape, false)) services.insert(services.end(), 2, service);
  std::string parent;
  for (std::size_t depth = 0; depth < services.size(); ++depth) {
    const std::string id = fmt::format("{:016x}", rng.bits());
    const auto d = static_cast<double>(depth);
    const double late = 1 + 0.1 * rng.uniform();
    spans.push_back({{"id", id},
                     {"parent", parent},
                     {"service", services[depth]},
                     {"name", "tools/call lookup" + shape.mark},
                     {"kind", depth % 2 == 0 ? "server" : "client"},
                     {"status", kind == "failed" && depth == 4 ? "error" : "unset"},
                     {"start_ns", whole(5.1e4 * d * factor * late)},
                     {"duration_ns", whole((2.2e6 - 1.4e5 * d) * factor)},
                     {"attributes",
                      {{"client.address", "127.0.0.1"},
                       {"client.port", std::to_string(30000 + rng.below(9000))},
                       {"gen_ai.operation.name", "execute_tool"},
                       {"gen_ai.tool.name", "lookup" + shape.mark},
                       {"mcp.message.id", std::to_string(rng.below(8000))},
                       {"mcp.method.name", "tools/call"},
                       {"mcp.protocol.version", "2026-07-28"},
                       {"network.protocol.name", "websocket"}}}});
    parent = id;
  }
  return {{"arm", arm_name(shape, arm)},
          {"kind", kind},
          {"trace_id", fmt::format("{:016x}{:016x}", rng.bits(), rng.bits())},
          {"of", 100},
          {"duration_ns", whole(2.2e6 * factor)},
          {"spans", spans}};
}

}  // namespace

std::string arm_name(const Shape& shape, std::uint32_t arm) {
  return (arm == 0 ? std::string("untraced") : fmt::format("ratio-{:02}", arm)) + shape.mark;
}

double ratio_of(const Shape& shape, std::uint32_t arm) {
  return arm < 2 ? 0 : std::pow(10.0, -3.0 * (shape.arms - 1 - arm) / std::max(1U, shape.arms - 2));
}

std::vector<std::string> service_names(const Shape& shape, bool with_sink) {
  std::vector<std::string> names{"router", "gateway", "tools" + shape.mark};
  if (with_sink) names.emplace_back("sink");
  return names;
}

std::string page_details(const Shape& shape) {
  Rng rng(99);
  Json details;
  details["schema"] = "tracetax.details/1";
  details["percent"] = percents;
  for (const char* key : {"curves", "differences"}) details[key] = Json::array();
  for (const char* phase : {"blocks", "pairs"}) {
    if (phase == std::string("pairs") && !shape.pairs) continue;
    for (std::uint32_t arm = 0; arm < shape.arms; ++arm) {
      details["curves"].push_back(curve(shape, arm, phase));
      if (arm > 0) details["differences"].push_back(difference(shape, rng, arm, phase));
    }
  }
  Columns made = columns(shape);
  details["trials"] = std::move(made.trials);
  details["timeline"] = std::move(made.timeline);
  details["ratios"] = Json::array();
  for (std::uint32_t arm = 1; arm < shape.arms; ++arm)
    details["ratios"].push_back({{"arm", arm_name(shape, arm)}, {"ratio", ratio_of(shape, arm)}});
  details["traces"] = Json::array();
  for (std::uint32_t arm = 2; arm < shape.arms; ++arm) {
    details["traces"].push_back(trace(shape, rng, arm, "fast", 0.8));
    details["traces"].push_back(trace(shape, rng, arm, "median", 1));
    details["traces"].push_back(trace(shape, rng, arm, "slow", 4));
    details["traces"].push_back(trace(shape, rng, arm, "failed", 2));
  }
  details["scenario"] = "version: 1\nname: made" + shape.mark + "\nplan: { window: 2s }\n";
  details["command"] = "tracetax run scenario.resolved.yaml";
  return details.dump();
}

}  // namespace tracetax::made
