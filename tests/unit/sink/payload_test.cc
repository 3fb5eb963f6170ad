#include "mock_servers/sink/payload.h"

#include <gtest/gtest.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>

#include "tests/unit/sink/requests.h"

namespace tracetax::sink {
namespace {

using opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest;

TEST(Payload, TheSharesOfAProtobufRequestAddUpToIt) {
  const Payload payload = request({{"a", 1, 1}, {"a", 1, 2, 1}, {"b", 1, 3, 2, 0, std::string(300, 'x')}, {"c", 2, 1}});
  const auto batches = decode(payload).value();
  ASSERT_EQ(batches.size(), 3u);
  // Each share, known from a request of that service alone.
  EXPECT_EQ(batches[0].bytes, request({{"a", 1, 1}, {"a", 1, 2, 1}}).bytes);
  EXPECT_EQ(batches[1].bytes, request({{"b", 1, 3, 2, 0, std::string(300, 'x')}}).bytes);
  EXPECT_EQ(batches[2].bytes, request({{"c", 2, 1}}).bytes);
  EXPECT_EQ(batches[0].bytes + batches[1].bytes + batches[2].bytes, payload.bytes);
}

TEST(Payload, ReadsServiceParentsAndFlags) {
  const auto batches =
      decode(request({{"", 1, 1, 0}, {"", 1, 2, 1, local_parent}, {"", 1, 3, 1, remote_parent}, {"", 1, 4, 1, 0x01}}))
          .value();
  ASSERT_EQ(batches.size(), 1u);
  EXPECT_EQ(batches[0].service, "unknown_service");
  ASSERT_EQ(batches[0].spans.size(), 4u);
  EXPECT_EQ(batches[0].spans[0].parent, Parent::none);
  EXPECT_EQ(batches[0].spans[1].parent, Parent::local);
  EXPECT_EQ(batches[0].spans[2].parent, Parent::remote);
  EXPECT_EQ(batches[0].spans[3].parent, Parent::unknown);
  EXPECT_EQ(batches[0].spans[1].parent_span, batches[0].spans[0].span);
}

TEST(Payload, SpansWithoutValidIdsAreSetApart) {
  ExportTraceServiceRequest message;
  auto* const spans = message.add_resource_spans()->add_scope_spans()->mutable_spans();
  const auto add = [&](std::string trace, std::string span, std::string parent) {
    auto* const one = spans->Add();
    one->set_trace_id(trace);
    one->set_span_id(span);
    one->set_parent_span_id(parent);
  };
  const std::string trace(16, 't'), span(8, 's');
  add(trace, span, "");
  add("", span, "");
  add(trace, "", "");
  add(std::string(15, 't'), span, "");
  add(std::string(16, '\0'), span, "");
  add(trace, std::string(8, '\0'), "");
  add(trace, span, "short");
  Payload payload;
  payload.protobuf = message.SerializeAsString();
  payload.bytes = payload.protobuf.size();
  const auto batches = decode(payload).value();
  EXPECT_EQ(batches.at(0).spans.size(), 1u);
  EXPECT_EQ(batches.at(0).invalid, 6u);
}

TEST(Payload, WhatIsNoExportRequestIsRefused) {
  const std::string good = request_bytes({{"a", 1, 1}});
  EXPECT_TRUE(from_protobuf(good));
  EXPECT_TRUE(from_protobuf(""));  // a request without spans
  for (const std::string& bad :
       {good.substr(0, good.size() - 1), std::string("not protobuf"), std::string(R"({"a":1})"),
        std::string("\x08\x01", 2), std::string(100, '\xff'), good + "\x0a"}) {
    EXPECT_FALSE(from_protobuf(bad));
  }
  // Damage further inside is found by decode().
  std::string inside = good;
  inside[2] = '\x0f';
  const auto payload = from_protobuf(inside);
  EXPECT_FALSE(payload && decode(*payload));
}

constexpr const char* json_request = R"({"resourceSpans":[{
  "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"js"}}]},
  "scopeSpans":[{"scope":{"name":"s"},"spans":[
    {"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"eee19b7ec3c1b174","name":"root","kind":2,
     "startTimeUnixNano":"1544712660000000000","endTimeUnixNano":1544712661000000000,"status":{},
     "attributes":[{"key":"traceId","value":{"stringValue":"not hex"}},{"key":"n","value":{"intValue":"7"}}],
     "links":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b175"}],"notInTheProto":1},
    {"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b175","parentSpanId":"eee19b7ec3c1b174",
     "name":"child","kind":1,"flags":257}]}]}]})";

