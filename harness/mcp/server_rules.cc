#include "harness/mcp/server_rules.h"

#include <algorithm>
#include <cctype>

#include "harness/base/ensure.h"
#include "harness/mcp/request_params.h"

namespace tracetax::mcp {
namespace {

// How long a client may keep a tools/list or discover answer; the tools of a running service do not change.
constexpr int ttl_ms = 60'000;
constexpr const char* cache_scope = "public";

Reply refuse(const std::optional<Id>& id, int http_status, ErrorObject error) {
  Reply reply{serialize_error(id, error), http_status};
  reply.refused = true;
  return reply;
}

Reply no_such_session(const std::optional<Id>& id) {
  return refuse(id, 404, {invalid_request, "no such session: initialize a new one"});
}

Reply not_allowed(const Arrival& arrival) {
  Reply reply = refuse({}, 405, {invalid_request, "no " + std::string(arrival.http_method) + " here: POST messages"});
  reply.allow = "POST, DELETE";
  return reply;
}

ErrorObject unsupported(std::string_view requested) {
  return {unsupported_protocol_version, "unsupported protocol version",
          Json{{"supported", supported_versions}, {"requested", requested}}};
}

ErrorObject mismatch(const char* field, std::optional<std::string_view> value, std::string_view in_body) {
  return {header_mismatch, value ? std::string(field) + " is '" + std::string(*value) + "', the message says '" +
                                       std::string(in_body) + "'"
                                 : std::string(field) + " is missing"};
}

bool is_named(std::string_view method) {
  return method == "tools/call" || method == "resources/read" || method == "prompts/get";
}

const Json* find_in_meta(const Json& params, const char* key) {
  const auto meta = params.find("_meta");
  if (meta == params.end() || !meta->is_object()) return nullptr;
  const auto found = meta->find(key);
  return found == meta->end() ? nullptr : &*found;
}

std::string text_of(const Json* value) {
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

bool has_modern_key(const Json& params) {
  for (const char* key : {meta_key::protocol_version, meta_key::client_capabilities, meta_key::client_info}) {
    if (find_in_meta(params, key) != nullptr) return true;
  }
  return false;
}

// Revision 2026-07-28, "Server Validation". Empty when headers and body agree.
std::optional<ErrorObject> compare_routing(const Request& request, const HttpFields& fields) {
  if (fields.method != request.method) return mismatch(header::method, fields.method, request.method);
  if (!is_named(request.method)) return {};
  const auto name = name_of(request.method, request.params);
  if (!fields.name || decode_header_value(*fields.name) != name) return mismatch(header::name, fields.name, name);
  return {};
}

// The name in "NAME", "NAME:PORT", "[::1]" and "[::1]:PORT"; empty: none of these.
std::string_view name_in(std::string_view host) {
  if (!host.starts_with('[')) return host.substr(0, host.find(':'));
  const auto end = host.find(']');
  if (end == std::string_view::npos) return {};
  const auto rest = host.substr(end + 1);
  return rest.empty() || rest.starts_with(':') ? host.substr(0, end + 1) : std::string_view();
}

char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

bool same_text(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

bool takes_event_streams(const Arrival& arrival) {
  return arrival.transport != TransportKind::http ||
         (arrival.fields.accept && arrival.fields.accept->find("text/event-stream") != std::string_view::npos);
}

bool is_json(std::string_view content_type) {
  constexpr std::string_view json = "application/json";
  if (content_type.size() < json.size()) return false;
  const bool same = std::equal(json.begin(), json.end(), content_type.begin(), [](char a, char b) {
    return a == static_cast<char>(std::tolower(static_cast<unsigned char>(b)));
  });
  return same &&
         (content_type.size() == json.size() || content_type[json.size()] == ';' || content_type[json.size()] == ' ');
}

// Statuses of revision 2026-07-28; a legacy answer is 200 whatever it says.
int status_of(int code, Era era) {
  if (era == Era::legacy) return 200;
  if (code == method_not_found) return 404;
  const bool about_the_request =
      code == header_mismatch || code == missing_client_capability || code == unsupported_protocol_version;
  return about_the_request ? 400 : 200;
}

// The eras name a resource that is not there by different codes; `data.uri` tells it from other bad parameters.
int code_of_missing(const ErrorObject& error, Era era) {
  if (era == Era::modern && error.code == resource_not_found) return invalid_params;
  const bool names_it = error.data.is_object() && error.data.contains("uri");
  return era == Era::legacy && error.code == invalid_params && names_it ? resource_not_found : error.code;
}

// Empty: malformed, which the specification wants ignored.
std::optional<Id> cancelled_id(const Json& params) {
  const auto id = params.find("requestId");
  if (id == params.end()) return {};
  if (id->is_string()) return Id(id->get<std::string>());
  if (id->is_number_integer()) return Id(id->get<std::int64_t>());
  return {};
}

}  // namespace

bool is_local_host(std::string_view host) {
  const auto name = name_in(host);
  // All of 127.0.0.0/8 is this machine (RFC 1122, 3.2.1.3), and nobody can own a name of digits and dots.
  const bool is_address = name.starts_with("127.") && name.find_first_not_of("0123456789.") == std::string_view::npos;
  return is_address || same_text(name, "localhost") || name == "[::1]";
}

bool is_allowed_origin(std::string_view origin) {
  const auto scheme = origin.find("://");
  return scheme != std::string_view::npos && is_local_host(origin.substr(scheme + 3));
}

void dress_result(Json& result, std::string_view method, Era era, const Implementation& self) {
  // 2026-07-28, "Caching".
  const bool cacheable = is_list(method) || method == "resources/read" || method == "server/discover";
  if (era == Era::modern) {
    if (!result.contains("resultType")) result["resultType"] = "complete";
    if (cacheable && !result.contains("ttlMs")) result["ttlMs"] = ttl_ms;
    if (cacheable && !result.contains("cacheScope")) result["cacheScope"] = cache_scope;
    auto& meta = result["_meta"];
    if (!meta.is_object()) meta = Json::object();
    meta[meta_key::server_info] = to_json(self);
    return;
  }
  for (const char* key : {"resultType", "ttlMs", "cacheScope"}) result.erase(key);
  const auto meta = result.find("_meta");
  if (meta == result.end() || !meta->is_object()) return;
  meta->erase(meta_key::server_info);
  if (meta->empty()) result.erase(meta);
}

ServerRules::ServerRules(Implementation self, std::function<std::string()> mint, std::size_t most_sessions)
    : self_(std::move(self)),
      server_info_(to_json(self_).dump()),
      mint_(std::move(mint)),
      most_sessions_(most_sessions) {
  ensure(most_sessions_ > 0, "room for one session at least");
}

Decision ServerRules::decide(const Arrival& arrival) {
  const bool http = arrival.transport == TransportKind::http;
  if (auto refused = refuse_stranger(arrival)) return std::move(*refused);
  if (http && arrival.http_method == "DELETE") return end_session(arrival);
  if (http && arrival.http_method != "POST") return not_allowed(arrival);
  if (arrival.too_long) return refuse({}, 413, {invalid_request, "the message is longer than this server takes"});
  if (http && arrival.fields.content_type && !is_json(*arrival.fields.content_type)) {
    return refuse({}, 415, {invalid_request, "Content-Type must be application/json"});
  }
  if (auto accepted = accept_text(arrival)) return std::move(*accepted);
  auto parsed = parse_message(arrival.text);
  if (auto* failure = std::get_if<ParseFailure>(&parsed)) return refuse(failure->id, 400, std::move(failure->error));
  auto& message = std::get<Message>(parsed);
  auto* request = std::get_if<Request>(&message);
  const bool says_modern = http && arrival.fields.protocol_version == modern_version;
  const bool in_session = http && arrival.fields.session_id && find_session(*arrival.fields.session_id) != nullptr;
  if (request == nullptr) {
    if (http && arrival.fields.session_id && !in_session && !says_modern) return no_such_session({});
    const auto* notification = std::get_if<Notification>(&message);
    // Modern http has no such notification: there the end of the connection says it.
    if (notification != nullptr && notification->method == "notifications/cancelled" && (!http || in_session)) {
      if (auto id = cancelled_id(notification->params)) {
        return Cancelled{std::move(*id), http ? std::string(*arrival.fields.session_id) : std::string()};
      }
    }
    // Other notifications ask for nothing that has to be done here, and as we never send requests an answer is
    // nobody's.
    return Reply{{}, 202};
  }
  if (asks_ && !arrival.asked) {
    const char* needed = capability_of(request->method);
    const bool opens = request->method == "initialize" || request->method == "server/discover";
    if (opens || (needed != nullptr && !capabilities_.contains(needed))) return AskCapabilities{};
  }
  if (request->method == "initialize") return initialize(*request, arrival);
  // One that shows itself to be modern and misses a required key is refused, not taken for a legacy one. In a legacy
  // session the header may name any version.
  const bool is_modern = has_modern_key(request->params) || (says_modern && !in_session);
  return is_modern ? modern(std::move(*request), arrival) : legacy(std::move(*request), arrival);
}

// What modern() and legacy() would accept, for texts in the usual form; they also know why not.
std::optional<Accepted> ServerRules::accept_text(const Arrival& arrival) {
  auto parts = read_call(arrival.text);
  if (!parts) return {};
  const bool http = arrival.transport == TransportKind::http;
  const HttpFields& fields = arrival.fields;
  std::optional<Accepted> call(std::in_place);
  const Opened* opened = nullptr;
  if (parts->modern) {
    if (parts->version.in(arrival.text) != modern_version) return {};
    const bool agrees = !http || (fields.protocol_version == modern_version && fields.method == "tools/call" &&
                                  fields.name && decode_header_value(*fields.name) == parts->name.in(arrival.text));
    if (!agrees) return {};
    call->protocol_version = modern_version;
  } else if (http) {
    if (!fields.session_id || (fields.protocol_version && !era_of(*fields.protocol_version))) return {};
    const Opened* session = find_session(*fields.session_id);
    if (session == nullptr) return {};
    call->session_id = *fields.session_id;
    opened = session;
  } else {
    const auto connection = connections_.find(arrival.connection);
    if (connection == connections_.end()) return {};
    opened = &connection->second;
  }
  if (opened != nullptr) call->protocol_version = opened->version;
  const bool asks = !parts->progress_token.empty() || !parts->log_level.empty() || (opened && opened->log_level);
  if (asks && takes_event_streams(arrival)) {
    call->wishes = wishes_of(arrival.text, *parts);
    if (opened != nullptr) call->wishes.log_level = opened->log_level;
  }
  call->era = parts->modern ? Era::modern : Era::legacy;
  call->request.id = parts->id;
  call->request.method = "tools/call";
  call->parts = std::move(parts);
  return call;
}

Reply ServerRules::end_session(const Arrival& arrival) {
  if (!arrival.fields.session_id) return not_allowed(arrival);  // the modern era has nothing to end
  const auto found = sessions_.find(std::string(*arrival.fields.session_id));
  if (found == sessions_.end()) return no_such_session({});
  used_.erase(found->second.used);
  sessions_.erase(found);
  return Reply{{}, 200};
}

Reply ServerRules::initialize(const Request& request, const Arrival& arrival) {
  const auto asked = request.params.find("protocolVersion");
  if (asked == request.params.end() || !asked->is_string()) {
    return refuse(request.id, 400, {invalid_params, "params.protocolVersion must be a string"});
  }
  auto version = asked->get<std::string>();
  // A version that initialize cannot open is answered with the newest one it can; the client decides.
  if (era_of(version) != Era::legacy) version = legacy_version;
  Reply reply =
      answer(request, {{"protocolVersion", version}, {"capabilities", capabilities_}, {"serverInfo", to_json(self_)}},
             Era::legacy);
  if (arrival.transport != TransportKind::http) {
    connections_[arrival.connection] = {std::move(version)};
    return reply;
  }
  if (sessions_.size() >= most_sessions_) {
    sessions_.erase(used_.back());
    used_.pop_back();
  }
  reply.session_id = mint_();
  used_.push_front(reply.session_id);
  const bool fresh = sessions_.emplace(reply.session_id, Opened{std::move(version), {}, used_.begin()}).second;
  ensure(fresh, "session ids are unique");
  return reply;
}

Decision ServerRules::modern(Request request, const Arrival& arrival) {
  const bool http = arrival.transport == TransportKind::http;
  const auto reject = [&request](ErrorObject error) { return refuse(request.id, 400, std::move(error)); };

  const Json* stated = find_in_meta(request.params, meta_key::protocol_version);
  const auto version = text_of(stated);
  if (stated == nullptr || !stated->is_string()) {
    return reject({invalid_params, std::string("params._meta needs a string ") + meta_key::protocol_version});
  }
  if (http && arrival.fields.protocol_version != version) {
    return reject(mismatch(header::protocol_version, arrival.fields.protocol_version, version));
  }
  const auto era = era_of(version);
  if (!era) return reject(unsupported(version));
  // Only initialize opens the older versions; a client that has done so may still name its version here.
  if (era == Era::legacy) return legacy(std::move(request), arrival);
  const Json* capabilities = find_in_meta(request.params, meta_key::client_capabilities);
  if (capabilities == nullptr || !capabilities->is_object()) {
    return reject({invalid_params, std::string("params._meta needs an object ") + meta_key::client_capabilities});
  }
  const bool offered = offers(request.method, Era::modern);
  if (offered) {
    if (auto error = check_params(request)) return reject(std::move(*error));
  }
  if (http) {
    if (auto error = compare_routing(request, arrival.fields)) return reject(std::move(*error));
  }
  if (request.method == "server/discover") {
    return answer(request, {{"supportedVersions", supported_versions}, {"capabilities", capabilities_}}, Era::modern);
  }
  if (!offered) return refuse(request.id, 404, {method_not_found, "no method '" + request.method + "'"});
  if (has_bad_log_level(request.params)) {
    return reject({invalid_params, std::string("params._meta: ") + meta_key::log_level + " is no log level"});
  }
  Wishes wishes = takes_event_streams(arrival) ? read_wishes(request.params) : Wishes{};
  return Accepted{std::move(request), {}, Era::modern, version, {}, std::move(wishes)};
}

Decision ServerRules::legacy(Request request, const Arrival& arrival) {
  Accepted call{{}, {}, Era::legacy, {}, {}, {}};
  Opened* opened = nullptr;
  if (arrival.transport == TransportKind::http) {
    const auto& stated = arrival.fields.protocol_version;
    if (stated && !era_of(*stated)) return refuse(request.id, 400, unsupported(*stated));
    if (!arrival.fields.session_id) {
      return refuse(
          request.id, 400,
          {invalid_params,
           "neither modern params._meta nor Mcp-Session-Id: state the version in _meta, or initialize first"});
    }
    opened = find_session(*arrival.fields.session_id);
    if (opened == nullptr) return no_such_session(request.id);
    call.session_id = *arrival.fields.session_id;
  } else {
    const auto connection = connections_.find(arrival.connection);
    const bool initialized = connection != connections_.end();
    // A legacy client may ping before it initializes.
    if (!initialized && request.method != "ping") {
      return refuse(
          request.id, 400,
          {invalid_params, "params._meta states no protocol version: state it in _meta, or initialize first"});
    }
    if (initialized) opened = &connection->second;
  }
  if (request.method == "ping") return answer(request, Json::object(), Era::legacy);
  if (!offers(request.method, Era::legacy)) {
    return refuse(request.id, 200, {method_not_found, "no method '" + request.method + "'"});
  }
  if (auto error = check_params(request)) return refuse(request.id, 200, std::move(*error));
  call.protocol_version = opened->version;
  if (request.method == "logging/setLevel") {
    opened->log_level = read_log_level(request.params["level"].get_ref<const std::string&>());
    return answer(request, Json::object(), Era::legacy);
  }
  if (takes_event_streams(arrival)) {
    call.wishes = read_wishes(request.params);
    call.wishes.log_level = opened->log_level;
  }
  call.request = std::move(request);
  return call;
}

std::optional<Reply> ServerRules::refuse_stranger(const Arrival& arrival) const {
  const HttpFields& fields = arrival.fields;
  if (fields.origin && !is_allowed_origin(*fields.origin) &&
      std::ranges::find(access_.origins, *fields.origin) == access_.origins.end()) {
    return refuse({}, 403, {invalid_request, "this Origin may not call: pages of loopback hosts only"});
  }
  // A page whose name has been resolved anew to 127.0.0.1 comes with its own name as Host, and need not send an Origin.
  if (arrival.loopback && fields.host && !is_local_host(*fields.host) &&
      std::ranges::find(access_.hosts, name_in(*fields.host)) == access_.hosts.end()) {
    return refuse({}, 403, {invalid_request, "this Host is none of this machine's: call it by a loopback name"});
  }
  return {};
}

bool ServerRules::offers(std::string_view method, Era era) const {
  if (method == "tools/list" || method == "tools/call") return true;
  if (method == "logging/setLevel" && era == Era::modern) return false;  // each request says it in `_meta`
  const char* capability = capability_of(method);
  return capability != nullptr && capabilities_.contains(capability);
}

ServerRules::Opened* ServerRules::find_session(std::string_view id) {
  const auto found = sessions_.find(std::string(id));
  if (found == sessions_.end()) return nullptr;
  used_.splice(used_.begin(), used_, found->second.used);
  return &found->second;
}

Reply ServerRules::answer(const Request& request, Json result, Era era) const {
  dress_result(result, request.method, era, self_);
  return Reply{serialize(Response{request.id, std::move(result)})};
}

Reply ServerRules::finish(const Accepted& call, Outcome outcome, int http_status) const {
  auto* result = std::get_if<Json>(&outcome);
  if (result != nullptr && result->is_object()) {
    Reply reply = answer(call.request, std::move(*result), call.era);
    if (http_status != 0) reply.http_status = http_status;
    return reply;
  }
  auto error = result != nullptr ? ErrorObject{internal_error, "the result is no object"}
                                 : std::get<ErrorObject>(std::move(outcome));
  if (call.request.method == "resources/read") error.code = code_of_missing(error, call.era);
  return refuse(call.request.id, http_status != 0 ? http_status : status_of(error.code, call.era), error);
}

Reply ServerRules::finish(const Accepted& call, const ResultText& result, int http_status) const {
  if (call.era == Era::legacy && !result.plain()) return finish(call, Outcome(result.result()), http_status);
  return Reply{answer_text(result, call.request.id, call.era, server_info_), http_status != 0 ? http_status : 200};
}

}  // namespace tracetax::mcp
