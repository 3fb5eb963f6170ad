// A call through real processes, and the traces it leaves in the sink: the two example traces of the MCP Bridge text,
// every kind of hop, both eras, all states of tracing.

#include "tests/integration/services/chain.h"

#include <set>

#include <gtest/gtest.h>

#include "harness/mcp/message.h"

namespace tracetax::test {
namespace {

const Json hello{{"text", "hello"}};

std::string text_of(const Json& answer) {
  return answer.at("result").at("content").at(0).at("text");
}

// Router, gateway and server as the scenario's default has them, each with the same tracing.
struct Chain {
  struct Options {
    TracingConfig tracing{};
    std::vector<std::string> router_listen{"stdio"};
    std::string gateway_listen = "ws://127.0.0.1:0/mcp";
    std::string server_listen = "http://127.0.0.1:0/mcp";
    Era era = Era::modern;
    std::string backend_url{};  // instead of a server
    bool router_traces = true, gateway_traces = true;
  };

  explicit Chain(const Options& options) {
    if (options.backend_url.empty()) {
      ServerConfig config;
      config.service_name = "tools";
      config.tracing = options.tracing;
      config.has_tracing = true;
      server.emplace(start(config, {options.server_listen}));
    }
    GatewayConfig gateway_config;
    gateway_config.service_name = "mcp-gateway";
    if (options.gateway_traces) gateway_config.tracing = options.tracing;
    gateway_config.has_tracing = true;
    gateway_config.token = "s3cret";
    gateway_config.backends = {backend("tools", server ? server->url() : options.backend_url, options.era)};
    gateway.emplace(start(gateway_config, {options.gateway_listen}));
    RouterConfig router_config;
    router_config.service_name = "mcp-router";
    if (options.router_traces) router_config.tracing = options.tracing;
    router_config.has_tracing = true;
    router_config.token = "s3cret";
    router_config.gateway = backend("gateway", gateway->url(), options.era);
    router.emplace(start(router_config, options.router_listen));
  }

  void flush_all() {
    for (auto* service : {&router, &gateway, &server})
      if (*service) flush(**service);
  }

