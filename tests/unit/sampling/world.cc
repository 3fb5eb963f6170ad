#include "world.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "harness/base/rng.h"
#include "harness/scenario/service_names.h"

namespace tracetax::test {
namespace {

constexpr std::int64_t start = 1'700'000'000'000'000'000;
constexpr std::int64_t first_request = 1'000'000'000;

otlp::SpanId span_id(std::uint8_t number) {
  otlp::SpanId id{};
  id[7] = number;
  return id;
}

std::shared_ptr<const otlp::Resource> resource(const std::string& service) {
  return std::make_shared<otlp::Resource>(
      otlp::Resource{service, {{"service.name", {service}}, {"service.namespace", {"mcp"}}}});
}

}  // namespace

World::World(std::size_t calls, Nanos gap) {
  scenario.topology.router.emplace();
  scenario.topology.router->name = "router";
  scenario.topology.gateway.emplace();
  scenario.topology.gateway->name = "gateway";
  scenario.topology.servers.emplace_back().name = "tools";
  scenario.arms.push_back({.name = "off", .role = Role::control});
  scenario.arms.push_back({.name = "on"});
  scenario.arms.back().tracing.sampler.type = SamplerType::always_on;
  seen.arm = "on";
  seen.tools = {"lookup", "other"};
  const auto length = gap * static_cast<std::int64_t>(calls);
  seen.steps.push_back({1e9 / static_cast<double>(gap.count()), start, length, calls});
  seen.steps.back().spans["tools"] = {calls, calls, calls};
  for (std::size_t i = 0; i < calls; ++i) {
    ObservedCall call;
    call.id = first_request + static_cast<std::int64_t>(i);
    call.due_unix_ns = start + gap.count() * static_cast<std::int64_t>(i);
    call.sample.received = std::chrono::milliseconds(2);
    call.sample.outcome = Outcome::ok;
    call.sample.tool = i % 4 == 3 ? 1 : 0;
    seen.calls.push_back(call);
  }
}

otlp::Trace World::trace_of(std::size_t number) const {
  const ObservedCall& call = seen.calls.at(number);
  const std::string tool = seen.tools.at(call.sample.tool);
  otlp::Trace trace;
  Rng rng(number);
  for (std::uint8_t& byte : trace.id) byte = static_cast<std::uint8_t>(rng.bits());
  const auto add = [&](const char* service, const std::string& name, otlp::Kind kind, std::uint8_t id,
                       std::uint8_t parent) -> otlp::Span& {
    otlp::Span& span = trace.spans.emplace_back();
    span.trace = trace.id;
    span.id = span_id(id);
    if (parent > 0) span.parent = span_id(parent);
    if (parent > 0) span.parent_is = kind == otlp::Kind::server ? otlp::ParentIs::remote : otlp::ParentIs::local;
    span.resource = resource(service);
    span.name = name;
    span.kind = kind;
    span.start_unix_ns = call.due_unix_ns + id * 1000;
    span.end_unix_ns = call.due_unix_ns + 2'000'000 - id * 1000;
    return span;
  };
  add("mcp-router", "stdio.read", otlp::Kind::server, 1, 0).attributes = {
      {"jsonrpc.request.id", {std::to_string(call.id)}}, {"gen_ai.tool.name", {tool}}};
  add("mcp-router", "gateway.request", otlp::Kind::client, 2, 1).attributes = {{"gen_ai.tool.name", {tool}}};
  add("mcp-gateway", "http.request", otlp::Kind::server, 3, 2);
  add("mcp-gateway", "backend.forward", otlp::Kind::client, 4, 3).attributes = {{"gen_ai.tool.name", {tool}}};
  add("tools", "tools/call " + tool, otlp::Kind::server, 5, 4).attributes = {{"gen_ai.tool.name", {tool}}};
  return trace;
}

void World::keep(const std::function<bool(std::size_t)>& wanted) {
  for (std::size_t i = 0; i < seen.calls.size(); ++i) {
    if (wanted(i)) seen.kept.push_back(trace_of(i));
  }
}

void World::observe() {
  seen.processes.clear();
  seen.received.clear();
  for (const std::string service : {"router", "gateway", "tools"}) {
    ObservedProcess& of = seen.processes.emplace_back();
    of.service = service;
    of.instance = service + "-0";
    of.calls.emplace();
    std::string exemplar;
    for (const otlp::Trace& trace : seen.kept) {
      for (const otlp::Span& span : trace.spans) {
        if (span.service() != name_in_spans(service)) continue;
        ++of.started;
        if (span.kind != otlp::Kind::server) continue;
        const std::string ids =
            fmt::format(R"("trace_id":"{}","span_id":"{}")", otlp::to_hex(trace.id), otlp::to_hex(span.id));
        *of.calls += fmt::format("{{\"message\":\"tools/call\",{},\"sampled\":true}}\n", ids);
        exemplar = fmt::format(R"( # {{trace_id="{}",span_id="{}"}} 0.002 1700000000.000)", otlp::to_hex(trace.id),
                               otlp::to_hex(span.id));
      }
    }
    of.sampled = of.ended = of.exported = of.started;
    seen.received[service] = of.started;
    of.metrics = fmt::format(
        "# TYPE spans_created counter\nspans_created_total {0}\nspans_exported_total {0}\ntrace_errors_total 0\n"
        "exporter_up 1\ncalls_bucket{{le=\"+Inf\"}} {0}{1}\n# EOF\n",
        of.started, exemplar);
  }
}

ObservedProcess& World::process(const std::string& service) {
  const auto found = std::ranges::find(seen.processes, service, &ObservedProcess::service);
  if (found == seen.processes.end()) throw std::logic_error("no process " + service);
  return *found;
}

CheckResult World::run(const Check& check) {
  scenario.checks = {check};
  const std::vector<CheckResult> results = run_sampling_checks(scenario, std::span(&seen, 1), 0.95);
  return results.size() == 1 ? results.front() : CheckResult{.detail = "not one result"};
}

void remove_service(otlp::Trace& trace, const std::string& service) {
  std::erase_if(trace.spans, [&](const otlp::Span& span) { return span.service() == service; });
}

void replace(std::string& text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) throw std::logic_error("no " + from + " in " + text);
  text.replace(at, from.size(), to);
}

}  // namespace tracetax::test
