#pragma once
// Traces of known composition, as OTLP requests.

#include <cstdint>
#include <string>
#include <vector>

namespace tracetax::test {

enum class Kind : std::uint8_t { plain, error, slow, critical };
// Of ten traces six are plain, two have an error, one takes 1.5 s and one has mcp.critical_operation = "true".
Kind kind_of(std::uint64_t number);

// Which spans of a trace: those of the router with the root, those of the gateway and the server behind it, or all
// three.
enum class Part : std::uint8_t { root, rest, all };

// One ExportTraceServiceRequest of the traces first .. first + count - 1. Their ids are drawn from the number, and so
// are the same in every run. Three spans each, of two services.
std::string request_of(std::uint64_t first, std::uint64_t count, Part part = Part::all);

}  // namespace tracetax::test
