#include "harness/otlp/span.h"

#include <gtest/gtest.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>

namespace tracetax::otlp {
namespace {

namespace proto = opentelemetry::proto;
using Request = proto::collector::trace::v1::ExportTraceServiceRequest;

std::string bytes(std::size_t n, char fill) {
  return std::string(n, fill);
}

proto::trace::v1::Span* add(proto::trace::v1::ScopeSpans& scope, char trace, char id, const std::string& name) {
  auto* span = scope.add_spans();
  span->set_trace_id(bytes(16, trace));
  span->set_span_id(bytes(8, id));
  span->set_name(name);
  return span;
}

void set(google::protobuf::RepeatedPtrField<proto::common::v1::KeyValue>& to, const std::string& key,
         const std::string& text) {
  auto* one = to.Add();
  one->set_key(key);
  one->mutable_value()->set_string_value(text);
}

TEST(Decode, KeepsEverythingThatASpanSays) {
  Request request;
  auto* resource = request.add_resource_spans();
  set(*resource->mutable_resource()->mutable_attributes(), "service.name", "tools");
  auto* scope = resource->add_scope_spans();
  scope->mutable_scope()->set_name("lib");
  auto* span = add(*scope, 1, 2, "tools/call lookup");
  span->set_parent_span_id(bytes(8, 3));
  span->set_flags(0x301);
  span->set_kind(proto::trace::v1::Span::SPAN_KIND_SERVER);
  span->mutable_status()->set_code(proto::trace::v1::Status::STATUS_CODE_ERROR);
  span->mutable_status()->set_message("no");
  span->set_start_time_unix_nano(10);
  span->set_end_time_unix_nano(25);
  span->set_trace_state("ot=th:8");
  set(*span->mutable_attributes(), "a", "text");
  auto* number = span->add_attributes();
  number->set_key("n");
  number->mutable_value()->set_int_value(7);
  auto* list = span->add_attributes();
  list->set_key("list");
  list->mutable_value()->mutable_array_value()->add_values()->set_double_value(0.5);
  list->mutable_value()->mutable_array_value()->add_values()->set_bool_value(true);
  auto* event = span->add_events();
  event->set_name("exception");
  event->set_time_unix_nano(12);
  set(*event->mutable_attributes(), "exception.message", "boom");
  span->add_links()->set_trace_id(bytes(16, 9));

  const auto decoded = decode(request.SerializeAsString(), 99);
  ASSERT_TRUE(decoded);
  ASSERT_EQ(decoded->spans.size(), 1u);
  const Span& got = decoded->spans.front();
  EXPECT_EQ(to_hex(got.trace), "01010101010101010101010101010101");
  EXPECT_EQ(to_hex(got.id), "0202020202020202");
  EXPECT_EQ(to_hex(*got.parent), "0303030303030303");
  EXPECT_EQ(got.parent_is, ParentIs::remote);
  EXPECT_EQ(got.service(), "tools");
  EXPECT_EQ(got.scope, "lib");
  EXPECT_EQ(got.name, "tools/call lookup");
  EXPECT_EQ(got.trace_state, "ot=th:8");
  EXPECT_EQ(got.flags, 0x301u);
  EXPECT_EQ(got.kind, Kind::server);
  EXPECT_EQ(got.status, Status::error);
  EXPECT_EQ(got.status_message, "no");
  EXPECT_EQ(got.start_unix_ns, 10);
  EXPECT_EQ(got.end_unix_ns, 25);
  EXPECT_EQ(got.arrived_unix_ns, 99);
  EXPECT_EQ(to_text(*find(got.attributes, "a")), "text");
  EXPECT_EQ(to_text(*find(got.attributes, "n")), "7");
  EXPECT_EQ(to_text(*find(got.attributes, "list")), "[0.5,true]");
  EXPECT_TRUE(find(got.attributes, "list")->json);
  EXPECT_EQ(find(got.attributes, "none"), nullptr);
  EXPECT_EQ(to_text(*find(got.events.at(0).attributes, "exception.message")), "boom");
  EXPECT_EQ(got.links.at(0).trace.front(), 9);
}

TEST(Decode, CountsSpansWithoutValidIds) {
  Request request;
  auto* scope = request.add_resource_spans()->add_scope_spans();
  add(*scope, 1, 2, "good");
  add(*scope, 0, 2, "no trace");
  add(*scope, 1, 2, "short")->set_span_id("abc");
  const auto decoded = decode(request.SerializeAsString());
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->spans.size(), 1u);
  EXPECT_EQ(decoded->invalid, 2u);
  EXPECT_EQ(decoded->spans[0].service(), "unknown_service");
  EXPECT_EQ(decoded->spans[0].parent_is, ParentIs::none);
  EXPECT_FALSE(decode("no protobuf"));
}

TEST(GroupByTrace, SetsDuplicatesApartAndSortsByStart) {
  Request request;
  auto* scope = request.add_resource_spans()->add_scope_spans();
  add(*scope, 1, 2, "late")->set_start_time_unix_nano(20);
  add(*scope, 5, 2, "other")->set_start_time_unix_nano(1);
  add(*scope, 1, 3, "early")->set_start_time_unix_nano(10);
  add(*scope, 1, 2, "again")->set_start_time_unix_nano(20);
  const std::vector<Trace> traces = group_by_trace(decode(request.SerializeAsString())->spans);
  ASSERT_EQ(traces.size(), 2u);
  EXPECT_EQ(traces[0].duplicates, 1u);
  ASSERT_EQ(traces[0].spans.size(), 2u);
  EXPECT_EQ(traces[0].spans[0].name, "early");
  EXPECT_EQ(traces[0].spans[1].name, "late");
  EXPECT_EQ(traces[1].spans.size(), 1u);
}

// Two resources, three scopes, spans of very different lengths: nothing of the request is forgotten or counted twice.
TEST(Decode, TheBytesOfAllSpansAreThoseOfTheRequest) {
  Request request;
  char id = 1;
  for (const std::size_t scopes : {1u, 2u}) {
    auto* resource = request.add_resource_spans();
    set(*resource->mutable_resource()->mutable_attributes(), "service.name", bytes(50, 's'));
    resource->set_schema_url("https://example.org/schema");
    for (std::size_t s = 0; s < scopes; ++s) {
      auto* scope = resource->add_scope_spans();
      scope->mutable_scope()->set_name("lib");
      for (const std::size_t length : {10u, 200u, 20'000u}) {
        set(*add(*scope, 1, id++, "x")->mutable_attributes(), "long", bytes(length, 'v'));
      }
    }
  }
  const std::string text = request.SerializeAsString();
  const auto decoded = decode(text);
  ASSERT_TRUE(decoded);
  ASSERT_EQ(decoded->spans.size(), 9u);
  double sum = 0;
  for (const Span& span : decoded->spans) sum += span.encoded_bytes;
  EXPECT_NEAR(sum, static_cast<double>(text.size()), 1e-6);
  EXPECT_GT(decoded->spans[2].encoded_bytes, 20'000);
  EXPECT_LT(decoded->spans[0].encoded_bytes, 150);
  // The spans of one resource bear equal shares of it: they differ by their own bytes, and by four lengths of two
  // bytes.
  EXPECT_NEAR(decoded->spans[1].encoded_bytes - decoded->spans[0].encoded_bytes, 190 + 4, 1e-6);
}

TEST(Decode, AnInvalidSpanBearsItsShare) {
  Request request;
  auto* scope = request.add_resource_spans()->add_scope_spans();
  add(*scope, 1, 2, "right");
  scope->add_spans()->set_name("no ids");
  const auto decoded = decode(request.SerializeAsString());
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->invalid, 1u);
  // 2 + 3 bytes of tags and lengths around both.
  const double own = 2 + static_cast<double>(scope->spans(0).ByteSizeLong());
  EXPECT_NEAR(decoded->spans.at(0).encoded_bytes - own, 2, 0.51);
}

}  // namespace
}  // namespace tracetax::otlp
