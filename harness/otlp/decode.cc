#include <algorithm>
#include <span>

#include <google/protobuf/arena.h>
#include <google/protobuf/io/coded_stream.h>
#include <nlohmann/json.hpp>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>

#include "harness/otlp/span.h"

namespace tracetax::otlp {
namespace {

namespace proto = opentelemetry::proto;
using proto::collector::trace::v1::ExportTraceServiceRequest;
using Json = nlohmann::ordered_json;
using KeyValues = google::protobuf::RepeatedPtrField<proto::common::v1::KeyValue>;

template <class Id>
bool read_id(const std::string& bytes, Id& id) {
  if (bytes.size() != id.size()) return false;
  std::copy(bytes.begin(), bytes.end(), id.begin());
  return std::any_of(id.begin(), id.end(), [](std::uint8_t byte) { return byte != 0; });
}

std::string hex_of(const std::string& bytes) {
  constexpr const char* digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += digits[static_cast<std::uint8_t>(c) >> 4];
    text += digits[static_cast<std::uint8_t>(c) & 15];
  }
  return text;
}

// protobuf parses at most 100 messages deep, which bounds this recursion.
Json json_of(const proto::common::v1::AnyValue& value) {
  using Any = proto::common::v1::AnyValue;
  switch (value.value_case()) {
    case Any::kStringValue:
      return value.string_value();
    case Any::kBoolValue:
      return value.bool_value();
    case Any::kIntValue:
      return value.int_value();
    case Any::kDoubleValue:
      return value.double_value();
    case Any::kBytesValue:
      return hex_of(value.bytes_value());
    case Any::kKvlistValue: {
      Json object = Json::object();
      for (const auto& one : value.kvlist_value().values()) object[one.key()] = json_of(one.value());
      return object;
    }
    case Any::kArrayValue: {
      Json array = Json::array();
      for (const auto& one : value.array_value().values()) array.push_back(json_of(one));
      return array;
    }
    case Any::VALUE_NOT_SET:
      break;
  }
  return nullptr;
}

Value value_of(const proto::common::v1::AnyValue& value) {
  using Any = proto::common::v1::AnyValue;
  switch (value.value_case()) {
    case Any::kStringValue:
      return {value.string_value()};
    case Any::kBoolValue:
      return {value.bool_value()};
    case Any::kIntValue:
      return {std::int64_t{value.int_value()}};
    case Any::kDoubleValue:
      return {value.double_value()};
    case Any::kBytesValue:
    case Any::kKvlistValue:
    case Any::kArrayValue:
      return {json_of(value).dump(-1, ' ', false, Json::error_handler_t::replace), true};
    case Any::VALUE_NOT_SET:
      break;
  }
  return {};
}

Attributes attributes_of(const KeyValues& values) {
  Attributes attributes;
  attributes.reserve(static_cast<std::size_t>(values.size()));
  for (const auto& one : values) attributes.push_back({one.key(), value_of(one.value())});
  return attributes;
}

ParentIs parent_is(std::uint32_t flags) {
  if ((flags & proto::trace::v1::SPAN_FLAGS_CONTEXT_HAS_IS_REMOTE_MASK) == 0) return ParentIs::unknown;
  return (flags & proto::trace::v1::SPAN_FLAGS_CONTEXT_IS_REMOTE_MASK) != 0 ? ParentIs::remote : ParentIs::local;
}

std::shared_ptr<const Resource> resource_of(const proto::resource::v1::Resource& from) {
  auto resource = std::make_shared<Resource>();
  resource->attributes = attributes_of(from.attributes());
  const Value* name = find(resource->attributes, "service.name");
  resource->service = name ? to_text(*name) : "unknown_service";
  return resource;
}

bool read_span(const proto::trace::v1::Span& from, Span& span) {
  if (!read_id(from.trace_id(), span.trace) || !read_id(from.span_id(), span.id)) return false;
  if (!from.parent_span_id().empty()) {
    SpanId parent{};
    if (!read_id(from.parent_span_id(), parent)) return false;
    span.parent = parent;
    span.parent_is = parent_is(from.flags());
  }
  span.name = from.name();
  span.trace_state = from.trace_state();
  span.flags = from.flags();
  span.kind = from.kind() >= 0 && from.kind() <= 5 ? static_cast<Kind>(from.kind()) : Kind::unspecified;
  const int code = from.status().code();
  span.status = code >= 0 && code <= 2 ? static_cast<Status>(code) : Status::unset;
  span.status_message = from.status().message();
  span.start_unix_ns = static_cast<std::int64_t>(from.start_time_unix_nano());
  span.end_unix_ns = static_cast<std::int64_t>(from.end_time_unix_nano());
  span.attributes = attributes_of(from.attributes());
  for (const auto& event : from.events()) {
    span.events.push_back(
        {event.name(), static_cast<std::int64_t>(event.time_unix_nano()), attributes_of(event.attributes())});
  }
  for (const auto& link : from.links()) {
    Link& to = span.links.emplace_back();
    read_id(link.trace_id(), to.trace);
    read_id(link.span_id(), to.span);
    to.attributes = attributes_of(link.attributes());
  }
  return true;
}

// A field of length-delimited type whose number is below 16: a tag of one byte, the length, and the bytes.
std::size_t framed(std::size_t bytes) {
  return 1 + google::protobuf::io::CodedOutputStream::VarintSize64(bytes) + bytes;
}

std::size_t count_spans(const proto::trace::v1::ResourceSpans& of_resource) {
  std::size_t spans = 0;
  for (const auto& of_scope : of_resource.scope_spans()) spans += static_cast<std::size_t>(of_scope.spans_size());
  return spans;
}

// `out` are the valid ones of the `spans` spans of a ResourceSpans that has `total` bytes, `of_spans` of them spans.
void share_out(std::size_t total, std::size_t of_spans, std::size_t spans, std::span<Span> out) {
  const double share = static_cast<double>(total - of_spans) / static_cast<double>(spans);
  for (Span& span : out) span.encoded_bytes += share;
}

}  // namespace

std::optional<Decoded> decode(std::string_view protobuf, std::int64_t arrived_unix_ns) {
  google::protobuf::Arena arena;
  auto* const request = google::protobuf::Arena::CreateMessage<ExportTraceServiceRequest>(&arena);
  if (!request->ParseFromArray(protobuf.data(), static_cast<int>(protobuf.size()))) return std::nullopt;
  Decoded decoded;
  for (const auto& of_resource : request->resource_spans()) {
    const std::shared_ptr<const Resource> resource = resource_of(of_resource.resource());
    const std::size_t first = decoded.spans.size();
    std::size_t of_spans = 0;
    for (const auto& of_scope : of_resource.scope_spans()) {
      for (const auto& from : of_scope.spans()) {
        Span span;
        span.resource = resource;
        span.scope = of_scope.scope().name();
        span.arrived_unix_ns = arrived_unix_ns;
        const std::size_t bytes = framed(from.ByteSizeLong());
        span.encoded_bytes = static_cast<double>(bytes);
        of_spans += bytes;
        if (read_span(from, span)) {
          decoded.spans.push_back(std::move(span));
        } else {
          ++decoded.invalid;
        }
      }
    }
    share_out(framed(of_resource.ByteSizeLong()), of_spans, count_spans(of_resource),
              std::span(decoded.spans).subspan(first));
  }
  return decoded;
}

}  // namespace tracetax::otlp