  std::optional<Process> server, gateway, router;
};

// The trace of the only tools/call so far: discovery and connections leave traces of their own.
Trace call_trace(Sink& sink, const std::string& root = "stdio.read") {
  std::vector<Trace> found;
  for (auto& trace : sink.traces_with(root))
    if (trace.span(root).attributes.value("mcp.method.name", "") == "tools/call") found.push_back(std::move(trace));
  if (found.size() != 1) throw std::runtime_error(std::to_string(found.size()) + " traces of a call instead of one");
  return found.front();
}

TEST(Chain, ListsAndCallsTheServersTools) {
  Chain chain{{}};
  const Json list = ask(*chain.router, 1, request_text(1, "tools/list"));
  std::set<std::string> names;
  for (const auto& tool : list.at("result").at("tools")) names.insert(tool.at("name"));
  EXPECT_EQ(names, (std::set<std::string>{"echo", "sleep", "spin"}));
  EXPECT_EQ(list.at("result").at("resultType"), "complete");
  const Json answer = ask(*chain.router, 2, call_text(2, "echo", hello));
  EXPECT_EQ(text_of(answer), "hello");
  EXPECT_EQ(answer.at("result").at("resultType"), "complete");
  EXPECT_EQ(ask(*chain.router, 3, call_text(3, "nothing", {})).at("error").at("code"), -32602);
}

TEST(Chain, ASuccessfulCallLeavesTheTreeOfTheText) {
  Sink sink;
  Chain chain{{.tracing = sink.tracing()}};
  EXPECT_EQ(text_of(ask(*chain.router, 1, call_text(1, "echo", hello))), "hello");
  chain.flush_all();

  const Trace trace = call_trace(sink);
  std::set<std::string> paths;
  for (const auto& span : trace.spans()) paths.insert(span.service + ": " + trace.path(span));
  const std::string request = "stdio.read > gateway.request > http.request";
  EXPECT_EQ(paths, (std::set<std::string>{"mcp-router: stdio.read", "mcp-router: stdio.read > gateway.request",
                                          "mcp-gateway: " + request, "mcp-gateway: " + request + " > auth.verify",
                                          "mcp-gateway: " + request + " > rate_limit.check",
                                          "mcp-gateway: " + request + " > backend.forward",
                                          "tools: " + request + " > backend.forward > tools/call echo"}));
  EXPECT_EQ(trace.spans().size(), 7u);
  for (const auto& span : trace.spans()) EXPECT_NE(span.status, "error") << span.name;
  for (const char* name : {"stdio.read", "http.request", "tools/call echo"})
    EXPECT_EQ(trace.span(name).kind, "server") << name;
  for (const char* name : {"gateway.request", "backend.forward"}) EXPECT_EQ(trace.span(name).kind, "client") << name;
  EXPECT_EQ(trace.span("auth.verify").status, "ok");
  EXPECT_EQ(trace.span("auth.verify").attributes.at("auth.type"), "bearer");
  EXPECT_EQ(trace.span("auth.verify").attributes.at("auth.success"), true);
  EXPECT_EQ(trace.span("rate_limit.check").attributes.at("rate_limit.limited"), false);
  EXPECT_EQ(trace.span("backend.forward").attributes.at("gateway.route.service"), "tools");
  for (const char* name : {"stdio.read", "http.request"})
    EXPECT_EQ(trace.span(name).attributes.at("mcp.method"), "tools/call") << name;
  for (const char* name : {"stdio.read", "gateway.request", "http.request", "backend.forward"})
    EXPECT_EQ(trace.span(name).attributes.at("gen_ai.tool.name"), "echo") << name;

  // The connection's own trace is a link: the handshake carried its context, the message that of the call.
  ASSERT_EQ(trace.span("http.request").links.size(), 1u);
  std::set<std::string> connections;
  for (const auto& connection : sink.traces_with("gateway.connect"))
    connections.insert(connection.span("gateway.connect").span_id);
  EXPECT_EQ(connections.size(), 4u);
  EXPECT_EQ(connections.count(trace.span("http.request").links[0]), 1u);
}

TEST(Chain, ARefusedBackendLeavesTheErrorTreeOfTheText) {
  const RefusingPort nobody;
  Sink sink;
  Chain chain{{.tracing = sink.tracing(), .backend_url = nobody.url()}};
  const Json answer = ask(*chain.router, 1, call_text(1, "echo", hello));
  EXPECT_EQ(answer.at("error").at("code"), mcp::backend_unavailable);
  chain.flush_all();

  const Trace trace = call_trace(sink);
  EXPECT_EQ(trace.path(trace.span("backend.forward")), "stdio.read > gateway.request > http.request > backend.forward");
  for (const char* name : {"stdio.read", "gateway.request", "http.request", "backend.forward"})
    EXPECT_EQ(trace.span(name).status, "error") << name;
  EXPECT_EQ(trace.span("auth.verify").status, "ok");
  EXPECT_EQ(trace.span("backend.forward").description, "connection refused");
  EXPECT_EQ(trace.span("backend.forward").attributes.at("error.type"), "connection_refused");
  EXPECT_EQ(trace.span("http.request").attributes.at("error.type"), "-31001");
}

TEST(Chain, AFailedToolIsAnErrorOfEverySpanOnItsWay) {
  Sink sink;
  ServerConfig config;
  config.service_name = "tools";
  config.tracing = sink.tracing();
  config.has_tracing = true;
  ToolSpec broken;
  broken.name = "broken";
  broken.error_rate = 1;
  config.tools = {broken};
  Process server = start(config);
  Chain chain{{.tracing = sink.tracing(), .backend_url = server.url()}};
  EXPECT_EQ(ask(*chain.router, 1, call_text(1, "broken", Json::object())).at("result").at("isError"), true);
  chain.flush_all();
  flush(server);
  const Trace trace = call_trace(sink);
  for (const char* name : {"stdio.read", "gateway.request", "http.request", "backend.forward", "tools/call broken"}) {
    EXPECT_EQ(trace.span(name).status, "error") << name;
    EXPECT_EQ(trace.span(name).attributes.at("error.type"), "tool_error") << name;
  }
}

TEST(Chain, TheClientsTraceparentIsTheParentOfTheFirstSpan) {
  Sink sink;
  Chain chain{{.tracing = sink.tracing()}};
  ask(*chain.router, 1, call_text(1, "echo", hello, {{"traceparent", client_traceparent}}));
  chain.flush_all();
  const Trace trace = call_trace(sink);
  EXPECT_EQ(trace.span("stdio.read").trace_id, client_trace_id);
  EXPECT_EQ(trace.span("stdio.read").parent_id, client_span_id);
  EXPECT_EQ(trace.spans().size(), 7u);
}

TEST(Chain, TheHandshakeCarriesTheContextOfTheConnection) {
  Sink sink;
  TracingConfig tracing = sink.tracing();
  tracing.propagation.meta = false;  // then the handshake is all that crosses the WebSocket hop
  Chain chain{{.tracing = tracing}};
  ask(*chain.router, 1, call_text(1, "echo", hello));
  chain.flush_all();
  const auto found = sink.traces_with("http.request");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].path(found[0].span("tools/call echo")),
            "gateway.connect > http.request > backend.forward > tools/call echo");
}

