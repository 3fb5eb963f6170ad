#include "harness/mcp/paging.h"

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

namespace tracetax::mcp {
namespace {

// FNV-1a. Nothing secret: it only makes a cursor of another list, or one that somebody made up, unlikely to fit.
std::uint32_t check_sum(std::string_view text) {
  std::uint32_t sum = 2166136261u;
  for (const char c : text) sum = (sum ^ static_cast<unsigned char>(c)) * 16777619u;
  return sum;
}

std::string cursor_of(std::string_view member, std::size_t position) {
  return fmt::format("{:x}-{:08x}", position, check_sum(fmt::format("{} {}", member, position)));
}

// The first item that a cursor stands for; empty: it was not given out.
std::optional<std::size_t> position_of(const Json& cursor, std::string_view member, std::size_t size,
                                       std::size_t page_size) {
  if (!cursor.is_string() || page_size == 0) return {};
  for (std::size_t position = page_size; position < size; position += page_size) {
    if (cursor == cursor_of(member, position)) return position;
  }
  return {};
}

}  // namespace

std::variant<Json, ErrorObject> page_of(std::string_view member, const Json& all, std::size_t page_size,
                                        const Json& params) {
  std::size_t begin = 0;
  if (const auto cursor = params.find("cursor"); cursor != params.end() && !cursor->is_null()) {
    const auto position = position_of(*cursor, member, all.size(), page_size);
    if (!position) return ErrorObject{invalid_params, "params.cursor is none that this list has given"};
    begin = *position;
  }
  const std::size_t end = page_size == 0 ? all.size() : std::min(all.size(), begin + page_size);
  Json page{{std::string(member), Json::array()}};
  Json& items = page[std::string(member)];
  for (std::size_t i = begin; i < end; ++i) items.push_back(all[i]);
  if (end < all.size()) page["nextCursor"] = cursor_of(member, end);
  return page;
}

}  // namespace tracetax::mcp
