#include "mock_servers/router/router.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

namespace tracetax::router {
namespace {

class RouterTest : public testing::Test {
 protected:
  service::McpAnswer answer(Router& router, transport::ConnectionId connection) {
    service::McpCall call;
    call.method = "tools/list";
    call.connection = connection;
    call.headers = std::make_shared<transport::Headers>();
    auto future = boost::asio::co_spawn(io_, router.answer(std::move(call)), boost::asio::use_future);
    io_.restart();
    io_.run();
    return future.get();
  }

  boost::asio::io_context io_{1};
  std::unique_ptr<telemetry::Tracing> tracing_ = telemetry::Tracing::start({}, {"mcp-router"});
  service::Host host_{io_, *tracing_};
};

TEST_F(RouterTest, WithoutAGatewayEveryCallIsAnsweredWithBackendUnavailable) {
  Router router{RouterConfig{}, host_};
  const auto given = answer(router, 1);
  ASSERT_TRUE(std::holds_alternative<mcp::ErrorObject>(given.outcome));
  EXPECT_EQ(std::get<mcp::ErrorObject>(given.outcome).code, mcp::backend_unavailable);
  EXPECT_EQ(given.http_status, 503);
}

TEST_F(RouterTest, CountsCallsAndTheConnectionsThatMadeThem) {
  Router router{RouterConfig{}, host_};
  for (const transport::ConnectionId connection : {1u, 2u, 2u, 3u}) answer(router, connection);
  router.connection_closed(2);
  const std::string metrics = router.metrics();
  EXPECT_NE(metrics.find("\nmcp_router_calls_total 4\n"), std::string::npos) << metrics;
  EXPECT_NE(metrics.find("\nmcp_router_gateway_failures_total 4\n"), std::string::npos);
  EXPECT_NE(metrics.find("\nmcp_router_callers 2\n"), std::string::npos);
  EXPECT_EQ(metrics.find("# EOF"), std::string::npos);
}

TEST_F(RouterTest, AGatewayUrlThatCannotBeCalledIsTheUsersMistake) {
  RouterConfig config;
  config.gateway.url = "stdio";
  EXPECT_THROW(Router(config, host_), std::invalid_argument);
}

}  // namespace
}  // namespace tracetax::router
