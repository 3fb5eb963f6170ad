// Names, attributes and outcomes of spans, seen by a span that only remembers.

#include "mock_servers/common/span_attributes.h"

#include <map>

#include <gtest/gtest.h>

namespace tracetax::service {
namespace {

namespace otel = opentelemetry;
using telemetry::SpanKind;
using Attributes = std::map<std::string, std::string>;

class Remembering final : public otel::trace::Span {
 public:
  void SetAttribute(otel::nostd::string_view key, const otel::common::AttributeValue& value) noexcept override {
    auto& text = attributes[std::string(key)];
    if (const auto* view = otel::nostd::get_if<otel::nostd::string_view>(&value)) text = std::string(*view);
    if (const auto* number = otel::nostd::get_if<std::int64_t>(&value)) text = std::to_string(*number);
  }
  void AddEvent(otel::nostd::string_view) noexcept override {}
  void AddEvent(otel::nostd::string_view, otel::common::SystemTimestamp) noexcept override {}
  void AddEvent(otel::nostd::string_view, const otel::common::KeyValueIterable&) noexcept override {}
  void AddEvent(otel::nostd::string_view, otel::common::SystemTimestamp,
                const otel::common::KeyValueIterable&) noexcept override {}
#if OPENTELEMETRY_ABI_VERSION_NO >= 2
  void AddLink(const otel::trace::SpanContext&, const otel::common::KeyValueIterable&) noexcept override {}
  void AddLinks(const otel::trace::SpanContextKeyValueIterable&) noexcept override {}
#endif
  void SetStatus(otel::trace::StatusCode code, otel::nostd::string_view) noexcept override {
    status = code;
  }
  void UpdateName(otel::nostd::string_view) noexcept override {}
  void End(const otel::trace::EndSpanOptions&) noexcept override {}
  otel::trace::SpanContext GetContext() const noexcept override {
    return otel::trace::SpanContext::GetInvalid();
  }
  bool IsRecording() const noexcept override {
    return true;
  }

