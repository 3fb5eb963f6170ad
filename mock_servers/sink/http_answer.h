#pragma once
// What an OTLP/HTTP request is answered. Pure but for the store and the faults.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/time.h"
#include "mock_servers/sink/faults.h"
#include "mock_servers/sink/store.h"

namespace tracetax::sink {

struct ExportRequest {
  std::string_view method;
  std::string_view target;
  std::string_view content_type{};
  std::string_view content_encoding{};
  std::string body{};
};

struct ExportAnswer {
  int status = 200;
  std::string content_type = "application/x-protobuf";
  std::string body{};
  // reset: no answer, the connection is closed. hang: no answer, the connection stays.
  enum class End { answer, reset, hang } end = End::answer;
  Nanos delay{};                                // before the answer
  std::optional<std::int64_t> retry_after_s{};  // the header of that name
};

ExportAnswer answer_export(ExportRequest request, Store& store, Faults& faults);

// A google.rpc.Status as OTLP/HTTP wants errors told, in the request's own encoding. `code` is gRPC's.
ExportAnswer export_error(int http_status, int code, const std::string& message, bool json);

bool is_json(std::string_view content_type);

}  // namespace tracetax::sink
