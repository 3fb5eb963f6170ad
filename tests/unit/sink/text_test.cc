// What the admin endpoint says.

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>

#include "mock_servers/sink/report_text.h"
#include "mock_servers/sink/traces_json.h"
#include "tests/unit/sink/requests.h"

namespace tracetax::sink {
namespace {

using Json = nlohmann::json;

TEST(CollectJson, HasTheKeysTheHarnessReads) {
  Collection collection;
  collection.totals = {.requests = 2, .bytes = 300, .spans = 5, .refused = 1, .malformed = 3};
  collection.traces.duplicates = 4;
  collection.traces.services = {{"mcp-router", {5, 300}}};
  collection.traces.traces = 2;
  collection.traces.roots = 2;
  collection.traces.multi_root = 1;
  collection.traces.orphans = 6;
  collection.traces.service_sets = {{"mcp-router", 2}};
  collection.arrived = {{3'000'000, 250}, {5'000'000, 50}};
  EXPECT_EQ(Json::parse(collect_json(collection)), Json::parse(R"({
    "requests":2,"bytes":300,"arrived":[[3000000,250],[5000000,50]],"spans":5,"duplicates":4,"malformed":3,"refused":1,
    "services":{"mcp-router":{"spans":5,"bytes":300}},
    "background":0,"traces":2,"roots":2,"multi_root":1,"orphans":6,"service_sets":{"mcp-router":2}})"));
  EXPECT_TRUE(Json::parse(collect_json({}))["services"].is_object());
  EXPECT_TRUE(Json::parse(collect_json({}))["service_sets"].is_object());
}

TEST(Frames, AreLengthTimeAndBytes) {
  EXPECT_EQ(frames({}), "");
  using namespace std::string_literals;
  EXPECT_EQ(frames({{0x0102030405060708u, "abc"}, {1, std::string(258, 'x')}}),
            "\x03\0\0\0\x08\x07\x06\x05\x04\x03\x02\x01"s
            "abc"s
            "\x02\x01\0\0\x01\0\0\0\0\0\0\0"s +
                std::string(258, 'x'));
}

TEST(OpenMetrics, IsWellFormed) {
  const std::string text = openmetrics({.requests = 2, .bytes = 300, .spans = 5, .refused = 1, .malformed = 3}, 17);
  for (const char* line :
       {"otlp_sink_spans_received_total 5\n", "otlp_sink_requests_total 2\n", "otlp_sink_bytes_total 300\n",
        "otlp_sink_refused_total 1\n", "otlp_sink_malformed_total 3\n", "otlp_sink_held_bytes 17\n",
        "# TYPE otlp_sink_spans_received counter\n", "# TYPE otlp_sink_held_bytes gauge\n"}) {
    EXPECT_NE(("\n" + text).find("\n" + std::string(line)), std::string::npos) << line;
  }
  EXPECT_TRUE(text.ends_with("\n# EOF\n"));
}

TEST(TracesJson, ShowsSpansByTraceAndStart) {
  const Json document = Json::parse(traces_json({request_bytes({{"b", 1, 3, 2, 0, "late"}, {"b", 2, 1}}),
                                                 request_bytes({{"a", 1, 2, 0, 0, "early"}}), "nonsense"}));
  const Json& traces = document.at("traces");
  ASSERT_EQ(traces.size(), 2u);
  EXPECT_EQ(traces[0]["trace_id"], "07070707070707070707070707070701");
  ASSERT_EQ(traces[0]["spans"].size(), 2u);
  const Json& early = traces[0]["spans"][0];
  EXPECT_EQ(early["service"], "a");
  EXPECT_EQ(early["name"], "early");
  EXPECT_EQ(early["span_id"], "0000000000000002");
  EXPECT_FALSE(early.contains("parent_span_id"));
  EXPECT_EQ(early["start_unix_ns"], 1002);
  EXPECT_EQ(early["end_unix_ns"], 2002);
  EXPECT_EQ(early["kind"], "unspecified");
  EXPECT_EQ(early["status"], "unset");
  EXPECT_EQ(traces[0]["spans"][1]["parent_span_id"], "0000000000000002");
}

TEST(TracesJson, ShowsEveryKindOfValue) {
  opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest message;
  auto* const span = message.add_resource_spans()->add_scope_spans()->add_spans();
  span->set_trace_id(std::string(16, '\x01'));
  span->set_span_id(std::string(8, '\x02'));
  span->set_kind(opentelemetry::proto::trace::v1::Span::SPAN_KIND_CLIENT);
  span->mutable_status()->set_code(opentelemetry::proto::trace::v1::Status::STATUS_CODE_ERROR);
  span->mutable_status()->set_message("too slow");
  const auto value = [&](const char* key) {
    auto* const attribute = span->add_attributes();
    attribute->set_key(key);
    return attribute->mutable_value();
  };
  value("s")->set_string_value("x");
  value("b")->set_bool_value(true);
  value("i")->set_int_value(-7);
  value("d")->set_double_value(0.5);
  value("y")->set_bytes_value("\xab");
  value("a")->mutable_array_value()->add_values()->set_int_value(1);
  auto* const nested = value("k")->mutable_kvlist_value()->add_values();
  nested->set_key("n");
  nested->mutable_value()->set_string_value("m");
  value("none");
  span->add_events()->set_name("opened");
  span->add_links()->set_span_id(std::string(8, '\x03'));
  const Json shown = Json::parse(traces_json({message.SerializeAsString()}))["traces"][0]["spans"][0];
  EXPECT_EQ(shown["attributes"],
            Json::parse(R"({"s":"x","b":true,"i":-7,"d":0.5,"y":"ab","a":[1],"k":{"n":"m"},"none":null})"));
  EXPECT_EQ(shown["kind"], "client");
  EXPECT_EQ(shown["status"], "error");
  EXPECT_EQ(shown["status_message"], "too slow");
  EXPECT_EQ(shown["events"][0]["name"], "opened");
  EXPECT_EQ(shown["links"][0]["span_id"], "0303030303030303");
}

}  // namespace
}  // namespace tracetax::sink
