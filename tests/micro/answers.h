#pragma once
// What mcp-server answers to a tools/call of the modern era, of a length that is asked for.

#include <cstddef>
#include <string>
#include <string_view>

namespace tracetax {

// `size` bytes of JSON in all, at least 300; the filler is mcp-server's own.
inline std::string answer_of(std::size_t size, std::string_view id = "1000000007") {
  std::string text = R"({"id":)" + std::string(id) +
                     R"(,"jsonrpc":"2.0","result":{"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"tools",)"
                     R"("version":"0.1.0"}},"content":[{"text":")";
  constexpr std::string_view end = R"(","type":"text"}],"isError":false,"resultType":"complete"}})";
  constexpr std::string_view filler = "tracetax ";
  while (text.size() + end.size() < size) text += filler.substr(0, size - end.size() - text.size());
  return text.append(end);
}

}  // namespace tracetax
