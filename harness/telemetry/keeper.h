#pragma once
// "Errors are always kept": what the sampler does not choose is recorded all the same, and exported when the local
// trace turns out to have failed or to be slow. Internal.

#include <memory>

#include <opentelemetry/sdk/trace/processor.h>
#include <opentelemetry/sdk/trace/sampler.h>

#include "harness/scenario/sampler_config.h"
#include "harness/telemetry/counting.h"

namespace tracetax::telemetry {

// DROP becomes RECORD_ONLY. Everything else as `sampler` says.
std::unique_ptr<opentelemetry::sdk::trace::Sampler> record_all(
    std::unique_ptr<opentelemetry::sdk::trace::Sampler> sampler);

// Whether the last span that a record_all() sampler decided about on this thread was sampled. The SDK decides, makes
// the span's record and starts it in one call, and its own flag cannot be asked: it hands a sampled parent's flag on
// (Span::context()).
bool last_was_sampled();

// In front of the counting processor: sampled spans pass; the others pass when they are kept, marked sampled, and count
// as sampled from then on. See LocalTraces.
std::unique_ptr<opentelemetry::sdk::trace::SpanProcessor> keep_late(
    std::unique_ptr<opentelemetry::sdk::trace::SpanProcessor> next, const SamplerConfig&,
    std::shared_ptr<Counters> counters);

}  // namespace tracetax::telemetry
