// Under which name a service's spans reach the sink.

#include <gtest/gtest.h>

#include "tests/integration/services/chain.h"

namespace tracetax::test {
namespace {

// The service of the one span that a call leaves, with that configuration and OTEL_SERVICE_NAME=checkout.
std::string name_in_spans(const std::string& config_text) {
  Sink sink;
  const TemporaryFile config(config_text);
  Launch launch;
  launch.program = "mcp-server";
  launch.arguments = {"--config", config.path(), "--listen", "http://127.0.0.1:0/mcp", "--admin", "127.0.0.1:0"};
  launch.environment = {{"OTEL_SERVICE_NAME", "checkout"},
                        {"OTEL_TRACES_SAMPLER", "always_on"},
                        {"OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"},
                        {"OTEL_EXPORTER_OTLP_ENDPOINT", sink.tracing().exporter.endpoint}};
  Process server(std::move(launch));
  server.wait_ready();
  EXPECT_EQ(post(server.url(), call_text(1, "echo", {{"text", "hello"}})).status, 200);
  flush(server);
  const auto traces = sink.traces();
  if (traces.size() != 1 || traces[0].spans().size() != 1) return "not one span";
  return traces[0].spans()[0].service;
}

TEST(ServiceName, TheEnvironmentNamesAServiceThatHasNoNameOfItsOwn) {
  EXPECT_EQ(name_in_spans("{}\n"), "checkout");
  EXPECT_EQ(name_in_spans("service_name: mcp-server\n"), "checkout");  // only what the executable is called
}

TEST(ServiceName, ANameInTheConfigurationIsKept) {
  EXPECT_EQ(name_in_spans("service_name: tools\n"), "tools");
}

}  // namespace
}  // namespace tracetax::test
