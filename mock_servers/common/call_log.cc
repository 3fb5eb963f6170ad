#include "mock_servers/common/call_log.h"

#include <cerrno>
#include <cstring>
#include <ctime>
#include <stdexcept>

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "mock_servers/common/span_ids.h"

namespace tracetax::service {
namespace {

struct Words {
  const char* outcome;
  const char* severity;
};

Words words_of(CallOutcome outcome) {
  switch (outcome) {
    case CallOutcome::ok:
      break;
    case CallOutcome::tool_error:
      return {"tool_error", "WARN"};
    case CallOutcome::protocol_error:
      return {"protocol_error", "ERROR"};
    case CallOutcome::cancelled:
      return {"cancelled", "INFO"};
  }
  return {"ok", "INFO"};
}

// RFC 3339 in UTC.
std::string date(std::uint64_t unix_ns) {
  const auto seconds = static_cast<std::time_t>(unix_ns / 1'000'000'000u);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, unix_ns % 1'000'000'000u);
}

class Line {
 public:
  explicit Line(const telemetry::Redactor& redactor) : redactor_(redactor) {}

  // A text of ours: needs no quoting.
  void own(const char* key, std::string_view text) { put(key, fmt::format("\"{}\"", text)); }
  void number(const char* key, std::string text) { put(key, std::move(text)); }
  // A text that came from outside.
  void foreign(const char* key, std::string text) {
    redactor_.mask(text);
    put(key, nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }
  std::string end() { return std::move(text_) + "}\n"; }

 private:
  void put(const char* key, const std::string& value) {
    const bool masked = redactor_.masks_key(key);
    text_ += fmt::format("{}\"{}\":{}", text_.empty() ? "{" : ",", key,
                         masked ? nlohmann::json(redactor_.replacement()).dump() : value);
  }

  const telemetry::Redactor& redactor_;
  std::string text_{};
};

std::uint64_t unix_now() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u + static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace

std::string log_line(const ServedCall& call, const std::string& service, std::uint64_t unix_ns,
                     const telemetry::Redactor& redactor) {
  const Words words = words_of(call.outcome);
  Line line(redactor);
  line.own("time", date(unix_ns));
  line.own("severity", words.severity);
  line.foreign("service.name", service);
  line.foreign("message", "tools/call " + call.tool);
  if (call.span.IsValid()) {
    line.own("trace_id", trace_id_of(call.span));
    line.own("span_id", span_id_of(call.span));
  }
  line.number("sampled", call.span.IsSampled() ? "true" : "false");
  line.foreign("tool", call.tool);
  line.own("outcome", words.outcome);
  line.number("duration_ms", fmt::format("{:.6f}", static_cast<double>(call.took.count()) / 1e6));
  if (!call.error.empty()) line.foreign("error", call.error);
  return line.end();
}

CallLog::CallLog(const LogConfig& config, const RedactConfig& redact, std::string service)
    : service_(std::move(service)), redactor_(redact) {
  if (config.file.empty()) {
    file_ = STDERR_FILENO;
    return;
  }
  file_ = ::open(config.file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (file_ < 0) throw std::runtime_error("log file " + config.file + ": " + std::strerror(errno));
}

CallLog::~CallLog() {
  if (file_ > STDERR_FILENO) ::close(file_);
}

void CallLog::served(const ServedCall& call) {
  const std::string line = log_line(call, service_, unix_now(), redactor_);
  ssize_t written = -1;
  do {
    written = ::write(file_, line.data(), line.size());
  } while (written < 0 && errno == EINTR);
  if (written != static_cast<ssize_t>(line.size())) ++lost_;
}

}  // namespace tracetax::service
