#include "harness/mcp/notices.h"

#include <algorithm>
#include <array>

namespace tracetax::mcp {
namespace {

constexpr std::array<std::string_view, 8> words{"debug", "info",     "notice", "warning",
                                                "error", "critical", "alert",  "emergency"};

const Json* find_in_meta(const Json& params, const char* key) {
  const auto meta = params.find("_meta");
  if (meta == params.end() || !meta->is_object()) return nullptr;
  const auto found = meta->find(key);
  return found == meta->end() ? nullptr : &*found;
}

std::optional<LogLevel> level_of(const Json* value) {
  if (value == nullptr || !value->is_string()) return {};
  return read_log_level(value->get_ref<const std::string&>());
}

}  // namespace

std::string_view to_string(LogLevel level) {
  return words[static_cast<std::size_t>(level)];
}

std::optional<LogLevel> read_log_level(std::string_view word) {
  const auto found = std::ranges::find(words, word);
  if (found == words.end()) return {};
  return static_cast<LogLevel>(found - words.begin());
}

Wishes read_wishes(const Json& params) {
  Wishes wishes;
  if (const Json* token = find_in_meta(params, meta_key::progress_token);
      token != nullptr && (token->is_string() || token->is_number_integer())) {
    wishes.progress_token = *token;
  }
  wishes.log_level = level_of(find_in_meta(params, meta_key::log_level));
  return wishes;
}

bool has_bad_log_level(const Json& params) {
  const Json* level = find_in_meta(params, meta_key::log_level);
  return level != nullptr && !level_of(level);
}

void write_wishes(Json& params, const Wishes& wishes) {
  if (!wishes.any() && !params.contains("_meta")) return;
  Json& meta = params["_meta"];
  if (!meta.is_object()) meta = Json::object();
  meta.erase(meta_key::progress_token);
  meta.erase(meta_key::log_level);
  if (!wishes.progress_token.is_null()) meta[meta_key::progress_token] = wishes.progress_token;
  if (wishes.log_level) meta[meta_key::log_level] = to_string(*wishes.log_level);
  if (meta.empty()) params.erase("_meta");
}

Notification make_progress(const Json& token, double progress, double total, std::string_view message) {
  Json params{{"progressToken", token}, {"progress", progress}};
  if (total > 0) params["total"] = total;
  if (!message.empty()) params["message"] = message;
  return {"notifications/progress", std::move(params)};
}

Notification make_log(LogLevel level, std::string_view logger, Json data) {
  return {"notifications/message",
          Json{{"level", to_string(level)}, {"logger", std::string(logger)}, {"data", std::move(data)}}};
}

std::optional<Notification> forward_notice(Notification notice, const Wishes& caller) {
  if (notice.method == "notifications/progress") {
    if (caller.progress_token.is_null()) return {};
    notice.params["progressToken"] = caller.progress_token;
    return notice;
  }
  if (notice.method != "notifications/message") return {};
  const auto found = notice.params.find("level");
  const auto level = level_of(found == notice.params.end() ? nullptr : &*found);
  if (!level || !caller.wants(*level)) return {};
  // It names a request of the hop's, which means nothing to the caller.
  if (const auto meta = notice.params.find("_meta"); meta != notice.params.end() && meta->is_object()) {
    meta->erase(meta_key::request);
    if (meta->empty()) notice.params.erase(meta);
  }
  return notice;
}

}  // namespace tracetax::mcp
