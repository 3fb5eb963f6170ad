#pragma once
// Received spans as a person or a test reads them.

#include <string>
#include <vector>

namespace tracetax::sink {

// {"traces":[{"trace_id","spans":[{"service","scope","name","kind","span_id","parent_span_id"?,"status",
// "status_message"?,"start_unix_ns","end_unix_ns","attributes","events"?,"links"?}]}]}: traces in the order in which
// they began to arrive, spans by their start. `payloads` are ExportTraceServiceRequests; what is none is left out.
std::string traces_json(const std::vector<std::string>& payloads);

}  // namespace tracetax::sink