  Attributes attributes;
  otel::trace::StatusCode status = otel::trace::StatusCode::kUnset;
};

struct Recorded {
  Remembering* memory = new Remembering;
  telemetry::Span span{otel::nostd::shared_ptr<otel::trace::Span>(memory)};
};

McpCall tool_call(TransportKind transport) {
  McpCall call;
  call.method = "tools/call";
  call.params = {{"name", "lookup"}};
  call.id = mcp::Id(7);
  call.protocol_version = "2026-07-28";
  call.transport = transport;
  call.peer = transport == TransportKind::stdio ? "" : "[::1]:5000";
  call.headers = std::make_shared<const transport::Headers>();
  return call;
}

TEST(SpanName, FollowsTheConvention) {
  EXPECT_EQ(span_name("tools/call", "lookup"), "tools/call lookup");
  EXPECT_EQ(span_name("tools/list", ""), "tools/list");
  auto call = tool_call(TransportKind::stdio);
  EXPECT_EQ(tool_of(call), "lookup");
  call.method = "tools/list";
  EXPECT_EQ(tool_of(call), "");
}

TEST(SpanAttributes, DescribeACallOverHttp) {
  Recorded recorded;
  auto call = tool_call(TransportKind::http);
  call.session_id = "s";
  set_server_attributes(recorded.span, call);
  EXPECT_EQ(recorded.memory->attributes, (Attributes{{"mcp.method.name", "tools/call"},
                                                     {"gen_ai.operation.name", "execute_tool"},
                                                     {"jsonrpc.request.id", "7"},
                                                     {"mcp.protocol.version", "2026-07-28"},
                                                     {"mcp.session.id", "s"},
                                                     {"network.transport", "tcp"},
                                                     {"network.protocol.name", "http"},
                                                     {"client.address", "::1"},
                                                     {"client.port", "5000"}}));
}

TEST(SpanAttributes, LeaveOutWhatDoesNotApply) {
  Recorded recorded;
  auto call = tool_call(TransportKind::stdio);
  call.method = "tools/list";
  call.id = mcp::Id("a");
  set_server_attributes(recorded.span, call);
  EXPECT_EQ(recorded.memory->attributes, (Attributes{{"mcp.method.name", "tools/list"},
                                                     {"jsonrpc.request.id", "a"},
                                                     {"mcp.protocol.version", "2026-07-28"},
                                                     {"network.transport", "pipe"}}));
}

TEST(SpanAttributes, NameTheServerOnAClient) {
  Recorded recorded;
  McpSpan what{"tools/list"};
  what.transport = TransportKind::ws;
  what.peer = "127.0.0.1:80";
  set_attributes(recorded.span, what, SpanKind::kClient);
  EXPECT_EQ(recorded.memory->attributes, (Attributes{{"mcp.method.name", "tools/list"},
                                                     {"network.transport", "tcp"},
                                                     {"network.protocol.name", "websocket"},
                                                     {"server.address", "127.0.0.1"},
                                                     {"server.port", "80"}}));
  for (const char* peer : {"", "host", ":80", "host:", "host:x", "host:80x"}) {
    Recorded odd;
    what.peer = peer;
    set_attributes(odd.span, what, SpanKind::kClient);
    EXPECT_EQ(odd.memory->attributes.count("server.address"), 0u) << peer;
  }
}

TEST(SpanOutcome, IsAnErrorExactlyWhenTheConventionSaysSo) {
  struct Row {
    std::variant<mcp::Json, mcp::ErrorObject> outcome;
    SpanKind kind;
    const char* error_type;   // "": no error
    const char* status_code;  // "": none
  };
  const auto error = [](int code) { return mcp::ErrorObject{code, "no"}; };
  const auto server = SpanKind::kServer, client = SpanKind::kClient;
  const Row table[] = {
      {mcp::Json::parse(R"({"isError":false})"), server, "", ""},
      {mcp::Json::parse(R"({})"), server, "", ""},
      {mcp::Json::parse(R"({"isError":true})"), server, "tool_error", ""},
      {mcp::Json::parse(R"({"isError":true})"), client, "tool_error", ""},
      {error(-32700), server, "", "-32700"},
      {error(-32600), server, "", "-32600"},
      {error(-32601), server, "", "-32601"},
      {error(-32602), server, "", "-32602"},
      {error(-32602), client, "-32602", "-32602"},
      {error(-32603), server, "-32603", "-32603"},
      {error(-32020), server, "-32020", "-32020"},
      {error(-31001), client, "-31001", "-31001"},
  };
  for (const auto& row : table) {
    Recorded recorded;
    set_outcome(recorded.span, row.outcome, row.kind);
    const auto& attributes = recorded.memory->attributes;
    const auto value = [&](const char* key) { return attributes.count(key) != 0 ? attributes.at(key) : std::string(); };
    EXPECT_EQ(value("error.type"), row.error_type);
    EXPECT_EQ(value("rpc.response.status_code"), row.status_code);
    const auto expected = *row.error_type != '\0' ? otel::trace::StatusCode::kError : otel::trace::StatusCode::kUnset;
    EXPECT_EQ(recorded.memory->status, expected);
  }
}

TEST(ReceivedContext, TakesMetaBeforeHeaders) {
  auto call = tool_call(TransportKind::http);
  transport::Headers headers;
  headers.add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01");
  call.headers = std::make_shared<const transport::Headers>(headers);
  const auto alone = received_context(call);
  EXPECT_TRUE(alone.parent.IsValid());
  EXPECT_FALSE(alone.link.IsValid());

  call.params["_meta"]["traceparent"] = "00-1af7651916cd43dd8448eb211c80319c-10f067aa0ba902b7-01";
  const auto both = received_context(call);
  ASSERT_TRUE(both.parent.IsValid());
  ASSERT_TRUE(both.link.IsValid());
  char id[16];
  both.parent.span_id().ToLowerBase16(id);
  EXPECT_EQ(std::string(id, 16), "10f067aa0ba902b7");
  both.link.span_id().ToLowerBase16(id);
  EXPECT_EQ(std::string(id, 16), "00f067aa0ba902b7");
}

}  // namespace
}  // namespace tracetax::service
