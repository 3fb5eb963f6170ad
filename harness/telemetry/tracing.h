#pragma once
// Tracing of a service with the official OpenTelemetry C++ SDK, in the three states that an arm can have: `none` (the
// API's no-op tracer, no SDK object exists), `always_off` (SDK, nothing sampled), a sampler.
//
// A span's parent is always handed over as a value. Nothing here uses the thread-local "active span": coroutines of
// one thread would take each other's (docs/decisions).

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <opentelemetry/trace/span.h>
#include <opentelemetry/trace/span_context.h>
#include <opentelemetry/trace/tracer.h>

#include "harness/base/time.h"
#include "harness/scenario/tracing_config.h"

OPENTELEMETRY_BEGIN_NAMESPACE
namespace sdk::trace {
class SpanExporter;
}
OPENTELEMETRY_END_NAMESPACE

namespace tracetax::telemetry {

using opentelemetry::trace::SpanContext;
using opentelemetry::trace::SpanKind;

// Since the service started. The SDK does not count what it drops, so we count at every step ourselves:
// started = not_sampled + sampled; sampled = exported + export_failed + dropped + still pending.
struct SpanCounts {
  std::uint64_t started = 0;          // by the service's code, in every state
  std::uint64_t sampled = 0;          // recorded by the SDK and marked sampled
  std::uint64_t ended = 0;            // of sampled: handed to the batch processor
  std::uint64_t exported = 0;         // in exports that the receiver acknowledged, without those that it rejected
  std::uint64_t export_failed = 0;    // in exports that failed, and rejected
  std::uint64_t exports = 0;          // export calls
  std::uint64_t rejected = 0;         // of export_failed: by a receiver that took the rest (OTLP's partial success)
  std::uint64_t retries = 0;          // attempts of exports beyond their first
  std::optional<bool> exporter_up{};  // the last export was acknowledged; empty: there has been none
  std::uint64_t kept_late = 0;  // of sampled: chosen when their trace had failed or been slow (keep_errors, keep_slow)
  std::uint64_t held_dropped = 0;  // of not_sampled: dropped before that was known, too many waited (keep_most)
};

struct Attribute {
  std::string_view key;
  opentelemetry::common::AttributeValue value;
};

struct Counters;

// One span in progress. Moves, does not copy; ends itself when it dies.
class Span {
 public:
  Span() = default;  // does nothing, has an invalid context
  // `sampled`: false for a span that is recorded only in case it is kept late.
  explicit Span(opentelemetry::nostd::shared_ptr<opentelemetry::trace::Span> span, bool sampled = true)
      : span_(std::move(span)), recording_(span_ && span_->IsRecording()) {
    sampled_ = recording_ && sampled;
  }
  Span(Span&& other) noexcept
      : span_(std::move(other.span_)), sampled_(other.sampled_), recording_(std::exchange(other.recording_, false)) {}
  Span& operator=(Span&& other) noexcept;
  ~Span() { end(); }

  // Known from the start: the SDK's own answer takes a lock each time.
  bool recording() const { return recording_; }
  // What children and the next hop get. Not sampled when this span is not: SDK 1.19 hands a sampled parent's flag on
  // when its own sampler said no, where the specification has the flag unset; the next hop would record spans whose
  // parent nobody has.
  SpanContext context() const;
  void set(std::string_view key, const opentelemetry::common::AttributeValue& value) {
    if (recording_) span_->SetAttribute({key.data(), key.size()}, value);
  }
  void event(std::string_view name, std::initializer_list<Attribute> attributes = {});
  // Sets error.type and status ERROR with the description.
  void error(std::string_view type, std::string_view description);
  void ok();  // status OK
  // The context stays readable; everything else has no effect any more.
  void end() {
    if (std::exchange(recording_, false)) span_->End();
  }

