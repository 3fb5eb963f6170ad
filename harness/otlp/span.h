#pragma once
// OTLP spans as values: what a receiver got, for whoever judges it. No protobuf in here.

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tracetax::otlp {

using TraceId = std::array<std::uint8_t, 16>;
using SpanId = std::array<std::uint8_t, 8>;

// Lower-case hexadecimal, as W3C Trace Context writes ids.
std::string to_hex(const TraceId& id);
std::string to_hex(const SpanId& id);

struct HashTraceId {
  std::size_t operator()(const TraceId& id) const;
};

// Arrays, maps and bytes are strings of JSON (bytes in hexadecimal), with `json` set: nobody here looks into them
// except for text that must not be there.
struct Value {
  std::variant<std::monostate, bool, std::int64_t, double, std::string> data{};
  bool json = false;
  bool operator==(const Value&) const = default;
};
// As a person would write it: true, 42, 0.1, text as it is.
std::string to_text(const Value& value);

struct Attribute {
  std::string key;
  Value value{};
};
using Attributes = std::vector<Attribute>;
// Null when it is not there.
const Value* find(const Attributes& attributes, std::string_view key);

// opentelemetry.proto.trace.v1.Span.SpanKind and Status.StatusCode, with their numbers.
enum class Kind : std::uint8_t { unspecified, internal, server, client, producer, consumer };
enum class Status : std::uint8_t { unset, ok, error };
std::string_view to_string(Kind kind);      // "internal", "server", …
std::string_view to_string(Status status);  // "unset", "ok", "error"

// What Span.flags say of the parent (bits 8 and 9); SDKs older than the bits leave it unknown.
enum class ParentIs : std::uint8_t { none, unknown, local, remote };

struct Event {
  std::string name;
  std::int64_t unix_ns = 0;
  Attributes attributes{};
};

struct Link {
  TraceId trace{};
  SpanId span{};
  Attributes attributes{};
};

// One for all spans of a resource in a request.
struct Resource {
  std::string service;  // service.name; "unknown_service" where there is none, as OpenTelemetry has SDKs say
  Attributes attributes{};
};

struct Span {
  TraceId trace{};
  SpanId id{};
  std::optional<SpanId> parent{};
  ParentIs parent_is = ParentIs::none;
  std::shared_ptr<const Resource> resource{};  // never null in a decoded span
  std::string scope{};
  std::string name{};
  std::string trace_state{};
  std::uint32_t flags = 0;  // bits 0 to 7 are the W3C trace flags, of which bit 0 says `sampled`
  Kind kind = Kind::unspecified;
  Status status = Status::unset;
  std::string status_message{};
  std::int64_t start_unix_ns = 0, end_unix_ns = 0;
  std::int64_t arrived_unix_ns = 0;  // at the receiver
  // Of the request in protobuf, before compression: the span with its tag and length, and an equal share of what stands
  // around the spans of its ResourceSpans (resource, scopes, tags and lengths). Those of all spans of a request,
  // without invalid ones, make up its length.
  double encoded_bytes = 0;
  Attributes attributes{};
  std::vector<Event> events{};
  std::vector<Link> links{};

  const std::string& service() const { return resource->service; }
};

// The spans of an ExportTraceServiceRequest, in its order; those whose ids have a wrong length or are zero, which OTLP
// calls invalid, are left out and counted. Empty when the bytes are no such request.
struct Decoded {
  std::vector<Span> spans{};
  std::uint64_t invalid = 0;
};
std::optional<Decoded> decode(std::string_view protobuf, std::int64_t arrived_unix_ns = 0);

// All spans of one trace, by their start. A span that came before (same trace, same id) is a duplicate: a sender that
// saw no answer sends again.
struct Trace {
  TraceId id{};
  std::vector<Span> spans{};
  std::uint64_t duplicates = 0;
};
// In the order in which the traces' first spans stand in `spans`.
std::vector<Trace> group_by_trace(std::vector<Span> spans);

}  // namespace tracetax::otlp
