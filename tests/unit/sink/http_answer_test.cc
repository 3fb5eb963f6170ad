#include "mock_servers/sink/http_answer.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/unit/sink/requests.h"

namespace tracetax::sink {
namespace {

constexpr const char* proto = "application/x-protobuf";

ExportRequest post(std::string body, const char* type = proto, const char* encoding = "") {
  return {"POST", "/v1/traces", type, encoding, std::move(body)};
}

TEST(HttpAnswer, TakesProtobufJsonAndGzip) {
  Store store(1u << 20);
  const std::string body = request_bytes({{"a", 1, 1}});
  EXPECT_EQ(answer_export(post(body), store).status, 200);
  const ExportAnswer packed = answer_export(post(gzipped(body), "Application/X-Protobuf", "GZIP"), store);
  EXPECT_EQ(packed.status, 200);
  EXPECT_EQ(packed.content_type, proto);
  EXPECT_EQ(packed.body, "");
  const ExportAnswer json = answer_export(post(R"({"resourceSpans":[]})", "application/json; charset=utf-8"), store);
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
      {{"POST", "/v1/metrics", proto, "", body}, 404, 0},
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
    const ExportAnswer answer = answer_export(row.request, store);
    EXPECT_EQ(answer.status, row.status);
    EXPECT_EQ(store.totals().malformed, row.malformed);
    EXPECT_EQ(store.totals().requests, 0u);
    EXPECT_FALSE(answer.body.empty());
  }
  Store full(1);
  EXPECT_EQ(answer_export(post(body), full).status, 507);
  EXPECT_EQ(full.totals().refused, 1u);
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
