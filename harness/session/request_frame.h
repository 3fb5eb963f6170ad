#pragma once
// A call whose arguments differ from one time to the next: everything else of its request, made once.

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/scenario/call_names.h"
#include "harness/session/request_bytes.h"

namespace tracetax {

// "tools/call", "resources/read", "prompts/get".
std::string_view method_of(CallKind kind);

class RequestFrame {
 public:
  // `mirrors`: the tool's inputSchema where arguments are repeated in headers (http, modern), which costs a call the
  // parsing of its arguments; else null.
  RequestFrame(const RequestStyle& style, const CallTarget& target, mcp::Json mirrors = {});

  // Puts the whole request into `buffer`, which keeps its room from call to call. `arguments` is a JSON object, and not
  // looked at for a resource; id and draw as of RequestBytes::fill(). A view of `buffer`.
  std::string_view fill(std::string& buffer, std::int64_t id, std::uint64_t draw, std::string_view arguments) const;

 private:
  bool http_ = false;
  mcp::Json mirrors_{};
  std::string head_{};              // http: up to the length
  std::string before_{}, after_{};  // the arguments
  std::size_t id_at_ = 0, draw_at_ = 0;
};

}  // namespace tracetax
