#pragma once
// The admin endpoint's answers as text.

#include <string>

#include "mock_servers/sink/faults.h"
#include "mock_servers/sink/forwarder.h"
#include "mock_servers/sink/metric_counters.h"
#include "mock_servers/sink/store.h"

namespace tracetax::sink {

std::string flush_json(const Totals& totals);
std::string collect_json(const Collection& collection);
// GET /forwarded.
std::string forwarded_json(const ForwardCounts& counts);
// GET /counters.
std::string counters_json(const CounterReport& report);
// What is cheap to say while a window runs: spans as of the last flush or collection.
std::string stats_json(const Totals& totals, std::uint64_t held_bytes, const FaultCounts& faults = {},
                       FaultMode in_force = FaultMode::none);
// The answer to POST /fault: what is in force now.
std::string fault_json(const FaultPlan& plan);
// POST /take: for each request a frame of its protobuf's length (32 bits, little-endian), the date of its arrival
// (Unix time in nanoseconds, 64 bits, little-endian) and its protobuf. The requests are used up.
std::string frames(std::vector<RawRequest> requests);
// OpenMetrics, with "# EOF".
std::string openmetrics(const Totals& totals, std::uint64_t held_bytes, const FaultCounts& faults = {});

}  // namespace tracetax::sink
