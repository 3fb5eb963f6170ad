#pragma once
// One MCP conversation on one connection, from the client's side: (legacy: initialize →) calls → close.

#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "harness/base/wire.h"
#include "harness/mcp/message.h"
#include "harness/transport/client.h"

namespace tracetax {

// Where a session connects: an http or ws URL, or the two ends of a child's stdio.
struct Target {
  transport::Url url{};  // kind stdio: the descriptors below, which the session then owns
  int read_fd = -1;
  int write_fd = -1;
  Era era = Era::modern;
  std::string token{};            // bearer token; empty: none
  std::uint32_t connections = 1;  // http only
};

class Session {
 public:
  // Runs on the executor it is awaited on. Throws std::runtime_error that says what the peer did wrong.
  static boost::asio::awaitable<std::unique_ptr<Session>> open(const Target& target);
  ~Session();

  // A tools/call ready to be sent, with an id of its own. `draw` goes into _meta for the tool server. Outside the
  // clock.
  transport::Call prepare(const std::string& tool, const mcp::Json& arguments, std::uint64_t draw);
  boost::asio::awaitable<transport::Answer> call(transport::Call prepared);
  // Names of the tools the peer lists, pages followed.
  boost::asio::awaitable<std::vector<std::string>> list_tools();
  bool alive() const;
  boost::asio::awaitable<void> close();

 private:
  Session(std::unique_ptr<transport::Channel> channel, const Target& target);
  boost::asio::awaitable<mcp::Json> request(std::string method, mcp::Json params);
  boost::asio::awaitable<void> initialize();

  std::unique_ptr<transport::Channel> channel_;
  Era era_;
  TransportKind kind_;
  std::string protocol_version_{};
  std::string session_id_{};
  std::int64_t next_id_ = 1;
};

}  // namespace tracetax
