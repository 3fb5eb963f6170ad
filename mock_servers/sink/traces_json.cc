#include "mock_servers/sink/traces_json.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <unordered_map>

#include <nlohmann/json.hpp>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>

#include "mock_servers/sink/otlp_resource.h"

namespace tracetax::sink {

namespace {

using Json = nlohmann::ordered_json;
namespace otlp = opentelemetry::proto;
using Attributes = google::protobuf::RepeatedPtrField<otlp::common::v1::KeyValue>;

std::string hex(std::string_view bytes) {
  constexpr const char* digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

Json attributes_json(const Attributes& attributes);

// protobuf parses at most 100 messages deep, which bounds this recursion.
Json value_json(const otlp::common::v1::AnyValue& value) {
  using Value = otlp::common::v1::AnyValue;
  switch (value.value_case()) {
    case Value::kStringValue:
      return value.string_value();
    case Value::kBoolValue:
      return value.bool_value();
    case Value::kIntValue:
      return value.int_value();
    case Value::kDoubleValue:
      return value.double_value();
    case Value::kBytesValue:
      return hex(value.bytes_value());
    case Value::kKvlistValue:
      return attributes_json(value.kvlist_value().values());
    case Value::kArrayValue: {
      Json array = Json::array();
      for (const auto& element : value.array_value().values()) array.push_back(value_json(element));
      return array;
    }
    case Value::VALUE_NOT_SET:
      break;
  }
  return nullptr;
}

Json attributes_json(const Attributes& attributes) {
  Json object = Json::object();
  for (const auto& one : attributes) object[one.key()] = value_json(one.value());
  return object;
}

const char* kind_name(int kind) {
  using Span = otlp::trace::v1::Span;
  switch (kind) {
    case Span::SPAN_KIND_INTERNAL:
      return "internal";
    case Span::SPAN_KIND_SERVER:
      return "server";
    case Span::SPAN_KIND_CLIENT:
      return "client";
    case Span::SPAN_KIND_PRODUCER:
      return "producer";
    case Span::SPAN_KIND_CONSUMER:
      return "consumer";
    default:
      return "unspecified";
  }
}

const char* status_name(int code) {
  using Status = otlp::trace::v1::Status;
  return code == Status::STATUS_CODE_ERROR ? "error" : code == Status::STATUS_CODE_OK ? "ok" : "unset";
}

Json span_json(const std::string& service, const std::string& scope, const otlp::trace::v1::Span& span) {
  Json json{{"service", service},
            {"scope", scope},
            {"name", span.name()},
            {"kind", kind_name(span.kind())},
            {"span_id", hex(span.span_id())}};
  if (!span.parent_span_id().empty()) json["parent_span_id"] = hex(span.parent_span_id());
  json["status"] = status_name(span.status().code());
  if (!span.status().message().empty()) json["status_message"] = span.status().message();
  json["start_unix_ns"] = span.start_time_unix_nano();
  json["end_unix_ns"] = span.end_time_unix_nano();
  json["attributes"] = attributes_json(span.attributes());
  for (const auto& event : span.events()) {
    json["events"].push_back({{"name", event.name()},
                              {"unix_ns", event.time_unix_nano()},
                              {"attributes", attributes_json(event.attributes())}});
  }
  for (const auto& link : span.links()) {
    json["links"].push_back({{"trace_id", hex(link.trace_id())}, {"span_id", hex(link.span_id())}});
  }
  return json;
}

struct Trace {
  std::string id;
  std::vector<Json> spans{};
};

}  // namespace

std::string traces_json(const std::vector<std::string>& payloads) {
  std::vector<Trace> traces;
  std::unordered_map<std::string, std::size_t> places;  // trace id -> index
  for (const std::string& payload : payloads) {
    otlp::collector::trace::v1::ExportTraceServiceRequest request;
    if (!request.ParseFromString(payload)) continue;
    for (const auto& resource : request.resource_spans()) {
      const std::string service = service_name(resource.resource());
      for (const auto& scope : resource.scope_spans()) {
        for (const auto& span : scope.spans()) {
          const auto [place, is_new] = places.try_emplace(span.trace_id(), traces.size());
          if (is_new) traces.push_back({hex(span.trace_id())});
          traces[place->second].spans.push_back(span_json(service, scope.scope().name(), span));
        }
      }
    }
  }
  Json document{{"traces", Json::array()}};
  for (Trace& trace : traces) {
    std::stable_sort(trace.spans.begin(), trace.spans.end(), [](const Json& a, const Json& b) {
      return a.at("start_unix_ns").get<std::uint64_t>() < b.at("start_unix_ns").get<std::uint64_t>();
    });
    document["traces"].push_back({{"trace_id", trace.id}, {"spans", std::move(trace.spans)}});
  }
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace tracetax::sink
