#include "mock_servers/common/peer_reply.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace tracetax::service {

namespace {

using transport::CallStatus;

bool contains_ignoring_case(std::string_view text, std::string_view lower) {
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  return std::search(text.begin(), text.end(), lower.begin(), lower.end(), same) != text.end();
}

McpAnswer error_answer(int code, std::string message) {
  McpAnswer answer;
  mcp::ErrorObject error;
  error.code = code;
  error.message = std::move(message);
  answer.outcome = std::move(error);
  answer.http_status = http_status_of(code);
  return answer;
}

// The fields that say which era a result comes from; they are written anew for the caller's.
void remove_era(mcp::Json& result) {
  if (!result.is_object()) return;
  for (const char* key : {"resultType", "ttlMs", "cacheScope"}) result.erase(key);
  const auto meta = result.find("_meta");
  if (meta == result.end() || !meta->is_object()) return;
  meta->erase(mcp::meta_key::server_info);
  if (meta->empty()) result.erase(meta);
}

// Errors about how we spoke to the peer, which mean nothing to our caller, who did not speak to it.
bool is_about_the_hop(int code) {
  return code == mcp::header_mismatch || code == mcp::unsupported_protocol_version;
}

McpAnswer answer_of(mcp::Response response, std::string_view method, const std::string& where) {
  McpAnswer answer;
  if (auto* error = std::get_if<mcp::ErrorObject>(&response.outcome)) {
    if (is_about_the_hop(error->code)) return error_answer(mcp::internal_error, where + ": " + error->message);
    answer.http_status = error->code == mcp::unauthorized ? 0 : http_status_of(error->code);
    answer.outcome = std::move(*error);
    return answer;
  }
  auto& result = std::get<mcp::Json>(response.outcome);
  const bool malformed =
      method == "tools/call" ? mcp::read_call_result(result) == mcp::CallResult::malformed : !result.is_object();
  if (malformed) return error_answer(mcp::internal_error, where + ": the result is none that can be passed on");
  remove_era(result);
  answer.outcome = std::move(result);
  return answer;
}

}  // namespace

int http_status_of(int error_code) {
  switch (error_code) {
    case mcp::backend_unavailable:
      return 503;
    case mcp::backend_timeout:
      return 504;
    case mcp::rate_limited:
      return 429;
    case mcp::unauthorized:
      return 401;
    default:
      return 0;
  }
}

bool PeerReply::peer_failed() const {
  return status == CallStatus::never_sent || status == CallStatus::disconnected || status == CallStatus::timed_out ||
         http_status >= 500;
}

HopFailure reason_of(CallStatus status, std::string_view detail, int http_status) {
  switch (status) {
    case CallStatus::answered:
      return {};
    case CallStatus::timed_out:
      return {"timeout", detail.empty() ? "no answer in time" : std::string(detail)};
    case CallStatus::disconnected:
      return {"disconnected", detail.empty() ? "the connection ended" : std::string(detail)};
    case CallStatus::bad_answer:
      return {http_status >= 400 ? std::to_string(http_status) : "bad_answer", std::string(detail)};
    case CallStatus::given_up:
      return {"cancelled", "the caller gave up"};
    case CallStatus::never_sent:
      break;
  }
  if (contains_ignoring_case(detail, "connection refused")) return {"connection_refused", "connection refused"};
  return {"unreachable", detail.empty() ? "no connection" : std::string(detail)};
}

PeerReply make_reply(transport::Answer answer, std::string_view method, const Backend& backend,
                     const std::string& text) {
  PeerReply reply;
  reply.status = answer.status;
  reply.http_status = answer.http_status;
  if (reply.answered() && answer.result) {
    reply.answer.text = std::move(answer.result);
    return reply;
  }
  const std::string where = backend.name + " at " + backend.url;
  if (reply.answered()) {
    reply.answer = answer_of(std::move(answer.response), method, where);
    return reply;
  }
  auto [type, detail] = reason_of(answer.status, answer.detail, answer.http_status);
  reply.error_type = std::move(type);
  reply.detail = std::move(detail);
  const std::string message = where + ": " + reply.detail;
  switch (answer.status) {
    case CallStatus::timed_out:
      reply.answer = error_answer(mcp::backend_timeout, message);
      break;
    case CallStatus::disconnected:
      reply.answer = error_answer(mcp::backend_unavailable, message + "; the call may have been executed");
      break;
    case CallStatus::never_sent: {
      reply.answer = error_answer(mcp::backend_unavailable, message);
      reply.params = std::move(mcp::Json::parse(text).at("params"));
      break;
    }
    default:
      reply.answer = error_answer(answer.http_status >= 500 ? mcp::backend_unavailable : mcp::internal_error, message);
  }
  return reply;
}

}  // namespace tracetax::service
