#pragma once
// Export requests for tests, from lists of spans.

#include <cstdint>
#include <string>
#include <vector>

#include "mock_servers/sink/payload.h"

namespace tracetax::sink {

struct TestSpan {
  std::string service;
  std::uint8_t trace, span, parent = 0;  // the last byte of each id; parent 0: none
  std::uint32_t flags = 0;
  std::string name = "work";
  bool client = false;  // of kind CLIENT
};

inline constexpr std::uint32_t local_parent = 0x100, remote_parent = 0x300;  // OTLP's SpanFlags

// One ExportTraceServiceRequest; neighbours of the same service share a resource.
std::string request_bytes(const std::vector<TestSpan>& spans);
Payload request(const std::vector<TestSpan>& spans);

std::string gzipped(const std::string& text);

}  // namespace tracetax::sink
