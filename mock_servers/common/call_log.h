#pragma once
// A line of JSON for each call of a tool, with the ids of its span: how a log is joined to its traces.

#include <cstdint>
#include <string>

#include "harness/scenario/tracing_config.h"
#include "harness/telemetry/redaction.h"
#include "mock_servers/common/call_observer.h"

namespace tracetax::service {

// {"time":…,"severity":"INFO","service.name":…,"message":"tools/call
// NAME","trace_id":…,"span_id":…,"sampled":…,"tool":…, "outcome":…,"duration_ms":…,"error":…} and a newline. trace_id
// and span_id are missing where the call has no span, error where there is none. Texts go through `redactor`, and so do
// members by their names. Severity: INFO, WARN for a tool's error, ERROR for one of the protocol.
std::string log_line(const ServedCall& call, const std::string& service, std::uint64_t unix_ns,
                     const telemetry::Redactor& redactor);

// Writes each line at once and whole (one write(2)): other processes may append to the same file.
class CallLog {
 public:
  // Throws std::runtime_error naming the file that cannot be opened.
  CallLog(const LogConfig& config, const RedactConfig& redact, std::string service);
  ~CallLog();
  CallLog(const CallLog&) = delete;
  CallLog& operator=(const CallLog&) = delete;

  void served(const ServedCall& call);
  // Lines that could not be written whole, as on a full disk.
  std::uint64_t lost() const { return lost_; }

 private:
  const std::string service_;
  const telemetry::Redactor redactor_;
  int file_ = -1;
  std::uint64_t lost_ = 0;
};

}  // namespace tracetax::service
