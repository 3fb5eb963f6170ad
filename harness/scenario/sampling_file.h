#pragma once
// Files of sampling strategies that other systems read, as a sampler of rules. Three kinds, told apart by their keys:
//   default_strategy, service_strategies        Jaeger's --sampling.strategies-file, JSON
//   sampling_strategies                         per service and per operation, YAML
//   tracing.otel.sampling                       a ratio or an adaptive sampler in a configuration of tracing, YAML
// docs/sampling.md says what each key becomes. What a strategy asks for and we cannot do is an error, never left out.

#include <functional>
#include <optional>
#include <string>

#include "harness/scenario/sampler_config.h"
#include "harness/scenario/yaml_tree.h"

namespace tracetax {

// What ${NAME} and ${NAME:-text} stand for in such a file; empty: not set.
using Variables = std::function<std::optional<std::string>(const std::string& name)>;

// `name` is what messages call the text. Throws ScenarioError with all mistakes. The result has the type `rules` and
// comes back from the services' configurations as it is.
SamplerConfig parse_sampling_file(const std::string& text, const std::string& name, const Variables& variables = {});

// Where `sampler` is { type: file, path: … }: reads the file, relative to the one that the path stands in (a path of
// --set to the working directory), with the variables of the environment, and puts the rules in the sampler's place, so
// that what is written down of a run says what ran. Keys beside the path stay. `key` is what messages call the sampler.
// Otherwise nothing changes.
void inline_sampling_file(Node& sampler, const std::string& key, Findings& findings);
// The same for the samplers of all arms.
void inline_sampling_files(Node& scenario, Findings& findings);

}  // namespace tracetax
