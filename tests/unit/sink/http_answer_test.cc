#include "mock_servers/sink/http_answer.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>

#include "tests/unit/sink/requests.h"

namespace tracetax::sink {
namespace {

constexpr const char* proto = "application/x-protobuf";

ExportRequest post(std::string body, const char* type = proto, const char* encoding = "") {
  return {"POST", "/v1/traces", type, encoding, std::move(body)};
}

std::string json_request() {
  return R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10",
    "spanId":"0102030405060708","name":"n"}]}]}]})";
}

TEST(HttpAnswer, TakesProtobufJsonAndGzip) {
  Store store(1u << 20);
  Faults faults;
  const std::string body = request_bytes({{"a", 1, 1}});
  EXPECT_EQ(answer_export(post(body), store, faults).status, 200);
  const ExportAnswer packed = answer_export(post(gzipped(body), "Application/X-Protobuf", "GZIP"), store, faults);
  EXPECT_EQ(packed.status, 200);
  EXPECT_EQ(packed.content_type, proto);
  EXPECT_EQ(packed.body, "");
  const ExportAnswer json =
      answer_export(post(R"({"resourceSpans":[]})", "application/json; charset=utf-8"), store, faults);
  EXPECT_EQ(json.status, 200);
  EXPECT_EQ(json.content_type, "application/json");
  EXPECT_EQ(json.body, "{}");
  const Totals totals = store.flush();
  EXPECT_EQ(totals.requests, 3u);
  EXPECT_EQ(totals.spans, 2u);
  EXPECT_EQ(totals.bytes, 2 * body.size() + 20);  // after decompression
}

struct Refusal {
  ExportRequest request;
  int status;
  std::uint64_t malformed;
};

TEST(HttpAnswer, RefusesTheRest) {
  const std::string body = request_bytes({{"a", 1, 1}});
  const Refusal rows[] = {
      {{"POST", "/v1/logs", proto, "", body}, 404, 0},
      {{"GET", "/v1/traces", proto, "", ""}, 405, 0},
      {post(body, "text/plain"), 415, 0},
      {post(body, ""), 415, 0},
      {post(body, proto, "br"), 415, 0},
      {post("nonsense"), 400, 1},
      {post("nonsense", "application/json"), 400, 1},
      {post(body, proto, "gzip"), 400, 1},
      {post(gzipped("nonsense"), proto, "gzip"), 400, 1},
  };
  for (const Refusal& row : rows) {
    SCOPED_TRACE(row.status);
    Store store(1u << 20);
    Faults faults;
    const ExportAnswer answer = answer_export(row.request, store, faults);
    EXPECT_EQ(answer.status, row.status);
    EXPECT_EQ(store.totals().malformed, row.malformed);
    EXPECT_EQ(store.totals().requests, 0u);
    EXPECT_FALSE(answer.body.empty());
  }
  Store full(1);
  Faults faults;
  EXPECT_EQ(answer_export(post(body), full, faults).status, 507);
  EXPECT_EQ(full.totals().refused, 1u);
}

TEST(HttpAnswer, FaultsAreAnsweredAsOtlpHasThem) {
  Store store(1u << 20);
  Faults faults;
  const auto answer = [&](const FaultPlan& plan, const char* type = proto) {
    faults.set(plan, Nanos::zero());
    const bool json = is_json(type);
    return answer_export(post(json ? json_request() : request_bytes({{"a", 1, 1}, {"a", 1, 2, 1}}), type), store,
                         faults);
  };
  const ExportAnswer refused = answer({.mode = FaultMode::refuse, .delay = std::chrono::milliseconds(1500)});
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.retry_after_s, 2);
  EXPECT_EQ(answer({.mode = FaultMode::refuse}).retry_after_s, 1);
  EXPECT_EQ(answer({.mode = FaultMode::reset}).end, ExportAnswer::End::reset);
  EXPECT_EQ(answer({.mode = FaultMode::hang}).end, ExportAnswer::End::hang);
  EXPECT_EQ(store.totals().requests, 0u);

  const ExportAnswer slow = answer({.mode = FaultMode::slow, .delay = std::chrono::milliseconds(7)});
  EXPECT_EQ(slow.status, 200);
  EXPECT_EQ(slow.delay, std::chrono::milliseconds(7));
  EXPECT_EQ(store.flush().spans, 2u);

  const ExportAnswer partial = answer({.mode = FaultMode::partial, .share = 0.5});
  EXPECT_EQ(partial.status, 200);
  opentelemetry::proto::collector::trace::v1::ExportTraceServiceResponse response;
  ASSERT_TRUE(response.ParseFromString(partial.body));
  EXPECT_EQ(response.partial_success().rejected_spans(), 1);
  EXPECT_FALSE(response.partial_success().error_message().empty());
  const auto json = nlohmann::json::parse(answer({.mode = FaultMode::partial, .share = 1}, "application/json").body);
  EXPECT_EQ(json["partialSuccess"]["rejectedSpans"], "1");
  EXPECT_EQ(store.flush().spans, 3u);
  EXPECT_EQ(store.totals().requests, 2u);  // of the last one nothing was left
}

TEST(HttpAnswer, ErrorsAreAStatusMessageInTheRequestsEncoding) {
  const ExportAnswer json = export_error(400, 3, "why", true);
  EXPECT_EQ(nlohmann::json::parse(json.body), (nlohmann::json{{"code", 3}, {"message", "why"}}));
  const ExportAnswer binary = export_error(400, 3, "why", false);
  EXPECT_EQ(binary.content_type, proto);
  EXPECT_EQ(binary.body, std::string("\x08\x03\x12\x03why"));
  // A message longer than 127 bytes: its length takes two.
  EXPECT_EQ(export_error(400, 3, std::string(200, 'x'), false).body, "\x08\x03\x12\xc8\x01" + std::string(200, 'x'));
}

}  // namespace
}  // namespace tracetax::sink
