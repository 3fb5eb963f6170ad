#pragma once
// Arms whose services are given the standard OTEL_* variables and nothing else. Internal.

#include "harness/scenario/definitions.h"

namespace tracetax::shapes {

// `tracing` of an arm: the keys of shapes::tracing(), or `environment` alone.
Field<Arm> arm_tracing();

}  // namespace tracetax::shapes

namespace tracetax {

// What the variables ask for, as far as checks must know it: sampler, exporter, endpoint and protocol, batches. Read
// here a second time, apart from the services' own reader, whose mistakes the checks shall find. Rules: OpenTelemetry's
// "Environment Variable Specification" (sampler parentbased_always_on and exporter otlp where nothing is said) and
// "OpenTelemetry Protocol Exporter"; without a protocol the harness says grpc.
TracingConfig meaning_of(const std::map<std::string, std::string>& environment);

}  // namespace tracetax
