#pragma once
// The body of one OTLP export request, taken as it came and decoded when somebody asks.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_servers/sink/trace_assembly.h"

namespace tracetax::sink {

struct Payload {
  std::string protobuf;               // ExportTraceServiceRequest
  std::uint64_t bytes = 0;            // of the OTLP payload as sent (protobuf or JSON), after decompression
  std::uint64_t arrived_unix_ns = 0;  // when the store took it
};

// Empty when the bytes cannot be an ExportTraceServiceRequest. Looks at the outermost level only, which finds bodies of
// another kind and cut off ones; damage further inside is found by decode().
std::optional<Payload> from_protobuf(std::string body);

// OTLP's JSON: protobuf's mapping with ids in hexadecimal. Empty when it is not that.
std::optional<Payload> from_json(std::string_view body);

// One batch per resource. Empty when the bytes are no ExportTraceServiceRequest.
std::optional<std::vector<ServiceBatch>> decode(const Payload& payload);

// What drop_spans() did: nothing to a payload that cannot be decoded.
struct Cut {
  std::uint64_t dropped = 0;
  std::uint64_t left = 0;
};

// Takes away the last spans of a request, as many as `how_many` says of their number. With any taken away, `bytes` is
// the size of what is left as protobuf.
Cut drop_spans(Payload& payload, const std::function<std::uint64_t(std::uint64_t spans)>& how_many);

// A gzip member as a whole. Empty when it is damaged, cut off, or longer than `most` bytes.
std::optional<std::string> gunzip(std::string_view compressed, std::uint64_t most);

}  // namespace tracetax::sink
