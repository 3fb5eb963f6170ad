#pragma once
// A SamplerConfig as the SDK's sampler. docs/sampling.md has the guarantees. Internal.

#include <memory>
#include <string_view>

#include <opentelemetry/sdk/trace/sampler.h>

#include "harness/base/time.h"
#include "harness/scenario/sampler_config.h"

namespace tracetax::telemetry {

using Now = Nanos (*)();

// Not for SamplerType::none. `service` is the service.name that rules ask for. What is kept late (keeper.h) is not part
// of it. Thread-safe, as the SDK wants samplers.
std::unique_ptr<opentelemetry::sdk::trace::Sampler> make_sampler(const SamplerConfig&, std::string_view service = {},
                                                                 Now now = monotonic_now);

// Throws std::invalid_argument naming key, value and what is possible.
void check(const SamplerConfig&);

}  // namespace tracetax::telemetry
