#include <cstdio>
#include <mutex>

#include <opentelemetry/sdk/common/global_log_handler.h>

#include "harness/telemetry/log_limiter.h"
#include "harness/telemetry/tracing.h"

namespace tracetax::telemetry {

namespace {

namespace internal_log = opentelemetry::sdk::common::internal_log;

class StderrHandler final : public internal_log::LogHandler {
 public:
  void Handle(internal_log::LogLevel level, const char* file, int line, const char* message,
              const opentelemetry::sdk::common::AttributeMap&) noexcept override {
    const std::lock_guard lock(mutex_);
    const auto left_out = limiter_.admit(file, line, monotonic_now());
    if (!left_out) return;
    const char* const word = level == internal_log::LogLevel::Error     ? "error"
                             : level == internal_log::LogLevel::Warning ? "warning"
                                                                        : "info";
    std::fprintf(stderr, "opentelemetry: %s: %s", word, message ? message : "");
    if (*left_out > 0) std::fprintf(stderr, " (and %llu more)", static_cast<unsigned long long>(*left_out));
    std::fputc('\n', stderr);
  }

 private:
  std::mutex mutex_{};
  LogLimiter limiter_{};
};

}  // namespace

void install_log_handler() {
  using Handler = opentelemetry::nostd::shared_ptr<internal_log::LogHandler>;
  internal_log::GlobalLogHandler::SetLogHandler(Handler(new StderrHandler));
  internal_log::GlobalLogHandler::SetLogLevel(internal_log::LogLevel::Warning);
}

}  // namespace tracetax::telemetry
