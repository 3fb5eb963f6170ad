// The services' own files: written, read again, and wrong ones refused.

#include "harness/scenario/service_config.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "harness/scenario/load_scenario.h"

namespace tracetax {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class ServiceConfig : public testing::Test {
 protected:
  fs::path write(const std::string& text) {
    std::ofstream(file_) << text;
    return file_;
  }
  void TearDown() override { fs::remove(file_); }
  std::string refusal(const std::string& text) {
    try {
      read_gateway_config(write(text));
    } catch (const ScenarioError& error) {
      return error.what();
    }
    return "accepted";
  }

  const fs::path file_ = fs::path(testing::TempDir()) / ("config-" + std::to_string(::getpid()));
};

void fill(ServiceCommon& common) {
  common.service_name = "mcp-thing";
  common.listen = {"stdio", "http://127.0.0.1:0/mcp", "ws://[::1]:8080/mcp"};
  common.admin = "127.0.0.1:0";
  common.has_tracing = true;
  common.tracing.sampler = {SamplerType::parentbased_traceidratio, 0.1 + 0.2};  // not a round number
  common.tracing.exporter = {ExporterType::otlp_http, "http://127.0.0.1:4318", 1234567ns, true};
  common.tracing.batch = {4096, 100, 250ms, 7s};
  common.tracing.propagation = {false, true};
  common.tracing.span_names = SpanNames::conventions;
  common.max_message_bytes = 12345;
}

void expect_filled(const ServiceCommon& common) {
  EXPECT_EQ(common.service_name, "mcp-thing");
  EXPECT_EQ(common.listen, (std::vector<std::string>{"stdio", "http://127.0.0.1:0/mcp", "ws://[::1]:8080/mcp"}));
  EXPECT_EQ(common.admin, "127.0.0.1:0");
  EXPECT_TRUE(common.has_tracing);
  EXPECT_EQ(common.tracing.sampler.type, SamplerType::parentbased_traceidratio);
  EXPECT_EQ(common.tracing.sampler.ratio, 0.1 + 0.2);
  EXPECT_EQ(common.tracing.exporter.type, ExporterType::otlp_http);
  EXPECT_EQ(common.tracing.exporter.endpoint, "http://127.0.0.1:4318");
  EXPECT_EQ(common.tracing.exporter.timeout, 1234567ns);
  EXPECT_TRUE(common.tracing.exporter.gzip);
  EXPECT_EQ(common.tracing.batch.queue, 4096U);
  EXPECT_EQ(common.tracing.batch.size, 100U);
  EXPECT_EQ(common.tracing.batch.delay, 250ms);
  EXPECT_EQ(common.tracing.batch.export_timeout, 7s);
  EXPECT_FALSE(common.tracing.propagation.meta);
  EXPECT_TRUE(common.tracing.propagation.headers);
  EXPECT_EQ(common.tracing.span_names, SpanNames::conventions);
  EXPECT_EQ(common.max_message_bytes, 12345U);
}

TEST_F(ServiceConfig, AServersComesBack) {
  ServerConfig config;
  fill(config);
  config.seed = 18446744073709551615U;
  config.tools = {{.name = "zulu",
                   .description = "says \"hi\"\n: # {",
                   .added_delay = 3us,
                   .added_delay_sampled = 7us,
                   .cpu_share = 1. / 3},
                  {.name = "alpha",
                   .service_time = {ServiceTime::Distribution::lognormal, {}, {}, {}, 3ms, 0.7},
                   .response_bytes = 0,
                   .error_rate = 1,
                   .inner_spans = 4,
                   .memory_bytes = 123456789,
                   .steps = {{.name = "query", .kind = StepSpec::Kind::client, .share = 1. / 3},
                             {.name = "rest", .share = 2. / 3, .spans = {{.name = "x", .repeat = 7}}}}},
                  {.name = "u", .service_time = {ServiceTime::Distribution::uniform, {}, 1ms, 2ms}}};
  const ServerConfig back = read_server_config(write(write_config(config)));
  expect_filled(back);
  EXPECT_EQ(back.seed, config.seed);
  ASSERT_EQ(back.tools.size(), 3U);
  EXPECT_EQ(back.tools[0].name, "zulu");  // the order stays
  EXPECT_EQ(back.tools[0].description, config.tools[0].description);
  EXPECT_EQ(back.tools[0].added_delay, 3us);
  EXPECT_EQ(back.tools[0].added_delay_sampled, 7us);
  EXPECT_EQ(back.tools[0].cpu_share, 1. / 3);
  EXPECT_EQ(back.tools[0].response_bytes, 64U);
  EXPECT_EQ(back.tools[1].service_time.mean, 3ms);
  EXPECT_EQ(back.tools[1].service_time.cv, 0.7);
  EXPECT_EQ(back.tools[1].response_bytes, 0U);
  EXPECT_EQ(back.tools[1].error_rate, 1);
  EXPECT_EQ(back.tools[1].inner_spans, 4U);
  ASSERT_EQ(back.tools[1].steps.size(), 2U);
  EXPECT_EQ(back.tools[1].steps[0].kind, StepSpec::Kind::client);
  EXPECT_EQ(back.tools[1].steps[0].share, 1. / 3);
  EXPECT_EQ(back.tools[1].steps[1].spans.at(0).repeat, 7U);
  EXPECT_EQ(back.tools[1].memory_bytes, 123456789U);
  EXPECT_EQ(back.tools[0].memory_bytes, 0U);
  EXPECT_EQ(back.tools[2].service_time.min, 1ms);
  EXPECT_EQ(back.tools[2].service_time.max, 2ms);
  EXPECT_EQ(write_config(back), write_config(config));
}

TEST_F(ServiceConfig, AGatewaysComesBack) {
  GatewayConfig config;
  fill(config);
  config.backends = {{"a", "http://127.0.0.1:1/mcp", 3, Era::legacy}, {"a", "ws://127.0.0.1:2/mcp", 4, Era::modern}};
  config.token = "deadbeef";
  config.rate_limit = {1e-5, 2.5};
  config.breaker = {0, 1ms};
  config.timeout = 90s;
  const GatewayConfig back = read_gateway_config(write(write_config(config)));
  expect_filled(back);
  ASSERT_EQ(back.backends.size(), 2U);
  EXPECT_EQ(back.backends[0].name, "a");
  EXPECT_EQ(back.backends[0].connections, 3U);
  EXPECT_EQ(back.backends[0].era, Era::legacy);
  EXPECT_EQ(back.backends[1].url, "ws://127.0.0.1:2/mcp");
  EXPECT_EQ(back.token, "deadbeef");
  EXPECT_EQ(back.rate_limit.rate_per_s, 1e-5);
  EXPECT_EQ(back.rate_limit.burst, 2.5);
  EXPECT_EQ(back.breaker.failures, 0U);
  EXPECT_EQ(back.breaker.open_for, 1ms);
  EXPECT_EQ(back.timeout, 90s);
  EXPECT_EQ(write_config(back), write_config(config));
}

TEST_F(ServiceConfig, ARoutersComesBack) {
  RouterConfig config;
  fill(config);
  config.gateway = {"gateway", "ws://127.0.0.1:1/mcp", 2, Era::legacy};
  config.token = "t";
  config.timeout = 5s;
  const RouterConfig back = read_router_config(write(write_config(config)));
  expect_filled(back);
  EXPECT_EQ(back.gateway.url, "ws://127.0.0.1:1/mcp");
  EXPECT_EQ(back.gateway.connections, 2U);
  EXPECT_EQ(back.token, "t");
  EXPECT_EQ(back.timeout, 5s);
  EXPECT_EQ(write_config(back), write_config(config));
}

TEST_F(ServiceConfig, DefaultsComeBackAsDefaults) {
  const std::string written = write_config(GatewayConfig{});
  const GatewayConfig back = read_gateway_config(write(written));
  EXPECT_FALSE(back.has_tracing);
  EXPECT_TRUE(back.backends.empty());
  EXPECT_EQ(back.rate_limit.rate_per_s, 0);
  EXPECT_EQ(write_config(back), written);
  EXPECT_EQ(write_config(read_gateway_config({})), written);
  EXPECT_EQ(write_config(read_router_config(write(write_config(RouterConfig{})))), write_config(RouterConfig{}));
}

TEST_F(ServiceConfig, YamlIsTakenAsWell) {
  const GatewayConfig c =
      read_gateway_config(write("listen: [ ws://127.0.0.1:0/mcp ]\nbackends: [ { name: a, url: http://localhost/mcp } "
                                "]\ntracing: { sampler: always_on }\n"));
  EXPECT_EQ(c.listen, (std::vector<std::string>{"ws://127.0.0.1:0/mcp"}));
  EXPECT_TRUE(c.has_tracing);
  EXPECT_EQ(c.tracing.sampler.type, SamplerType::always_on);
}

TEST_F(ServiceConfig, MistakesAreAllNamed) {
  const std::string f = file_.string();
  EXPECT_EQ(refusal("tokn: x\nadmin: nowhere\nbackends: [ { name: a, url: https://x/ } ]\ntimeout: 5\n"),
            f + ":1:1: tokn: unknown key\n  hint: did you mean `token`?\n" + f +
                ":2:8: admin: must be HOST:PORT, got `nowhere`\n" + f +
                ":3:29: backends.0.url: must be http://HOST:PORT/PATH or ws://HOST:PORT/PATH, got `https://x/`\n"
                "  hint: encrypted connections are not made; put a TLS terminator in front\n" +
                f +
                ":4:10: timeout: must be a duration such as 2ms or 1.5s, got `5`\n"
                "  hint: write 5ms or 5s; units: ns us ms s m h");
  EXPECT_EQ(refusal(""), f + ": must be a map, got nothing\n  hint: give it a value, or remove the key");
  EXPECT_NE(refusal("{ listen: [ \"stdoi\" ] }").find("listen.0: must be stdio or http://HOST:PORT/PATH"),
            std::string::npos);
  for (const char* admin : {"127.0.0.1", "127.0.0.1:99999", "127.0.0.1:1/x", ":80", "http://127.0.0.1:1"})
    EXPECT_NE(refusal(std::string("admin: '") + admin + "'").find("HOST:PORT"), std::string::npos) << admin;
  EXPECT_THROW(read_server_config("/nowhere/config.json"), ScenarioError);
}

}  // namespace
}  // namespace tracetax
