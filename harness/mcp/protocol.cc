#include "harness/mcp/protocol.h"

#include <algorithm>

#include <openssl/evp.h>

namespace tracetax::mcp {
namespace {

constexpr std::string_view sentinel_begin = "=?base64?";
constexpr std::string_view sentinel_end = "?=";
constexpr std::uint64_t draw_end = std::uint64_t{1} << 53;  // integers below are exact in every JSON implementation

bool has_sentinel_form(std::string_view text) {
  return text.size() >= sentinel_begin.size() + sentinel_end.size() && text.starts_with(sentinel_begin) &&
         text.ends_with(sentinel_end);
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

// Visible ASCII, space and tab: RFC 9110 §5.5 without obs-text.
bool all_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c == '\t' || (c >= ' ' && c <= '~'); });
}

// Canonical Base64 only: what does not encode to the same text again is refused.
std::optional<std::string> from_base64(std::string_view text) {
  if (text.empty()) return std::string();
  std::string out(3 * (text.size() / 4) + 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < 0) return {};
  const auto padding = text.ends_with("==") ? 2u : text.ends_with("=") ? 1u : 0u;
  if (static_cast<std::size_t>(size) < padding) return {};
  out.resize(static_cast<std::size_t>(size) - padding);
  if (to_base64(out) != text) return {};
  return out;
}

const Json* find_meta(const Json& params) {
  if (!params.is_object()) return nullptr;
  const auto meta = params.find("_meta");
  return meta != params.end() && meta->is_object() ? &*meta : nullptr;
}

std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Json& writable_meta(Json& params) {
  auto& meta = params["_meta"];
  if (!meta.is_object()) meta = Json::object();
  return meta;
}

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // EVP_EncodeBlock writes a terminating zero
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::optional<Era> era_of(std::string_view version) {
  if (version == modern_version) return Era::modern;
  if (std::ranges::find(supported_versions, version) != supported_versions.end()) return Era::legacy;
  return {};
}

Json to_json(const Implementation& who) {
  return {{"name", who.name}, {"version", who.version}};
}

TraceMeta read_trace(const Json& params) {
  const Json* meta = find_meta(params);
  if (meta == nullptr) return {};
  return {text_at(*meta, "traceparent"), text_at(*meta, "tracestate"), text_at(*meta, "baggage")};
}

void write_trace(Json& params, std::string_view traceparent, std::string_view tracestate) {
  if (traceparent.empty() && tracestate.empty() && find_meta(params) == nullptr) return;
  auto& meta = writable_meta(params);
  const auto put = [&meta](const char* key, std::string_view value) {
    if (value.empty()) {
      meta.erase(key);
    } else {
      meta[key] = value;
    }
  };
  put("traceparent", traceparent);
  put("tracestate", tracestate);
  if (meta.empty()) params.erase("_meta");
}

std::optional<std::uint64_t> read_draw(const Json& params) {
  const Json* meta = find_meta(params);
  if (meta == nullptr) return {};
  const auto draw = meta->find(meta_key::draw);
  if (draw == meta->end() || !draw->is_number_integer() || *draw < 0 || *draw >= draw_end) return {};
  return draw->get<std::uint64_t>();
}

void write_draw(Json& params, std::uint64_t draw) {
  writable_meta(params)[meta_key::draw] = draw % draw_end;
}

std::string name_of(std::string_view method, const Json& params) {
  if (!params.is_object()) return {};
  if (method == "tools/call" || method == "prompts/get") return text_at(params, "name");
  if (method == "resources/read") return text_at(params, "uri");
  return {};
}

std::string encode_header_value(std::string_view text) {
  const bool outer_blank = !text.empty() && (is_blank(text.front()) || is_blank(text.back()));
  if (all_plain(text) && !outer_blank && !has_sentinel_form(text)) return std::string(text);
  return std::string(sentinel_begin) + to_base64(text) + std::string(sentinel_end);
}

std::optional<std::string> decode_header_value(std::string_view value) {
  if (!all_plain(value)) return {};
  if (!has_sentinel_form(value)) return std::string(value);
  value.remove_prefix(sentinel_begin.size());
  value.remove_suffix(sentinel_end.size());
  return from_base64(value);
}

}  // namespace tracetax::mcp
