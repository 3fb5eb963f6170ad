#pragma once
// A user's Collector between the services and the sink: their configuration with our addresses in it.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/experiment/collector_counts.h"
#include "harness/scenario/scenario.h"

namespace tracetax {

// Paths of PEM files of one end. Without `cert` the end has no TLS; `ca`: who is believed to be the other end, which
// for a receiver means that its clients must show a certificate (mutual TLS).
struct CollectorTls {
  std::string ca{};
  std::string cert{};
  std::string key{};
};

// What the harness has in the place of the ends of a user's Collector. Ports are of 127.0.0.1; 0: none.
struct CollectorEnds {
  std::uint16_t port = 0;           // receiver, OTLP/gRPC
  std::uint16_t http_port = 0;      // the same over HTTP
  std::uint16_t counters_port = 0;  // the Collector's own metrics, for Prometheus
  std::string next{};               // "host:port" of the receiver of its spans, OTLP/gRPC
  std::string metrics{};            // and of the metrics that connectors make of them; empty: they are dropped
  std::optional<CollectorTls> receiver_tls{};
  std::optional<CollectorTls> next_tls{};  // an empty `cert`: none is shown
  std::optional<CollectorTls> metrics_tls{};
};

struct CollectorSetup {
  std::string yaml;                  // what the Collector is started with
  std::vector<std::string> notes{};  // what is not as in the user's file, in words
  CollectorShape shape{};
};

// Keeps every processor, connector and the order of all pipelines of traces. Their receivers become one OTLP receiver,
// their exporters one OTLP/gRPC exporter to `next`, which keeps timeout, compression, sending_queue and
// retry_on_failure of the first OTLP exporter it replaces. Pipelines of metrics and logs stay where a connector feeds
// them: metrics go to `metrics`, all else to an exporter that drops it. Extensions are left out, and the Collector's
// own telemetry but for `counters_port`: their ports would collide between arms. Throws ScenarioError for a file that
// has no pipeline of traces or is no YAML.
CollectorSetup set_up_collector(const std::filesystem::path& config, const CollectorEnds& ends);

// The tier's program with its arguments. Throws ScenarioError when none is given and none is found.
std::vector<std::string> collector_command(const CollectorTier& tier, const std::filesystem::path& config);

}  // namespace tracetax
