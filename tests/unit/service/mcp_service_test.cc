// The shell between a transport and an application: what reaches the application, and what goes back.

#include "mock_servers/common/mcp_service.h"

#include <optional>
#include <stdexcept>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "harness/mcp/client_rules.h"

namespace tracetax::service {
namespace {

using mcp::Json;

class Scripted final : public McpApplication {
 public:
  asio::awaitable<McpAnswer> answer(McpCall call) override {
    calls.push_back(call);
    if (call.method == "tools/call" && call.params["name"] == "throw") throw std::runtime_error("on purpose");
    co_return next;
  }
  void connection_closed(transport::ConnectionId connection) override { closed.push_back(connection); }

  std::vector<McpCall> calls;
  std::vector<transport::ConnectionId> closed;
  McpAnswer next{Json::parse(R"({"content":[],"isError":false})")};
};

// Takes calls as texts and answers with one.
class Passing final : public McpApplication {
 public:
  asio::awaitable<McpAnswer> answer(McpCall call) override {
    calls.push_back(std::move(call));
    McpAnswer answer;
    answer.text = mcp::make_result("x", fails);
    co_return answer;
  }
  bool takes_text() const override { return true; }

  std::vector<McpCall> calls;
  bool fails = false;
};

class McpServiceTest : public testing::Test {
 protected:
  transport::Outgoing handle(TransportKind kind, const std::string& text, const transport::Headers& headers = {},
                             const std::string& http_method = "POST") {
    transport::Incoming incoming;
    incoming.connection = 9;
    incoming.kind = kind;
    incoming.peer = kind == TransportKind::stdio ? "" : "127.0.0.1:5000";
    incoming.headers = std::make_shared<const transport::Headers>(headers);
    incoming.http_method = kind == TransportKind::http ? http_method : "";
    incoming.text = text;
    std::optional<transport::Outgoing> out;
    asio::io_context io;
    asio::co_spawn(io, handler_->handle(std::move(incoming)),
                   [&](std::exception_ptr error, transport::Outgoing answer) {
                     if (error) std::rethrow_exception(error);
                     out = std::move(answer);
                   });
    io.run();
    return out.value();
  }

  static transport::Headers headers_of(const mcp::HeaderFields& fields) {
    transport::Headers headers;
    for (const auto& [name, value] : fields) headers.add(name, value);
    return headers;
  }
  static std::string modern_call(const char* tool) {
    return mcp::make_request_text(3, "tools/call", {{"name", tool}}, Era::modern, {"c", "1"});
  }
  static transport::Headers modern_headers(const char* tool) {
    return headers_of(mcp::request_headers("tools/call", tool, Era::modern));
  }

  Scripted application_;
  RequestCounts counts_;
  std::unique_ptr<transport::Handler> handler_ = make_mcp_handler({"self", "1.0"}, application_, &counts_);
};

TEST_F(McpServiceTest, HandsTheCallOver) {
  const auto out = handle(TransportKind::http, modern_call("echo"), modern_headers("echo"));
  EXPECT_EQ(out.http_status, 200);
  EXPECT_EQ(Json::parse(out.text)["result"]["resultType"], "complete");
  ASSERT_EQ(application_.calls.size(), 1u);
  const auto& call = application_.calls[0];
  EXPECT_EQ(call.method, "tools/call");
  EXPECT_EQ(call.params["name"], "echo");
  EXPECT_EQ(call.id, mcp::Id(3));
  EXPECT_EQ(call.era, Era::modern);
  EXPECT_EQ(call.protocol_version, "2026-07-28");
  EXPECT_EQ(call.connection, 9u);
  EXPECT_EQ(call.transport, TransportKind::http);
  EXPECT_EQ(call.peer, "127.0.0.1:5000");
  EXPECT_EQ(call.headers->get("mcp-name"), "echo");
  EXPECT_GT(call.received, Nanos::zero());
}

TEST_F(McpServiceTest, HandsTextsToWhoTakesThem) {
  Passing passing;
  handler_ = make_mcp_handler({"self", "1.0"}, passing, &counts_);
  const auto text = modern_call("echo");
  const auto out = handle(TransportKind::http, text, modern_headers("echo"));
  ASSERT_EQ(passing.calls.size(), 1u);
  ASSERT_TRUE(passing.calls[0].text);
  EXPECT_EQ(passing.calls[0].text->text, text);
  EXPECT_EQ(passing.calls[0].text->name(), "echo");
  EXPECT_EQ(passing.calls[0].params, Json::object());
  EXPECT_EQ(passing.calls[0].id, mcp::Id(3));
  EXPECT_EQ(Json::parse(out.text), Json::parse(R"({"jsonrpc":"2.0","id":3,"result":{"resultType":"complete",
      "content":[{"type":"text","text":"x"}],"isError":false,
      "_meta":{"io.modelcontextprotocol/serverInfo":{"name":"self","version":"1.0"}}}})"));
  passing.fails = true;
  handle(TransportKind::http, text, modern_headers("echo"));
  EXPECT_EQ(counts_.ok, 1u);
  EXPECT_EQ(counts_.tool_error, 1u);

