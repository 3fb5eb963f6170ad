#pragma once
// The plainest HTTP server that answers tools/call: one thread, epoll, no tree of anything. What generators are held
// against, because little of what is measured is its own. Also one that stops, closes and answers in other ways when
// told.

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "harness/base/time.h"

namespace tracetax::test {

class PlainServer {
 public:
  struct Request {
    std::int64_t id = 0;  // 0: none was found
    std::uint64_t number = 0;
    std::string_view head;
    std::string_view body;
  };
  struct Reply {
    std::string bytes{};
    bool close = false;  // after the bytes have gone
  };
  struct Options {
    std::uint16_t port = 0;  // 0: any
    Nanos stall_every{};     // 0: never stops
    Nanos stall_for{};       // at the beginning of each `stall_every`
    bool keep_arrivals = false;
    // Instead of answer(id).
    std::function<Reply(const Request&)> reply{};
  };

  explicit PlainServer(Options options);  // listens on 127.0.0.1 at once; throws std::system_error
  ~PlainServer();
  PlainServer(const PlainServer&) = delete;
  PlainServer& operator=(const PlainServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::uint64_t requests() const { return requests_; }
  std::size_t connections() const { return connections_; }  // accepted so far
  // When whole requests had been read, monotonic_now()'s time. Stops the server.
  std::vector<Nanos> stop();

  // A tools/call result of some 600 bytes with its HTTP head.
  static std::string answer(std::int64_t id);
  static std::string http(const std::string& body, std::string_view type = "application/json");

 private:
  void run();
  void accept_all();
  // False: the connection has ended.
  bool serve(int fd);
  bool answer_all(int fd, std::string& in);
  void stall_if_due();

  Options options_;
  int listener_ = -1;
  int epoll_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> over_{false};
  std::atomic<std::uint64_t> requests_{0};
  std::atomic<std::size_t> connections_{0};
  std::unordered_map<int, std::string> open_{};  // by descriptor: what has come of an unfinished request
  std::vector<Nanos> arrivals_{};
  Nanos next_stall_{};
  std::thread thread_{};
};

}  // namespace tracetax::test
