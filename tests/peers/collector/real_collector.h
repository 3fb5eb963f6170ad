#pragma once
// A real OpenTelemetry Collector between the test and our sink, and what came out of it.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/otlp/span.h"
#include "tests/support/process.h"

namespace tracetax::test {

// Where scripts/real_collector.sh puts it; empty when it is not there.
std::optional<std::string> real_collector();

class CollectorUnderTest {
 public:
  // `processors` is the YAML below that key (indented by two), `names` what the pipeline lists. Returns when it takes
  // spans; throws std::runtime_error with what it wrote when it does not.
  CollectorUnderTest(const std::string& processors, const std::string& names);

  // The whole configuration, as the oracle reads it.
  const std::string& config() const { return config_; }

  // Sends an ExportTraceServiceRequest and waits for the answer; the spans are kept with the time of it.
  void send(const std::string& request);
  std::vector<otlp::Trace> sent() const;

  // Sends, and says whether the Collector still runs when it must have decided. For a decision_wait of at most 1 s.
  bool survives(const std::string& request);

  // Ends the Collector, which decides and hands on all that it still holds, and gives the spans that the sink has got,
  // counted for each trace. Once.
  std::map<std::string, std::size_t> finish();

 private:
  Process sink_;
  std::uint16_t port_ = 0;
  std::string config_;
  std::optional<TemporaryFile> file_{};
  std::optional<Process> collector_{};
  std::vector<otlp::Span> spans_{};
};

}  // namespace tracetax::test
