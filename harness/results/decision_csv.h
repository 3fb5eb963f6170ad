#pragma once
// What became of each call's trace, one row a call: the evidence behind the checks of `tracetax sampling`.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/results/sample.h"

namespace tracetax {

struct Decision {
  std::int64_t id = 0;  // of the JSON-RPC request
  std::uint32_t step = 0;
  std::string_view tool{};
  std::int64_t due_unix_ns = 0;
  Sample sample{};
  std::string trace{};  // id of the kept trace; empty: none was kept
};

// gzip of CSV with the columns call,step,tool,outcome,due_unix_ns,latency_ns,service_time_ns,trace_id. Steps count
// from 1.
std::string decision_csv_gz(const std::vector<Decision>& decisions);

}  // namespace tracetax
