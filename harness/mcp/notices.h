#pragma once
// What a server tells the caller of a request while it works on it: progress (notifications/progress) and log messages
// (notifications/message), and who asks for them how. Values only.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/mcp/message.h"

namespace tracetax::mcp {

// The severities of RFC 5424, mildest first.
enum class LogLevel : std::uint8_t { debug, info, notice, warning, error, critical, alert, emergency };
std::string_view to_string(LogLevel level);
std::optional<LogLevel> read_log_level(std::string_view word);

namespace meta_key {
inline constexpr const char* progress_token = "progressToken";
// 2026-07-28, "Logging": the mildest messages that the caller of this request wants. Before, logging/setLevel said it
// once for the session.
inline constexpr const char* log_level = "io.modelcontextprotocol/logLevel";
// Ours: the id of the request that a notifications/message belongs to, where a stream carries those of many requests
// (stdio, ws). MCP has nothing for that; without it a hop could not tell whose caller is meant.
inline constexpr const char* request = "dev.tracetax/request";
}  // namespace meta_key

// What the caller of one request wants to hear while it runs.
struct Wishes {
  Json progress_token{};                // a string or an integer; null: no progress
  std::optional<LogLevel> log_level{};  // empty: no log messages
  bool any() const { return !progress_token.is_null() || log_level.has_value(); }
  bool wants(LogLevel level) const { return log_level && level >= *log_level; }
};
// As `_meta` of the request says. A token of another type is none; a level that is none is empty.
Wishes read_wishes(const Json& params);
// Whether `_meta` has a log level that is none of MCP's.
bool has_bad_log_level(const Json& params);
// Replaces both in `_meta`; what is not wished for is taken away. `params` must be an object.
void write_wishes(Json& params, const Wishes& wishes);

// `progress` grows from notice to notice of a request. A `total` of 0 is left out.
Notification make_progress(const Json& token, double progress, double total, std::string_view message);
Notification make_log(LogLevel level, std::string_view logger, Json data);

// What a hop does with a notice that its peer sent about a request of its own: the same for the hop's caller, with the
// caller's token. Empty: the caller has not asked for that.
std::optional<Notification> forward_notice(Notification notice, const Wishes& caller);

}  // namespace tracetax::mcp
