#include "harness/mcp/framing.h"

#include <utility>

namespace tracetax::mcp {
namespace {

template <class Item>
std::optional<Item> take(std::deque<Item>& ready) {
  if (ready.empty()) return {};
  std::optional<Item> item(std::move(ready.front()));
  ready.pop_front();
  return item;
}

}  // namespace

void LineFramer::push(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    append(bytes.substr(0, end));
    if (end == std::string_view::npos) return;
    end_line();
    bytes.remove_prefix(end + 1);
  }
}

void LineFramer::append(std::string_view part) {
  if (discarding_) return;
  const auto size = line_.size() + part.size();
  // One byte over is allowed while it can still be the carriage return of the line's end.
  const bool fits = size <= limit_ || (size == limit_ + 1 && (part.empty() ? line_ : part).back() == '\r');
  if (fits) {
    line_ += part;
    return;
  }
  line_ = {};
  discarding_ = true;
  ready_.emplace_back(TooLong{limit_});
}

void LineFramer::end_line() {
  if (!line_.empty() && line_.back() == '\r') line_.pop_back();
  if (!line_.empty()) ready_.emplace_back(std::move(line_));
  line_ = {};
  discarding_ = false;
}

std::optional<std::variant<std::string, TooLong>> LineFramer::next() {
  return take(ready_);
}

void SseParser::push(std::string_view bytes) {
  while (!bytes.empty()) {
    if (skip_line_feed_ && bytes.front() == '\n') bytes.remove_prefix(1);
    skip_line_feed_ = false;
    const auto end = bytes.find_first_of("\r\n");
    append(bytes.substr(0, end));
    if (end == std::string_view::npos) return;
    skip_line_feed_ = bytes[end] == '\r';
    end_line();
    bytes.remove_prefix(end + 1);
  }
}

void SseParser::append(std::string_view part) {
  if (line_discarded_) return;
  constexpr std::size_t field_name = sizeof("data: ") - 1;
  if (line_.size() + part.size() <= limit_ + field_name) {
    line_ += part;
    return;
  }
  line_ = {};
  line_discarded_ = true;
  overflow();
}

void SseParser::overflow() {
  if (!event_discarded_) ready_.emplace_back(TooLong{limit_});
  event_discarded_ = true;
  event_.data = {};
}

void SseParser::end_line() {
  std::string line = std::move(line_);
  line_ = {};
  const bool discarded = std::exchange(line_discarded_, false);
  if (std::exchange(at_start_, false) && line.starts_with("\xef\xbb\xbf")) line.erase(0, 3);
  if (discarded) return;
  if (line.empty()) return end_event();
  const auto colon = line.find(':');
  const std::string_view name = std::string_view(line).substr(0, colon);
  std::string_view value = colon == std::string::npos ? std::string_view() : std::string_view(line).substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (name == "data" && !event_discarded_) {
    if (event_.data.size() + value.size() > limit_) return overflow();
    event_.data.append(value).push_back('\n');
  } else if (name == "event") {
    event_.type = value;
  } else if (name == "id" && value.find('\0') == std::string_view::npos) {
    event_.id = value;
  }
}

void SseParser::end_event() {
  if (event_.type.empty()) event_.type = "message";
  if (event_.data.size() > 1) {
    event_.data.pop_back();
    ready_.emplace_back(event_);
  }
  event_.type = "message";
  event_.data = {};
  event_discarded_ = false;
}

std::optional<std::variant<SseParser::Event, TooLong>> SseParser::next() {
  return take(ready_);
}

std::string sse_event(std::string_view data) {
  std::string text = "event: message\n";
  for (;;) {
    const auto end = data.find('\n');
    text.append("data: ").append(data.substr(0, end)).push_back('\n');
    if (end == std::string_view::npos) break;
    data.remove_prefix(end + 1);
  }
  return text + "\n";
}

}  // namespace tracetax::mcp
