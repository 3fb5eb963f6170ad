// mcp-server's application on an io_context: answers, independence of concurrent calls, CPU time.

#include "mock_servers/tool_server/tool_server.h"

#include <ctime>
#include <exception>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <gtest/gtest.h>

#include "harness/mcp/protocol.h"

namespace tracetax::tool_server {
namespace {

using namespace std::chrono_literals;
using mcp::Json;
using service::McpAnswer;

class ToolServerTest : public testing::Test {
 protected:
  std::unique_ptr<ToolServer> server(std::vector<ToolSpec> tools) {
    ServerConfig config;
    config.tools = std::move(tools);
    return std::make_unique<ToolServer>(config, service::Host{io_, *tracing_});
  }

  static service::McpCall call(const std::string& method, const Json& params) {
    service::McpCall out;
    out.method = method;
    out.params = params;
    out.id = 1;
    out.headers = std::make_shared<const transport::Headers>();
    return out;
  }

  // Where the answer will be once the io_context has run.
  std::shared_ptr<std::optional<McpAnswer>> ask(ToolServer& server, service::McpCall what) {
    auto slot = std::make_shared<std::optional<McpAnswer>>();
    asio::co_spawn(io_, server.answer(std::move(what)), [slot](std::exception_ptr error, McpAnswer answer) {
      if (error) std::rethrow_exception(error);
      *slot = std::move(answer);
    });
    return slot;
  }

  std::unique_ptr<telemetry::Tracing> tracing_ = telemetry::Tracing::start({}, {"test", "1"});
  asio::io_context io_{1};
};

ToolSpec tool(double error_rate, std::uint32_t inner_spans = 0) {
  ToolSpec spec;
  spec.name = "lookup";
  spec.response_bytes = 10;
  spec.error_rate = error_rate;
  spec.inner_spans = inner_spans;
  return spec;
}

const Json& result(const std::optional<McpAnswer>& answer) {
  return std::get<Json>(answer.value().outcome);
}

TEST_F(ToolServerTest, AnswersEcho) {
  const auto tools = server({});
  const auto answer = ask(*tools, call("tools/call", {{"name", "echo"}, {"arguments", {{"text", "hello"}}}}));
  io_.run();
  EXPECT_EQ(result(*answer), Json::parse(R"({"content":[{"type":"text","text":"hello"}],"isError":false})"));
}

TEST_F(ToolServerTest, ListsItsTools) {
  const auto tools = server({tool(0)});
  const auto answer = ask(*tools, call("tools/list", Json::object()));
  io_.run();
  EXPECT_EQ(result(*answer)["tools"].size(), 4u);
}

TEST_F(ToolServerTest, ReportsAFailingToolInTheResult) {
  const auto tools = server({tool(1)});
  const auto answer = ask(*tools, call("tools/call", {{"name", "lookup"}}));
  io_.run();
  EXPECT_EQ(result(*answer)["isError"], true);
}

TEST_F(ToolServerTest, RefusesAnUnknownTool) {
  const auto tools = server({});
  const auto answer = ask(*tools, call("tools/call", {{"name", "nosuch"}}));
  io_.run();
  EXPECT_EQ(std::get<mcp::ErrorObject>((*answer)->outcome).code, mcp::invalid_params);
}

TEST_F(ToolServerTest, DoesNotLetALongCallHoldUpAShortOne) {
  const auto tools = server({});
  const auto slow = ask(*tools, call("tools/call", {{"name", "sleep"}, {"arguments", {{"ms", 600'000}}}}));
  const auto quick = ask(*tools, call("tools/call", {{"name", "echo"}, {"arguments", {{"text", "x"}}}}));
  while (!*quick) io_.run_one();
  EXPECT_FALSE(*slow);
}

TEST_F(ToolServerTest, FailsTheSameCallsForTheSameDraws) {
  const auto failures = [this] {
    const auto tools = server({tool(0.5)});
    std::vector<std::shared_ptr<std::optional<McpAnswer>>> answers;
    for (std::uint64_t draw = 0; draw < 20; ++draw) {
      Json params{{"name", "lookup"}};
      mcp::write_draw(params, draw);
      answers.push_back(ask(*tools, call("tools/call", params)));
    }
    io_.restart();
    io_.run();
    std::string pattern;
    for (const auto& answer : answers) pattern += result(*answer)["isError"] == true ? 'x' : '.';
    return pattern;
  };
  const auto first = failures();
  EXPECT_EQ(first, failures());
  EXPECT_NE(first.find('x'), std::string::npos);
  EXPECT_NE(first.find('.'), std::string::npos);
}

TEST_F(ToolServerTest, AnswersTextsAsItAnswersTrees) {
  const auto tools = server({tool(0.5)});
  for (const char* params :
       {R"({"name":"lookup","_meta":{"dev.tracetax/draw":3}})", R"({"name":"lookup","_meta":{"dev.tracetax/draw":4}})",
        R"({"name":"lookup","_meta":{"dev.tracetax/draw":5},"arguments":{"a":1}})",
        R"({"name":"echo","arguments":{"text":"\u00e9\n"}})"}) {
    const auto tree = ask(*tools, call("tools/call", Json::parse(params)));
    auto as_text = call("tools/call", Json::object());
    const auto text = R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":)" + std::string(params) + "}";
    as_text.text = mcp::CallText{text, mcp::read_call(text).value()};
    const auto answer = ask(*tools, std::move(as_text));
    io_.restart();
    io_.run();
    ASSERT_TRUE((*answer)->text) << params;
    EXPECT_EQ((*answer)->text->result(), result(*tree)) << params;
  }
}

TEST_F(ToolServerTest, StartsItsOwnSpanAndTheInnerOnes) {
  const auto tools = server({tool(0, 3)});
  const auto before = tracing_->counts().started;
  ask(*tools, call("tools/call", {{"name", "lookup"}}));
  ask(*tools, call("tools/list", Json::object()));
  io_.run();
  EXPECT_EQ(tracing_->counts().started - before, 5u);
}

TEST(ResidentMemory, HasNoEmptyAndNoEqualPages) {
  constexpr std::uint64_t page = 4096 / sizeof(std::uint64_t);
  const auto memory = resident_memory(3 * 4096 - 1);  // up to whole words
  for (std::uint64_t i = 0; i < page; ++i) {
    EXPECT_NE(memory[i], 0u);
    EXPECT_NE(memory[i], memory[i + page]);
  }
  EXPECT_NE(memory[3 * page - 1], 0u);
}

TEST(SpinCpu, UsesAtLeastTheCpuTimeAskedFor) {
  const auto used = [] {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return Nanos(t.tv_sec * 1'000'000'000LL + t.tv_nsec);
  };
  const auto before = used();
  spin_cpu(2ms);
  EXPECT_GE(used() - before, 2ms);
}

}  // namespace
}  // namespace tracetax::tool_server
