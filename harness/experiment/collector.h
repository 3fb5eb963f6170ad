#pragma once
// A user's Collector between the services and the sink: their configuration with our addresses in it.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/scenario/scenario.h"

namespace tracetax {

struct CollectorSetup {
  std::string yaml;                  // what the Collector is started with
  std::vector<std::string> notes{};  // what is not as in the user's file, in words
};

// Keeps every processor, connector and the order of all pipelines of traces. Their receivers become one OTLP/gRPC
// receiver on 127.0.0.1:`port`, their exporters one OTLP/gRPC exporter to `next` ("host:port"), which keeps timeout,
// compression, sending_queue and retry_on_failure of the first OTLP exporter it replaces. Pipelines of metrics and logs
// stay where a connector feeds them, with an exporter that drops everything. Extensions and the Collector's own
// telemetry are left out: their ports would collide between arms. Throws ScenarioError for a file that has no pipeline
// of traces or is no YAML.
CollectorSetup set_up_collector(const std::filesystem::path& config, std::uint16_t port, const std::string& next);

// The tier's program with its arguments. Throws ScenarioError when none is given and none is found.
std::vector<std::string> collector_command(const CollectorTier& tier, const std::filesystem::path& config);

}  // namespace tracetax
