#pragma once
// The admin endpoint of a service: a small HTTP server of its own, besides the protocol's listeners. Also the ready
// line and the wait for a signal that every service has, otlp-sink included.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

namespace tracetax::service {

namespace asio = boost::asio;

struct AdminRequest {
  std::string method;  // "GET", "POST", …
  std::string target;  // path without the query
  std::string body{};
};

struct AdminResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body{};
};

using AdminHandler = std::function<asio::awaitable<AdminResponse>(AdminRequest)>;

inline constexpr const char* openmetrics_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";

// HTTP/1.1 with keep-alive. Limits: 64 connections, 8 KiB of header, 1 MiB of body, 60 s without a request. A handler
// that throws answers 500. Runs on the io_context's one thread. Destroying it closes everything; the handler's own
// coroutines must then not touch it any more (stop the io_context first).
class AdminServer {
 public:
  // `where` is HOST:PORT (IPv6 in brackets, port 0: any). Binds and serves at once; throws boost::system::system_error
  // with the address in what(), std::invalid_argument for a text of another form.
  AdminServer(asio::io_context& io, const std::string& where, AdminHandler handler);
  ~AdminServer();
  std::string url() const;  // "http://HOST:PORT" with the port really bound

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// {"event":"ready","service":…,"listen":[…],"admin":…,"pid":…} and a newline; `admin` is null when there is none.
std::string ready_line(const std::string& service, const std::vector<std::string>& listen,
                       const std::string& admin_url);

// Calls `stop` once at the first SIGTERM or SIGINT; a second one ends the process at once with 130. Lives as long as
// the returned object. SIGPIPE is ignored from here on.
std::shared_ptr<void> on_stop_signal(asio::io_context& io, std::function<void()> stop);

// One line on stderr in the form "SERVICE: what" and the exit code for a failing world (4).
int report_failure(const std::string& service, const std::string& what);

}  // namespace tracetax::service
