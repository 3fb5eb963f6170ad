#pragma once
// Calls and their traces as a faultless router, gateway and server would leave them, for tests to break.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/sampling/checks.h"
#include "harness/sampling/observation.h"

namespace tracetax::test {

struct World {
  Scenario scenario{};  // router, gateway, server "tools"; an arm "on" with always_on, and a control
  ArmObservation seen{};

  // `calls` calls, one every `gap`, in one step; none is kept yet.
  explicit World(std::size_t calls, Nanos gap = std::chrono::milliseconds(1));
  // The trace of that call as all three services see it.
  otlp::Trace trace_of(std::size_t call) const;
  // Keeps the traces of the calls for which `wanted` is true.
  void keep(const std::function<bool(std::size_t)>& wanted);
  // Processes of the three services whose counts, metrics and logs say what was kept. The sampler is taken to have
  // started no other span.
  void observe();
  ObservedProcess& process(const std::string& service);
  // The only check's result.
  CheckResult run(const Check& check);
};

// The spans of the service are gone.
void remove_service(otlp::Trace& trace, const std::string& service);

// The first occurrence is replaced; a test whose fault cannot be planted throws.
void replace(std::string& text, const std::string& from, const std::string& to);

}  // namespace tracetax::test