TEST(Chain, WithoutTracingTheClientsContextIsPassedOn) {
  Sink sink;
  Chain chain{{.tracing = sink.tracing(), .router_traces = false, .gateway_traces = false}};
  ask(*chain.router, 1, call_text(1, "echo", hello, {{"traceparent", client_traceparent}}));
  chain.flush_all();
  const auto found = sink.traces_with("tools/call echo");
  ASSERT_EQ(found.size(), 1u);
  ASSERT_EQ(found[0].spans().size(), 1u);
  EXPECT_EQ(found[0].spans()[0].parent_id, client_span_id);
}

TEST(Chain, AnUnsampledCallLeavesNoSpanAnywhere) {
  Sink sink;
  Chain chain{{.tracing = sink.tracing()}};
  ask(*chain.router, 1,
      call_text(1, "echo", hello, {{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"}}));
  ask(*chain.router, 2, call_text(2, "echo", hello));
  chain.flush_all();
  for (const auto& trace : sink.traces()) EXPECT_NE(trace.spans()[0].trace_id, client_trace_id);
  EXPECT_EQ(sink.traces_with("stdio.read").size(), 1u);
}

TEST(Chain, ConventionsNaming) {
  Sink sink;
  TracingConfig tracing = sink.tracing();
  tracing.span_names = SpanNames::conventions;
  Chain chain{{.tracing = tracing}};
  ask(*chain.router, 1, call_text(1, "echo", hello));
  chain.flush_all();
  const auto found = sink.traces_with("tools/call echo");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].count("tools/call echo"), 5u);  // router and gateway both ends, server
  EXPECT_EQ(found[0].spans().size(), 7u);
}

// Every hop over every transport that it can have, in both eras: one trace spans all services.
struct Hops {
  const char* router;
  const char* gateway;
  const char* server;
  Era era;
};
class EveryHop : public testing::TestWithParam<Hops> {};

TEST_P(EveryHop, OneTraceSpansAllServices) {
  const Hops& hops = GetParam();
  Sink sink;
  Chain chain{{.tracing = sink.tracing(),
               .router_listen = {"stdio", hops.router},
               .gateway_listen = hops.gateway,
               .server_listen = hops.server,
               .era = hops.era}};
  const Json answer = ask(*chain.router, 1, call_text(1, "echo", hello));
  EXPECT_EQ(text_of(answer), "hello");
  EXPECT_EQ(text_of(ask(*chain.router, 2, call_text(2, "echo", {{"text", "again"}}))), "again");
  EXPECT_EQ(ask(*chain.router, 3, request_text(3, "tools/list")).at("result").at("tools").size(), 3u);
  chain.flush_all();
  int calls = 0;
  for (const auto& trace : sink.traces_with("stdio.read")) {
    if (trace.count("tools/call echo") == 0) continue;
    ++calls;
    EXPECT_EQ(trace.path(trace.span("tools/call echo")),
              "stdio.read > gateway.request > http.request > backend.forward > tools/call echo");
  }
  EXPECT_EQ(calls, 2);
}

constexpr const char* http = "http://127.0.0.1:0/mcp";
constexpr const char* ws = "ws://127.0.0.1:0/mcp";
INSTANTIATE_TEST_SUITE_P(Transports, EveryHop,
                         testing::Values(Hops{http, http, http, Era::modern}, Hops{ws, ws, ws, Era::modern},
                                         Hops{http, ws, http, Era::legacy}, Hops{ws, http, ws, Era::legacy}));

TEST(Chain, TerminatedServicesExitWithZeroAndLoseNoSpan) {
  Sink sink;
  Chain chain{{.tracing = sink.tracing()}};
  for (int id = 1; id <= 20; ++id) ask(*chain.router, id, call_text(id, "echo", hello));
  EXPECT_EQ(chain.router->stop(), 0);
  EXPECT_EQ(chain.gateway->stop(), 0);
  EXPECT_EQ(chain.server->stop(), 0);
  const auto traces = sink.traces_with("stdio.read");
  EXPECT_EQ(traces.size(), 20u);
  for (const auto& trace : traces) EXPECT_EQ(trace.spans().size(), 7u);
}

TEST(Chain, TheEndOfInputEndsTheRouter) {
  Sink sink;
  Chain chain{{.tracing = sink.tracing()}};
  ask(*chain.router, 1, call_text(1, "echo", hello));
  chain.router->close_stdin();
  EXPECT_EQ(chain.router->wait(), 0);
  EXPECT_EQ(sink.traces_with("stdio.read").size(), 1u);
}

}  // namespace
}  // namespace tracetax::test
