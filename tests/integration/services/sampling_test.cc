// Samplers across real hops: the first decides, rules see the tool, errors are kept in every hop they pass.

#include <set>

#include <gtest/gtest.h>

#include "tests/integration/services/chain.h"

namespace tracetax::test {
namespace {

const Json hello{{"text", "hello"}};

struct Hops {
  explicit Hops(const TracingConfig& tracing) {
    const auto common = [&](auto config, const char* name) {
      config.service_name = name;
      config.tracing = tracing;
      config.has_tracing = true;
      return config;
    };
    auto server_config = common(ServerConfig{}, "tools");
    server_config.tools = {{.name = "broken", .error_rate = 1}};
    server.emplace(start(server_config));
    auto gateway_config = common(GatewayConfig{}, "mcp-gateway");
    gateway_config.backends = {backend("tools", server->url())};
    gateway.emplace(start(gateway_config));
    auto router_config = common(RouterConfig{}, "mcp-router");
    router_config.gateway = backend("gateway", gateway->url());
    router.emplace(start(router_config));
  }
  void flush_all() {
    for (auto* service : {&router, &gateway, &server}) flush(**service);
  }
  std::optional<Process> server, gateway, router;
};

// The names of each call's trace; connections have traces of their own.
std::multiset<std::set<std::string>> calls(Sink& sink) {
  std::multiset<std::set<std::string>> found;
  for (const Trace& trace : sink.traces()) {
    std::set<std::string> names;
    for (const SpanView& span : trace.spans()) names.insert(span.name);
    if (names.count("gateway.connect") == 0) found.insert(names);
  }
  return found;
}

TEST(Sampling, ErrorsAreKeptInEveryHopAndNothingElse) {
  Sink sink;
  TracingConfig tracing = sink.tracing(SamplerType::always_off);
  tracing.sampler.keep_errors = true;
  Hops hops(tracing);
  ask(*hops.router, 1, call_text(1, "echo", hello));
  EXPECT_TRUE(ask(*hops.router, 2, call_text(2, "broken", Json::object())).at("result").at("isError"));
  ask(*hops.router, 3, call_text(3, "echo", hello));
  hops.flush_all();
  const std::set<std::string> whole{"stdio.read",       "gateway.request", "http.request",     "auth.verify",
                                    "rate_limit.check", "backend.forward", "tools/call broken"};
  EXPECT_EQ(calls(sink), (std::multiset<std::set<std::string>>{whole}));
  EXPECT_EQ(metric(*hops.gateway, "tracetax_spans_kept_late_total"), 4);
  EXPECT_EQ(metric(*hops.gateway, "tracetax_spans_sampled_total"), 4);
  EXPECT_EQ(metric(*hops.gateway, "tracetax_spans_exported_total"), 4);
}

TEST(Sampling, RulesOfTheFirstHopSeeTheToolAndTheOthersFollow) {
  Sink sink;
  TracingConfig tracing = sink.tracing(SamplerType::rules);
  tracing.sampler.rules = {{.service = "mcp-router", .tool = "echo", .sampler = {SamplerType::always_on}},
                           {.service = "tools", .sampler = {SamplerType::always_on}}};
  tracing.sampler.otherwise = {SamplerType::always_off};
  Hops hops(tracing);
  ask(*hops.router, 1, call_text(1, "echo", hello));
  ask(*hops.router, 2, call_text(2, "broken", Json::object()));
  hops.flush_all();
  const std::set<std::string> whole{"stdio.read",       "gateway.request", "http.request",   "auth.verify",
                                    "rate_limit.check", "backend.forward", "tools/call echo"};
  EXPECT_EQ(calls(sink), (std::multiset<std::set<std::string>>{whole}));
}

TEST(Sampling, ARateLimitHoldsOverTheChain) {
  Sink sink;
  TracingConfig tracing = sink.tracing(SamplerType::rate_limiting);
  tracing.sampler.traces_per_second = 0.001;  // one, and the next in a quarter of an hour
  Hops hops(tracing);
  for (int i = 1; i <= 5; ++i) ask(*hops.router, i, call_text(i, "echo", hello));
  hops.flush_all();
  // The router's connections to the gateway began first, and took the token; what follows is not sampled anywhere.
  EXPECT_EQ(calls(sink).size() + sink.traces_with("gateway.connect").size(), 1u);
}

}  // namespace
}  // namespace tracetax::test
