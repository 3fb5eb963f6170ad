#pragma once
// From bytes to texts of messages. Pure: bytes are pushed in as they come, whole texts are taken out.

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace tracetax::mcp {

// A message longer than the limit. Its bytes have been discarded up to the next boundary; what follows is unharmed.
struct TooLong {
  std::size_t limit = 0;
};

// Newline-delimited JSON (MCP stdio). Accepts "\n" and "\r\n"; empty lines are skipped. Of an unfinished line at most
// `limit` + 1 bytes are held; finished ones wait for next().
class LineFramer {
 public:
  explicit LineFramer(std::size_t limit) : limit_(limit) {}
  void push(std::string_view bytes);
  // The next whole line, TooLong once for each line over the limit (as soon as it is over), or nothing yet.
  std::optional<std::variant<std::string, TooLong>> next();

 private:
  void append(std::string_view part);
  void end_line();

  std::size_t limit_;
  std::string line_{};       // unfinished
  bool discarding_ = false;  // inside a line that is over the limit
  std::deque<std::variant<std::string, TooLong>> ready_{};
};

// Server-sent events (WHATWG HTML, "Parsing an event stream"), as Streamable HTTP uses them. Comments, `retry:` and
// events with no or empty data are consumed silently; "\n", "\r\n" and "\r" end lines. An event whose data or whose
// one line is over the limit is TooLong once and skipped.
class SseParser {
 public:
  struct Event {
    std::string type = "message";
    std::string id{};  // the last one that was sent, as the standard has it
    std::string data{};
  };
  explicit SseParser(std::size_t limit) : limit_(limit) {}
  void push(std::string_view bytes);
  std::optional<std::variant<Event, TooLong>> next();

 private:
  void append(std::string_view part);
  void end_line();
  void end_event();
  void overflow();

  std::size_t limit_;
  std::string line_{};            // unfinished
  Event event_{};                 // unfinished; its data ends with a line feed that is taken off at the end
  bool at_start_ = true;          // a byte order mark may come
  bool skip_line_feed_ = false;   // the last byte was a carriage return
  bool line_discarded_ = false;   // the unfinished line is over the limit
  bool event_discarded_ = false;  // the unfinished event is over the limit
  std::deque<std::variant<Event, TooLong>> ready_{};
};

std::string sse_event(std::string_view data);  // "event: message\ndata: …\n\n"

}  // namespace tracetax::mcp