 private:
  opentelemetry::nostd::shared_ptr<opentelemetry::trace::Span> span_{};
  bool sampled_ = false;
  bool recording_ = false;
};

struct SpanStart {
  SpanKind kind = SpanKind::kInternal;
  SpanContext parent = SpanContext::GetInvalid();  // invalid: a root
  SpanContext link = SpanContext::GetInvalid();    // invalid: none
  std::string_view tool{};                         // gen_ai.tool.name, which rules ask for; empty: none
  std::initializer_list<Attribute> attributes{};
};

// The resource of the service's spans: these, service.namespace "mcp", telemetry.sdk.*, and the attributes of
// OTEL_RESOURCE_ATTRIBUTES, which replace our version and namespace.
struct Identity {
  std::string service_name;
  std::string service_version{};
  // The name is only what the executable is called: OTEL_SERVICE_NAME, or else service.name of
  // OTEL_RESOURCE_ATTRIBUTES, replaces it. A name that a configuration gives is kept: the specification ranks what code
  // sets above the environment.
  bool default_name = false;
  // The exporter `console` may write to stdout: it is nobody's protocol channel. Else it writes to stderr.
  bool stdout_is_free = false;
};

class Tracing {
 public:
  // Builds provider, processor and exporter. Throws std::invalid_argument for a configuration the SDK cannot have.
  // An exporter whose endpoint does not answer is no error: spans are lost and counted.
  // batch.export_timeout: the SDK's batch processor has no such setting, so it bounds the exporter's own timeout.
  static std::unique_ptr<Tracing> start(const TracingConfig&, const Identity&);
  // The same with an exporter of the caller's in place of the configured one, for tests and benchmarks.
  static std::unique_ptr<Tracing> start(const TracingConfig&, const Identity&,
                                        std::unique_ptr<opentelemetry::sdk::trace::SpanExporter>);
  // Tries for 2 s to export what is pending; what is left then is counted as failed. An export that already hangs is
  // waited for (exporter.timeout at most). Spans that wait for the end of their trace are dropped.
  ~Tracing();
  Tracing(const Tracing&) = delete;
  Tracing& operator=(const Tracing&) = delete;

  Span span(std::string_view name, const SpanStart& how);
  SpanCounts counts() const;
  // Exports all that has ended; false when the timeout passed first. True says that it was tried: whether the receiver
  // took it is in counts(). Blocking: call it off the serving thread. The SDK sends all of it in one export, whatever
  // batch.size says. Spans that wait for the end of their trace (keep_errors, keep_slow) have not been chosen: they
  // stay.
  bool flush(Nanos timeout);
  const TracingConfig& config() const;

 private:
  struct Parts;
  static std::unique_ptr<Tracing> start(const TracingConfig&, const Identity&,
                                        std::unique_ptr<opentelemetry::sdk::trace::SpanExporter>,
                                        std::shared_ptr<Counters>);
  explicit Tracing(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// The configuration that the standard OTEL_* variables ask for (OTEL_SDK_DISABLED, OTEL_TRACES_SAMPLER and _ARG,
// OTEL_TRACES_EXPORTER, OTEL_EXPORTER_OTLP_[TRACES_]{ENDPOINT,PROTOCOL,TIMEOUT,COMPRESSION}, OTEL_BSP_*,
// OTEL_PROPAGATORS), on top of `defaults`. With none of them set, `defaults` comes back unchanged. Where `defaults`
// does not trace, an exporter or an endpoint in the environment asks for it, with the specification's default sampler.
// Times are milliseconds, an endpoint without a path gets /v1/traces for http as the specification says. A value that
// cannot be understood is ignored with a warning in `warnings`, as the OpenTelemetry specification asks.
// OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES and OTEL_EXPORTER_OTLP_[TRACES_]{HEADERS,CERTIFICATE,CLIENT_CERTIFICATE,
// CLIENT_KEY} are read by Tracing::start, the last four where the configuration says nothing of the kind.
TracingConfig from_environment(const TracingConfig& defaults, std::vector<std::string>& warnings);

// Sends the SDK's own log to stderr, at most one line a second from each place of the SDK, with the number of lines
// left out: its default writes to stdout, which is the protocol channel of a stdio server, and one line a lost span is
// a cost of its own.
void install_log_handler();

}  // namespace tracetax::telemetry
