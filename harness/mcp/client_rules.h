#pragma once
// What a client end writes and how it reads what comes back, in both eras. Values only.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/wire.h"
#include "harness/mcp/message.h"
#include "harness/mcp/protocol.h"

namespace tracetax::mcp {

using ClientInfo = Implementation;

// One request as JSON-RPC text. modern: params._meta gets protocolVersion, and clientCapabilities and clientInfo where
// they are absent (a forwarder speaks for its caller). legacy: these three keys are taken out. Everything else in
// `_meta` stays. `params` must be an object. An empty version is the era's default.
std::string make_request_text(std::int64_t id, std::string_view method, Json params, Era era, const ClientInfo& client,
                              std::string_view version = {});
std::string make_notification_text(std::string_view method, Json params = Json::object());

// MCP's own fields for one http request: MCP-Protocol-Version always (but not for initialize), Mcp-Method and (when
// `name` is not empty) Mcp-Name in the modern era, Mcp-Session-Id in the legacy one when there is one. `name` as
// name_of() gives it, not encoded. Content-Type and Accept are the transport's.
HeaderFields request_headers(std::string_view method, std::string_view name, Era era, std::string_view version = {},
                             std::string_view session_id = {});

Json initialize_params(const ClientInfo& client, std::string_view version = legacy_version);

struct Initialized {
  std::string version;  // the server's choice; legacy by definition
  Implementation server{};
};
// Empty: the result is none of `initialize`, or names a version that is not supported.
std::optional<Initialized> read_initialize(const Json& result);

struct Discovered {
  std::vector<std::string> versions;  // not empty
  Implementation server{};
};
// Empty: the result is none of `server/discover`.
std::optional<Discovered> read_discover(const Json& result);

// Whether an error tells that the peer is modern (then a legacy `initialize` is no way out): -32020, -32021, -32022.
bool is_modern_error(const ErrorObject&);
// The newest version of ours among the `supported` of a -32022; empty: none, or another error.
std::optional<std::string> version_offered(const ErrorObject&);

// The newest version of ours among these; empty: none.
std::optional<std::string> newest_common(const std::vector<std::string>& versions);

// What the answer to a `server/discover` that was the first message says of the peer (2026-07-28, "Backward
// Compatibility"): a discover result and -32022 name versions, -32020 and -32021 are of modern peers only, and
// everything else is how peers of before answer a method that they do not know.
struct Probe {
  enum class Says { modern, legacy, nothing_common } says = Says::legacy;
  std::string version{};              // to speak; legacy: to offer in initialize. Empty: the era's default
  std::vector<std::string> theirs{};  // as far as it named them
};
Probe read_probe(const Response& answer);

// What a tools/call result says. An absent resultType counts as "complete", as the specification asks.
enum class CallResult {
  ok,
  tool_error,  // isError: true
  malformed,  // no object with a `content` array, or a resultType that we do not serve ("input_required", unknown ones)
};
CallResult read_call_result(const Json& result);

}  // namespace tracetax::mcp
