#pragma once
// The admin endpoint's answers as text.

#include <string>

#include "mock_servers/sink/store.h"

namespace tracetax::sink {

std::string flush_json(const Totals& totals);
std::string collect_json(const Collection& collection);
// What is cheap to say while a window runs.
std::string stats_json(std::uint64_t held_bytes);
// OpenMetrics, with "# EOF".
std::string openmetrics(const Totals& totals, std::uint64_t held_bytes);

}  // namespace tracetax::sink