  // tools/list always comes as a tree.
  handle(TransportKind::ws, mcp::make_request_text(4, "tools/list", {{"k", 1}}, Era::modern, {"c", "1"}));
  EXPECT_FALSE(passing.calls.back().text);
  EXPECT_EQ(passing.calls.back().params["k"], 1);
}

TEST_F(McpServiceTest, HandsTextsOfLegacyCallersOverToo) {
  Passing passing;
  handler_ = make_mcp_handler({"self", "1.0"}, passing, &counts_);
  const auto call = mcp::make_request_text(5, "tools/call", {{"name", "echo"}}, Era::legacy, {"c", "1"});
  EXPECT_TRUE(Json::parse(handle(TransportKind::ws, call).text).contains("error"));
  handle(TransportKind::ws,
         mcp::make_request_text(1, "initialize", mcp::initialize_params({"c", "1"}), Era::legacy, {}));
  EXPECT_EQ(handle(TransportKind::ws, call).text,
            R"({"jsonrpc":"2.0","id":5,"result":{"content":[{"type":"text","text":"x"}],"isError":false}})");
  ASSERT_EQ(passing.calls.size(), 1u);
  ASSERT_TRUE(passing.calls[0].text);
  EXPECT_EQ(passing.calls[0].era, Era::legacy);
}

// Says which span its calls have, when it is asked.
class Traced final : public McpApplication {
 public:
  asio::awaitable<McpAnswer> answer(McpCall call) override {
    asked += call.span != nullptr ? 1 : 0;
    if (call.span) *call.span = context;
    co_return next;
  }
  opentelemetry::trace::SpanContext context{opentelemetry::trace::TraceId(), opentelemetry::trace::SpanId(),
                                            opentelemetry::trace::TraceFlags(1), false};
  McpAnswer next{};
  int asked = 0;
};

struct Listening final : CallObserver {
  explicit Listening(bool with_texts) : texts(with_texts) {}
  bool wants_texts() const override { return texts; }
  void served(const ServedCall& call) override { calls.push_back(call); }
  const bool texts;
  std::vector<ServedCall> calls{};
};

TEST_F(McpServiceTest, TellsAnObserverOfCallsOfTools) {
  Traced traced;
  Listening with_texts(true), without(false);
  for (Listening* observer : {&with_texts, &without}) {
    handler_ = make_mcp_handler({"self", "1.0"}, traced, &counts_, nullptr, observer);
    traced.next = {};
    handle(TransportKind::http, modern_call("echo"), modern_headers("echo"));
    traced.next.outcome = Json::parse(R"({"content":[],"isError":true})");
    handle(TransportKind::http, modern_call("echo"), modern_headers("echo"));
    traced.next.outcome = mcp::ErrorObject{mcp::invalid_params, "no such tool"};
    handle(TransportKind::http, modern_call("echo"), modern_headers("echo"));
    handle(TransportKind::ws, mcp::make_request_text(4, "tools/list", Json::object(), Era::modern, {"c", "1"}));
    handle(TransportKind::http, "nonsense");
    ASSERT_EQ(observer->calls.size(), 3u);
    EXPECT_EQ(observer->calls[0].outcome, CallOutcome::ok);
    EXPECT_EQ(observer->calls[1].outcome, CallOutcome::tool_error);
    EXPECT_EQ(observer->calls[2].outcome, CallOutcome::protocol_error);
    EXPECT_GT(observer->calls[0].took, Nanos::zero());
    EXPECT_TRUE(observer->calls[0].span.IsSampled());
    EXPECT_EQ(observer->calls[0].tool, observer->texts ? "echo" : "");
    EXPECT_EQ(observer->calls[2].error, observer->texts ? "no such tool" : "");
  }
  EXPECT_EQ(traced.asked, 6);
  handler_ = make_mcp_handler({"self", "1.0"}, traced, &counts_);
  handle(TransportKind::http, modern_call("echo"), modern_headers("echo"));
  EXPECT_EQ(traced.asked, 6);  // nobody asks
}

TEST_F(McpServiceTest, MintsSessionsNobodyCanGuess) {
  const auto text = mcp::make_request_text(1, "initialize", mcp::initialize_params({"c", "1"}), Era::legacy, {});
  const auto first = handle(TransportKind::http, text);
  const auto second = handle(TransportKind::http, text);
  const std::string session(first.headers.get("Mcp-Session-Id"));
  EXPECT_EQ(session.size(), 32u);
  EXPECT_NE(session, second.headers.get("Mcp-Session-Id"));

  const auto listed = mcp::make_request_text(2, "tools/list", Json::object(), Era::legacy, {});
  const auto out = handle(TransportKind::http, listed,
                          headers_of(mcp::request_headers("tools/list", "", Era::legacy, "2025-11-25", session)));
  EXPECT_EQ(out.http_status, 200);
  ASSERT_EQ(application_.calls.size(), 1u);
  EXPECT_EQ(application_.calls[0].session_id, session);
  EXPECT_EQ(application_.calls[0].era, Era::legacy);
}

TEST_F(McpServiceTest, ReadsHttpFieldsOnHttpOnly) {
  auto wrong = modern_headers("other");
  EXPECT_EQ(handle(TransportKind::http, modern_call("echo"), wrong).http_status, 400);
  EXPECT_TRUE(application_.calls.empty());
  // On WebSocket the headers are the handshake's and describe no message; its Origin still counts.
  handle(TransportKind::ws, modern_call("echo"), wrong);
  EXPECT_EQ(application_.calls.size(), 1u);
  wrong.add("Origin", "https://evil.example");
  handle(TransportKind::ws, modern_call("echo"), wrong);
  EXPECT_EQ(application_.calls.size(), 1u);
}

TEST_F(McpServiceTest, AnswersForAnApplicationThatThrows) {
  const auto out = handle(TransportKind::stdio, modern_call("throw"));
  EXPECT_EQ(Json::parse(out.text)["error"]["code"], mcp::internal_error);
  EXPECT_EQ(counts_.protocol_error, 1u);
  EXPECT_EQ(counts_.in_flight, 0u);
}

TEST_F(McpServiceTest, CountsEveryRequestOnce) {
  handle(TransportKind::stdio, modern_call("echo"));
  application_.next.outcome = Json::parse(R"({"content":[],"isError":true})");
  handle(TransportKind::stdio, modern_call("echo"));
  application_.next.outcome = mcp::ErrorObject{mcp::rate_limited, "slow down"};
  handle(TransportKind::stdio, modern_call("echo"));
  handle(TransportKind::stdio, "garbage");
  handle(TransportKind::stdio, R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
  EXPECT_EQ(counts_.ok, 1u);
  EXPECT_EQ(counts_.tool_error, 1u);
  EXPECT_EQ(counts_.protocol_error, 2u);
  EXPECT_EQ(counts_.total(), 4u);
}

TEST_F(McpServiceTest, GivesHttpItsHeaders) {
  EXPECT_EQ(handle(TransportKind::http, "", {}, "GET").headers.get("Allow"), "POST, DELETE");
  application_.next = {mcp::ErrorObject{mcp::unauthorized, "no token"}, 401};
  const auto out = handle(TransportKind::http, modern_call("echo"), modern_headers("echo"));
  EXPECT_EQ(out.http_status, 401);
  EXPECT_EQ(out.headers.get("WWW-Authenticate"), "Bearer");
}

TEST_F(McpServiceTest, ForgetsClosedConnections) {
  handle(TransportKind::ws,
         mcp::make_request_text(1, "initialize", mcp::initialize_params({"c", "1"}), Era::legacy, {}));
  const auto ping = mcp::make_request_text(2, "tools/list", Json::object(), Era::legacy, {});
  EXPECT_TRUE(Json::parse(handle(TransportKind::ws, ping).text).contains("result"));
  handler_->closed(9);
  EXPECT_EQ(application_.closed, std::vector<transport::ConnectionId>{9});
  EXPECT_TRUE(Json::parse(handle(TransportKind::ws, ping).text).contains("error"));
}

}  // namespace
}  // namespace tracetax::service
