#include <google/protobuf/util/json_util.h>
#include <nlohmann/json.hpp>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>

#include "mock_servers/sink/payload.h"

namespace tracetax::sink {

namespace {

using Json = nlohmann::json;

// Attribute values nest; protobuf's own limit is 100 messages, each of up to two levels of JSON.
constexpr int deepest = 200;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;  // OTLP: case-insensitive
  return -1;
}

// Ids are hexadecimal in OTLP's JSON where protobuf's mapping has base64; nothing else is different.
bool hex_to_base64(Json& value) {
  constexpr const char* digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (!value.is_string()) return false;
  const std::string& hex = value.get_ref<const std::string&>();
  if (hex.size() % 2 != 0) return false;
  std::string text;
  std::uint32_t bits = 0;
  int held = 0;  // bits not written yet
  for (const char c : hex) {
    const int digit = hex_digit(c);
    if (digit < 0) return false;
    bits = bits << 4 | static_cast<std::uint32_t>(digit);
    held += 4;
    if (held >= 6) {
      held -= 6;
      text += digits[bits >> held & 63];
    }
  }
  if (held > 0) text += digits[bits << (6 - held) & 63];
  while (text.size() % 4 != 0) text += '=';
  value = text;
  return true;
}

// In OTLP's messages these names are of ids only: what users name is the value of a member "key".
bool convert_ids(Json& node) {
  if (node.is_array()) {
    for (Json& element : node) {
      if (!convert_ids(element)) return false;
    }
  } else if (node.is_object()) {
    for (auto& [name, value] : node.items()) {
      const bool is_id = name == "traceId" || name == "spanId" || name == "parentSpanId";
      if (!(is_id ? hex_to_base64(value) : convert_ids(value))) return false;
    }
  }
  return true;
}

struct TooDeep {};

}  // namespace

std::optional<Payload> from_json(std::string_view body) {
  Json document;
  try {
    const auto limit = [](int depth, Json::parse_event_t, Json&) {
      if (depth > deepest) throw TooDeep{};
      return true;
    };
    document = Json::parse(body, limit, false);
  } catch (const TooDeep&) {
    return {};
  }
  if (!document.is_object() || !convert_ids(document)) return {};
  opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest request;
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;  // OTLP: receivers must
  Payload payload;
  // Replaced rather than refused: an invalid UTF-8 sequence in an attribute does not make the rest worthless.
  const std::string text = document.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (!google::protobuf::util::JsonStringToMessage(text, &request, options).ok()) return {};
  payload.protobuf = request.SerializeAsString();
  payload.bytes = body.size();
  return payload;
}

}  // namespace tracetax::sink
