#include "harness/mcp/client_rules.h"

#include <algorithm>

namespace tracetax::mcp {
namespace {

std::string_view or_default(std::string_view version, Era era) {
  return version.empty() ? default_version(era) : version;
}

void make_modern(Json& params, const ClientInfo& client, std::string_view version) {
  auto& meta = params["_meta"];
  if (!meta.is_object()) meta = Json::object();
  meta[meta_key::protocol_version] = version;
  if (!meta.contains(meta_key::client_capabilities)) meta[meta_key::client_capabilities] = Json::object();
  if (!meta.contains(meta_key::client_info)) meta[meta_key::client_info] = to_json(client);
}

void make_legacy(Json& params) {
  const auto meta = params.find("_meta");
  if (meta == params.end() || !meta->is_object()) return;
  for (const char* key : {meta_key::protocol_version, meta_key::client_capabilities, meta_key::client_info}) {
    meta->erase(key);
  }
  if (meta->empty()) params.erase(meta);
}

std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Implementation read_implementation(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_object()) return {};
  return {text_at(*found, "name"), text_at(*found, "version")};
}

// What a -32022 says that its sender speaks; empty: nothing, or another error.
std::vector<std::string> versions_in(const ErrorObject& error) {
  std::vector<std::string> versions;
  if (error.code != unsupported_protocol_version || !error.data.is_object()) return versions;
  const auto supported = error.data.find("supported");
  if (supported == error.data.end() || !supported->is_array()) return versions;
  for (const Json& version : *supported) {
    if (version.is_string()) versions.push_back(version.get<std::string>());
  }
  return versions;
}

}  // namespace

std::string make_request_text(std::int64_t id, std::string_view method, Json params, Era era, const ClientInfo& client,
                              std::string_view version) {
  if (era == Era::modern) {
    make_modern(params, client, or_default(version, era));
  } else {
    make_legacy(params);
  }
  return serialize(Request{id, std::string(method), std::move(params)});
}

std::string make_notification_text(std::string_view method, Json params) {
  return serialize(Notification{std::string(method), std::move(params)});
}

HeaderFields request_headers(std::string_view method, std::string_view name, Era era, std::string_view version,
                             std::string_view session_id) {
  HeaderFields fields;
  if (method != "initialize") fields.emplace_back(header::protocol_version, or_default(version, era));
  if (era == Era::modern) {
    fields.emplace_back(header::method, method);
    if (!name.empty()) fields.emplace_back(header::name, encode_header_value(name));
  } else if (!session_id.empty()) {
    fields.emplace_back(header::session_id, session_id);
  }
  return fields;
}

Json initialize_params(const ClientInfo& client, std::string_view version) {
  return {{"protocolVersion", version}, {"capabilities", Json::object()}, {"clientInfo", to_json(client)}};
}

std::optional<Initialized> read_initialize(const Json& result) {
  if (!result.is_object()) return {};
  Initialized out{text_at(result, "protocolVersion"), read_implementation(result, "serverInfo")};
  if (era_of(out.version) != Era::legacy) return {};
  return out;
}

std::optional<Discovered> read_discover(const Json& result) {
  if (!result.is_object()) return {};
  const auto versions = result.find("supportedVersions");
  if (versions == result.end() || !versions->is_array() || versions->empty()) return {};
  Discovered out;
  for (const auto& version : *versions) {
    if (!version.is_string()) return {};
    out.versions.push_back(version.get<std::string>());
  }
  if (const auto meta = result.find("_meta"); meta != result.end() && meta->is_object()) {
    out.server = read_implementation(*meta, meta_key::server_info);
  }
  return out;
}

bool is_modern_error(const ErrorObject& error) {
  return error.code == header_mismatch || error.code == missing_client_capability ||
         error.code == unsupported_protocol_version;
}

std::optional<std::string> newest_common(const std::vector<std::string>& versions) {
  for (const auto& ours : supported_versions) {
    if (std::ranges::find(versions, ours) != versions.end()) return std::string(ours);
  }
  return {};
}

std::optional<std::string> version_offered(const ErrorObject& error) {
  return newest_common(versions_in(error));
}

Probe read_probe(const Response& answer) {
  Probe probe;
  if (const auto* error = std::get_if<ErrorObject>(&answer.outcome)) {
    probe.theirs = versions_in(*error);
    if (error->code == header_mismatch || error->code == missing_client_capability) probe.says = Probe::Says::modern;
  } else if (auto discovered = read_discover(std::get<Json>(answer.outcome))) {
    probe.theirs = std::move(discovered->versions);
  }
  if (probe.theirs.empty()) return probe;
  const auto newest = newest_common(probe.theirs);
  probe.version = newest.value_or("");
  probe.says = !newest                          ? Probe::Says::nothing_common
               : era_of(*newest) == Era::modern ? Probe::Says::modern
                                                : Probe::Says::legacy;
  return probe;
}

CallResult read_call_result(const Json& result) {
  if (!result.is_object()) return CallResult::malformed;
  if (const auto type = result.find("resultType"); type != result.end() && *type != "complete") {
    return CallResult::malformed;
  }
  const auto content = result.find("content");
  if (content == result.end() || !content->is_array()) return CallResult::malformed;
  const auto is_error = result.find("isError");
  if (is_error == result.end()) return CallResult::ok;
  if (!is_error->is_boolean()) return CallResult::malformed;
  return is_error->get<bool>() ? CallResult::tool_error : CallResult::ok;
}

}  // namespace tracetax::mcp
