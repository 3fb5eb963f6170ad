#pragma once
// The three kinds of strategies files (sampling_file.h) as shapes. Internal.

#include <optional>

#include "harness/scenario/reading.h"
#include "harness/scenario/sampler_config.h"

namespace tracetax::shapes {

// What the tree says, with a finding for whatever cannot be had. Empty where it is no such file at all.
std::optional<SamplerConfig> read_strategies(Reading&, const Node& root);

// One kind each; the node is that of the whole file.
SamplerConfig read_jaeger_strategies(Reading&, const Node& root);  // strategies_jaeger.cc
SamplerConfig read_named_strategies(Reading&, const Node& root);   // strategies_named.cc
SamplerConfig read_tracing_sampling(Reading&, const Node& root);   // strategies.cc

}  // namespace tracetax::shapes
