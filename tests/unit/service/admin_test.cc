// The admin server over a real socket on loopback, the ready line, and signals.

#include "mock_servers/common/admin.h"

#include <csignal>
#include <stdexcept>
#include <thread>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "harness/transport/url.h"
#include "tests/support/http.h"

namespace tracetax::service {
namespace {

using asio::ip::tcp;

asio::awaitable<AdminResponse> show(AdminRequest request) {
  if (request.target == "/throw") throw std::runtime_error("on purpose");
  AdminResponse response;
  response.body = request.method + " " + request.target + " " + request.body;
  co_return response;
}

class AdminServerTest : public testing::Test {
 protected:
  AdminServerTest() : thread_([this] { io_.run(); }) {}
  ~AdminServerTest() override {
    io_.stop();
    thread_.join();
  }

  // Sends the bytes as they are and reads until the server closes.
  std::string exchange(const std::string& bytes) {
    asio::io_context own;
    tcp::socket socket(own);
    const auto url = transport::parse_url(server_.url() + "/");
    socket.connect({asio::ip::make_address(url->host), url->port});
    boost::system::error_code error;
    asio::write(socket, asio::buffer(bytes), error);
    std::string answer;
    asio::read(socket, asio::dynamic_buffer(answer), error);
    return answer;
  }

  asio::io_context io_{1};
  AdminServer server_{io_, "127.0.0.1:0", show};
  std::thread thread_;
};

TEST_F(AdminServerTest, HandsRequestsToTheHandler) {
  EXPECT_TRUE(server_.url().starts_with("http://127.0.0.1:"));
  const auto get = test::http_request("GET", server_.url() + "/healthz?x=1");
  EXPECT_EQ(get.status, 200);
  EXPECT_EQ(get.body, "GET /healthz ");
  EXPECT_EQ(get.headers.at("content-type"), "text/plain; charset=utf-8");
  EXPECT_EQ(test::http_request("POST", server_.url() + "/flush", "now").body, "POST /flush now");
}

TEST_F(AdminServerTest, KeepsConnections) {
  const auto answer =
      exchange("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_NE(answer.find("GET /a "), std::string::npos);
  EXPECT_NE(answer.find("GET /b "), std::string::npos);
}

TEST_F(AdminServerTest, AnswersFailuresOfTheHandler) {
  const auto reply = test::http_request("GET", server_.url() + "/throw");
  EXPECT_EQ(reply.status, 500);
  EXPECT_EQ(reply.body, "on purpose\n");
}

TEST_F(AdminServerTest, RefusesWhatIsTooLargeOrNoHttp) {
  EXPECT_TRUE(exchange("hello\r\n\r\n").starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(exchange("GET / HTTP/1.1\r\nX: " + std::string(9000, 'x')).starts_with("HTTP/1.1 431 "));
  EXPECT_TRUE(exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n").starts_with("HTTP/1.1 413 "));
  EXPECT_EQ(test::http_request("GET", server_.url() + "/").status, 200);
}

TEST_F(AdminServerTest, ServesOthersWhileOneIsSilent) {
  asio::io_context own;
  tcp::socket silent(own);
  const auto url = transport::parse_url(server_.url() + "/");
  silent.connect({asio::ip::make_address(url->host), url->port});
  EXPECT_EQ(test::http_request("GET", server_.url() + "/").status, 200);
}

TEST(AdminServer, SaysWhichAddressIsTaken) {
  asio::io_context io;
  const AdminServer first(io, "127.0.0.1:0", show);
  const auto taken = first.url().substr(7);
  try {
    const AdminServer second(io, taken, show);
    FAIL() << "bound twice";
  } catch (const boost::system::system_error& error) {
    EXPECT_EQ(error.code(), asio::error::address_in_use);
    EXPECT_NE(std::string(error.what()).find(taken), std::string::npos);
  }
}

TEST(AdminServer, RefusesOtherForms) {
  asio::io_context io;
  for (const char* where : {"", "nonsense:port", "127.0.0.1:99999", "no.such.host.invalid:80"}) {
    EXPECT_THROW(AdminServer(io, where, show), std::invalid_argument) << where;
  }
}

TEST(ReadyLine, IsOneJsonObject) {
  const auto pid = std::to_string(getpid());
  EXPECT_EQ(
      ready_line("mcp-server", {"stdio", "http://127.0.0.1:1/mcp"}, "http://127.0.0.1:2"),
      R"({"event":"ready","service":"mcp-server","listen":["stdio","http://127.0.0.1:1/mcp"],"admin":"http://127.0.0.1:2","pid":)" +
          pid + "}\n");
  EXPECT_EQ(ready_line("s", {}, ""), R"({"event":"ready","service":"s","listen":[],"admin":null,"pid":)" + pid + "}\n");
}

TEST(StopSignal, StopsOnceAndIgnoresBrokenPipes) {
  for (const int number : {SIGTERM, SIGINT}) {
    asio::io_context io;
    int stops = 0;
    const auto signals = on_stop_signal(io, [&] {
      ++stops;
      io.stop();
    });
    std::raise(SIGPIPE);
    std::raise(number);
    io.run();
    EXPECT_EQ(stops, 1);
  }
}

}  // namespace
}  // namespace tracetax::service
