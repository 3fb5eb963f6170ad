#include "mock_servers/sink/http_answer.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include <nlohmann/json.hpp>

#include "mock_servers/sink/intake.h"
#include "mock_servers/sink/sink.h"

namespace tracetax::sink {

namespace {

// gRPC's status codes.
constexpr int invalid_argument = 3, not_found = 5, resource_exhausted = 8, unimplemented = 12, unavailable = 14;

// Without parameters such as charset, in lower case.
std::string media_type(std::string_view text) {
  text = text.substr(0, text.find(';'));
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

constexpr std::int64_t default_retry_after_s = 1;

ExportAnswer answer_intake(const Intake& intake, bool json) {
  ExportAnswer answer;
  switch (intake.outcome) {
    case Intake::Outcome::taken:
      if (json) answer.content_type = "application/json";
      answer.body = json ? response_json(intake) : response_protobuf(intake);
      answer.delay = intake.delay;
      break;
    case Intake::Outcome::full:
      // Not 429 or 503: OTLP's senders repeat on those, and here nothing gets better until somebody collects.
      return export_error(507, resource_exhausted, "otlp-sink holds --max-bytes of spans: POST /collect frees them",
                          json);
    case Intake::Outcome::unavailable:
      answer = export_error(503, unavailable, "refused on request: POST /fault", json);
      answer.retry_after_s = intake.delay > Nanos::zero()
                                 ? std::chrono::ceil<std::chrono::seconds>(intake.delay).count()
                                 : default_retry_after_s;
      break;
    case Intake::Outcome::reset:
      answer.end = ExportAnswer::End::reset;
      break;
    case Intake::Outcome::hang:
      answer.end = ExportAnswer::End::hang;
      break;
  }
  return answer;
}

}  // namespace

bool is_json(std::string_view content_type) {
  return media_type(content_type) == "application/json";
}

ExportAnswer export_error(int http_status, int code, const std::string& message, bool json) {
  ExportAnswer answer;
  answer.status = http_status;
  if (json) {
    answer.content_type = "application/json";
    answer.body = nlohmann::json{{"code", code}, {"message", message}}.dump();
  } else {
    // google.rpc.Status: int32 code = 1; string message = 2.
    answer.body += static_cast<char>(1 << 3 | 0);
    append_varint(answer.body, static_cast<std::uint64_t>(code));
    answer.body += static_cast<char>(2 << 3 | 2);
    append_varint(answer.body, message.size());
    answer.body += message;
  }
  return answer;
}

ExportAnswer answer_export(ExportRequest request, Store& store, Faults& faults) {
  const bool json = is_json(request.content_type);
  const std::string_view path = request.target.substr(0, request.target.find('?'));
  const bool metrics = path == "/v1/metrics";
  if (!metrics && path != "/v1/traces") {
    return export_error(404, not_found, "here are POST /v1/traces and POST /v1/metrics", json);
  }
  if (request.method != "POST") return export_error(405, unimplemented, "POST only", json);
  if (metrics && json) {
    return export_error(415, invalid_argument, "Content-Type of metrics must be application/x-protobuf", json);
  }
  if (!json && media_type(request.content_type) != "application/x-protobuf") {
    return export_error(415, invalid_argument, "Content-Type must be application/x-protobuf or application/json", json);
  }
  const std::string encoding = media_type(request.content_encoding);
  if (encoding == "gzip") {
    auto body = gunzip(request.body, most_request_bytes);
    if (!body) {
      store.count_malformed();
      return export_error(400, invalid_argument, "the body is damaged gzip or too large", json);
    }
    request.body = std::move(*body);
  } else if (!encoding.empty() && encoding != "identity") {
    return export_error(415, invalid_argument, "Content-Encoding must be gzip or identity", json);
  }
  if (metrics) {
    if (store.counters().take(request.body)) return {};
    return export_error(400, invalid_argument, "the body is not an ExportMetricsServiceRequest", json);
  }
  auto payload = json ? from_json(request.body) : from_protobuf(std::move(request.body));
  if (!payload) {
    store.count_malformed();
    return export_error(400, invalid_argument, "the body is not an ExportTraceServiceRequest", json);
  }
  return answer_intake(take_in(std::move(*payload), store, faults, monotonic_now()), json);
}

}  // namespace tracetax::sink
