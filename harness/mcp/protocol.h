#pragma once
// The words of the Model Context Protocol that both ends use: versions, `_meta` keys, header names and how a value is
// put into a header. Revisions 2026-07-28 (modern) and 2024-11-05 to 2025-11-25 (legacy).

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/wire.h"
#include "harness/mcp/message.h"

namespace tracetax::mcp {

inline constexpr std::string_view modern_version = "2026-07-28";
inline constexpr std::string_view legacy_version = "2025-11-25";  // offered in initialize
// What a legacy http request without MCP-Protocol-Version speaks (revision 2025-06-18, "Protocol Version Header").
inline constexpr std::string_view version_without_header = "2025-03-26";
inline constexpr std::array<std::string_view, 5> supported_versions{modern_version, legacy_version, "2025-06-18",
                                                                    version_without_header, "2024-11-05"};
std::optional<Era> era_of(std::string_view version);  // empty: not supported
constexpr std::string_view default_version(Era era) {
  return era == Era::modern ? modern_version : legacy_version;
}

// Who an implementation says it is: clientInfo, serverInfo.
struct Implementation {
  std::string name;
  std::string version;
};
Json to_json(const Implementation&);

namespace meta_key {
inline constexpr const char* protocol_version = "io.modelcontextprotocol/protocolVersion";
inline constexpr const char* client_capabilities = "io.modelcontextprotocol/clientCapabilities";
inline constexpr const char* client_info = "io.modelcontextprotocol/clientInfo";
inline constexpr const char* server_info = "io.modelcontextprotocol/serverInfo";
// Ours: a non-negative integer below 2^53 from which mcp-server takes every random choice of the call, so that the same
// call is the same work in every arm. Router and gateway forward it.
inline constexpr const char* draw = "dev.tracetax/draw";
}  // namespace meta_key

namespace header {
inline constexpr const char* protocol_version = "MCP-Protocol-Version";
inline constexpr const char* method = "Mcp-Method";
inline constexpr const char* name = "Mcp-Name";
inline constexpr const char* session_id = "Mcp-Session-Id";
}  // namespace header

using HeaderFields = std::vector<std::pair<std::string, std::string>>;

// W3C trace context and baggage in params._meta (SEP-414), texts unchecked; what is absent or no string is empty.
struct TraceMeta {
  std::string traceparent{};
  std::string tracestate{};
  std::string baggage{};
};
TraceMeta read_trace(const Json& params);
// Replaces traceparent and tracestate in params._meta; an empty text takes its key away. Baggage and all other keys
// stay as they are. `params` must be an object; a `_meta` that is no object is replaced.
void write_trace(Json& params, std::string_view traceparent, std::string_view tracestate);

std::optional<std::uint64_t> read_draw(const Json& params);  // empty: absent, or no integer in 0 .. 2^53-1
void write_draw(Json& params, std::uint64_t draw);

// A request's `params.name` (tools/call, prompts/get) or `params.uri` (resources/read): what Mcp-Name repeats. Empty
// for other methods and where the parameter is absent or no string.
std::string name_of(std::string_view method, const Json& params);

std::string to_base64(std::string_view bytes);  // RFC 4648, section 4

// The text as a header value: as it is when it is plain ASCII without outer blanks, else in the sentinel form
// "=?base64?…?=" of its UTF-8 bytes; also where it looks like that form itself (2026-07-28, "Value Encoding").
std::string encode_header_value(std::string_view text);
// The text again; empty when the sentinel form holds no canonical Base64, or there are bytes that no header may have.
std::optional<std::string> decode_header_value(std::string_view value);

}  // namespace tracetax::mcp
