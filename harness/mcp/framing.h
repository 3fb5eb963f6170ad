#pragma once
// From bytes to texts of messages. Pure: bytes are pushed in as they come, whole texts are taken out.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace tracetax::mcp {

// A message longer than the limit. Its bytes have been discarded up to the next boundary; what follows is unharmed.
struct TooLong {
  std::size_t limit = 0;
};

// Newline-delimited JSON (MCP stdio). Accepts "\n" and "\r\n"; empty lines are skipped. Holds at most `limit` bytes.
class LineFramer {
 public:
  explicit LineFramer(std::size_t limit) : limit_(limit) {}
  void push(std::string_view bytes);
  // The next whole line, TooLong once for each line over the limit, or nothing yet.
  std::optional<std::variant<std::string, TooLong>> next();

 private:
  std::size_t limit_;
  std::string buffer_;
  std::size_t consumed_ = 0;  // of buffer_: lines already taken
  std::size_t searched_ = 0;  // of buffer_: known to hold no further newline
  bool discarding_ = false;   // inside a line that is over the limit
  bool report_too_long_ = false;
};

// Server-sent events (WHATWG HTML, "server-sent events" parsing), as Streamable HTTP uses them. Comments, `retry:` and
// events without data are consumed silently; "\n", "\r\n" and "\r" end lines.
class SseParser {
 public:
  struct Event {
    std::string type = "message";
    std::string id{};
    std::string data;
  };
  explicit SseParser(std::size_t limit) : limit_(limit) {}
  void push(std::string_view bytes);
  std::optional<std::variant<Event, TooLong>> next();

 private:
  std::size_t limit_;
  std::string buffer_;
  std::string data_;
  Event event_{};
  bool has_data_ = false;
  bool overflow_ = false;
};

std::string sse_event(std::string_view data);  // "event: message\ndata: …\n\n"

}  // namespace tracetax::mcp