TEST(Json, IsReadWithHexadecimalIds) {
  const auto payload = from_json(json_request);
  ASSERT_TRUE(payload);
  EXPECT_EQ(payload->bytes, std::string(json_request).size());
  ExportTraceServiceRequest message;
  ASSERT_TRUE(message.ParseFromString(payload->protobuf));
  const auto& root = message.resource_spans(0).scope_spans(0).spans(0);
  EXPECT_EQ(root.trace_id(), "\x5b\x8e\xff\xf7\x98\x03\x81\x03\xd2\x69\xb6\x33\x81\x3f\xc6\x0c");
  EXPECT_EQ(root.span_id(), "\xee\xe1\x9b\x7e\xc3\xc1\xb1\x74");
  EXPECT_EQ(root.start_time_unix_nano(), 1544712660000000000u);
  EXPECT_EQ(root.end_time_unix_nano(), 1544712661000000000u);
  EXPECT_EQ(root.kind(), opentelemetry::proto::trace::v1::Span::SPAN_KIND_SERVER);
  EXPECT_EQ(root.attributes(0).value().string_value(), "not hex");
  EXPECT_EQ(root.links(0).span_id(), "\xee\xe1\x9b\x7e\xc3\xc1\xb1\x75");
  const auto batches = decode(*payload).value();
  ASSERT_EQ(batches.size(), 1u);
  EXPECT_EQ(batches[0].service, "js");
  EXPECT_EQ(batches[0].bytes, payload->bytes);
  EXPECT_EQ(batches[0].spans.at(1).parent, Parent::local);
  EXPECT_EQ(batches[0].spans.at(1).parent_span, batches[0].spans.at(0).span);
}

TEST(Json, TheSharesOfServicesAddUpToTheText) {
  const auto payload = from_json(R"({"resourceSpans":[
    {"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"a"}}]},"scopeSpans":[{"spans":[
      {"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","name":"one"}]}]},
    {"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"b"}}]},"scopeSpans":[{"spans":[
      {"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b175","name":"two, a longer name"}]}]}]})");
  ASSERT_TRUE(payload);
  const auto batches = decode(*payload).value();
  ASSERT_EQ(batches.size(), 2u);
  EXPECT_EQ(batches[0].bytes + batches[1].bytes, payload->bytes);
  EXPECT_LT(batches[0].bytes, batches[1].bytes);
}

TEST(Json, WhatIsNoExportRequestIsRefused) {
  EXPECT_TRUE(from_json("{}"));
  EXPECT_TRUE(from_json(R"({"resourceSpans":[]})"));
  const std::string deep = R"({"resourceSpans":)" + std::string(100000, '[') + std::string(100000, ']') + "}";
  for (const std::string& bad :
       {std::string(), std::string("nonsense"), std::string("[]"), std::string("7"),
        std::string(R"({"resourceSpans":7})"),
        std::string(R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"xyz"}]}]}]})"),
        std::string(R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"abc"}]}]}]})"),
        std::string(R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"spanId":7}]}]}]})"), deep}) {
    EXPECT_FALSE(from_json(bad)) << bad.substr(0, 80);
  }
}

TEST(Gunzip, GivesBackOrRefuses) {
  const std::string text = std::string(300000, 'a') + "end";
  const std::string packed = gzipped(text);
  EXPECT_EQ(gunzip(packed, 1u << 20), text);
  EXPECT_EQ(gunzip(gzipped(""), 10), "");
  EXPECT_EQ(gunzip(packed, text.size()), text);
  EXPECT_FALSE(gunzip(packed, text.size() - 1));  // a bomb
  EXPECT_FALSE(gunzip(packed.substr(0, packed.size() - 1), 1u << 20));
  EXPECT_FALSE(gunzip(packed + "x", 1u << 20));
  EXPECT_FALSE(gunzip("", 1u << 20));
  EXPECT_FALSE(gunzip("plain", 1u << 20));
}

}  // namespace
}  // namespace tracetax::sink
