// Each fault of POST /fault over both protocols: what the sender counts, what the sink counts, and that they agree.

#include <gtest/gtest.h>

#include "tests/integration/sink/sink_under_test.h"

namespace tracetax::test {
namespace {

using std::chrono::milliseconds;

class SinkFaults : public testing::TestWithParam<ExporterType> {
 protected:
  TracingConfig config() { return exporting(GetParam(), sink.endpoint(GetParam())); }
  void fault(const std::string& json) {
    const auto reply = http_request("POST", sink.process().admin() + "/fault", json);
    ASSERT_EQ(reply.status, 200) << reply.body;
  }
  std::uint64_t met(const std::string& mode) { return sink.get("/stats")["faults"][mode].get<std::uint64_t>(); }

  SinkUnderTest sink{};
};

TEST_P(SinkFaults, RefusedSpansAreFailedAndNotReceived) {
  const auto tracing = telemetry::Tracing::start(config(), {"test"});
  fault(R"({"mode":"refuse"})");
  export_once(*tracing);
  EXPECT_EQ(tracing->counts().export_failed, spans_each);
  EXPECT_EQ(tracing->counts().exporter_up, false);
  EXPECT_EQ(sink.received(), 0u);
  EXPECT_EQ(met("refuse"), 1u);
  EXPECT_EQ(sink.get("/stats")["fault"], "refuse");
  fault(R"({"mode":"none"})");
  EXPECT_EQ(sink.get("/stats")["fault"], "none");
  export_once(*tracing);
  EXPECT_EQ(tracing->counts().exported, spans_each);
  EXPECT_EQ(tracing->counts().exporter_up, true);
  EXPECT_EQ(sink.received(), spans_each);
  EXPECT_NE(sink.text("/metrics").find("\notlp_sink_faults_total{mode=\"refuse\"} 1\n"), std::string::npos);
}

TEST_P(SinkFaults, RetriesGetThroughWhatIsRefusedForAWhile) {
  TracingConfig patient = config();
  patient.exporter.retry = {.attempts = 3, .initial = milliseconds(1), .max = milliseconds(1)};
  const auto tracing = telemetry::Tracing::start(patient, {"test"});
  fault(R"({"mode":"refuse","share":0.5,"delay_ms":1})");
  export_once(*tracing);  // of two requests the second is refused, and its repetition is not
  export_once(*tracing);
  EXPECT_EQ(tracing->counts().exported, 2 * spans_each);
  EXPECT_EQ(tracing->counts().retries, 1u);
  EXPECT_EQ(sink.received(), 2 * spans_each);
  EXPECT_EQ(met("refuse"), 1u);
  fault(R"({"mode":"refuse"})");
  export_once(*tracing);
  EXPECT_EQ(tracing->counts().export_failed, spans_each);
  EXPECT_EQ(tracing->counts().retries, 3u);
  EXPECT_EQ(met("refuse"), 4u);
  EXPECT_EQ(sink.received(), 2 * spans_each);
}

TEST_P(SinkFaults, RejectedSpansAreCountedOnBothSides) {
  const auto tracing = telemetry::Tracing::start(config(), {"test"});
  fault(R"({"mode":"partial","share":0.25})");
  export_once(*tracing);
  export_once(*tracing);  // a quarter of 20
  const auto counts = tracing->counts();
  EXPECT_EQ(counts.exported, 15u);
  EXPECT_EQ(counts.rejected, 5u);
  EXPECT_EQ(counts.export_failed, 5u);
  EXPECT_EQ(counts.exporter_up, true);
  EXPECT_EQ(sink.received(), 15u);
  const Json stats = sink.get("/stats");
  EXPECT_EQ(stats["rejected_spans"], 5);
  EXPECT_EQ(stats["faults"]["partial"], 2);
  EXPECT_EQ(sink.post("/collect")["traces"], 15);
}

TEST_P(SinkFaults, WhatIsAnsweredLateIsReceivedWhetherOrNotItsSenderWaits) {
  fault(R"({"mode":"slow","delay_ms":50})");
  EXPECT_EQ(export_once(config()).exported, spans_each);
  EXPECT_EQ(sink.received(), spans_each);
  fault(R"({"mode":"slow","delay_ms":60000})");
  TracingConfig hasty = config();
  hasty.exporter.timeout = milliseconds(500);
  EXPECT_EQ(export_once(hasty).export_failed, spans_each);
  EXPECT_EQ(sink.received(), 2 * spans_each);
  EXPECT_EQ(met("slow"), 2u);
}

TEST_P(SinkFaults, WithoutAnAnswerNothingIsReceived) {
  TracingConfig hasty = config();
  fault(R"({"mode":"reset"})");
  EXPECT_EQ(export_once(hasty).export_failed, spans_each);
  EXPECT_GE(met("reset"), 1u);  // two where a busy machine lets the batch leave in two parts
  hasty.exporter.timeout = milliseconds(500);
  fault(R"({"mode":"hang"})");
  EXPECT_EQ(export_once(hasty).export_failed, spans_each);
  EXPECT_GE(met("hang"), 1u);
  EXPECT_EQ(sink.received(), 0u);
}

// A request that hangs must not keep the sink from ending.
TEST_P(SinkFaults, TheSinkEndsWhileOneHangs) {
  TracingConfig hasty = config();
  hasty.exporter.timeout = std::chrono::seconds(20);
  const auto tracing = telemetry::Tracing::start(hasty, {"test"});
  fault(R"({"mode":"hang"})");
  tracing->span("work", {}).end();
  EXPECT_FALSE(tracing->flush(milliseconds(200)));
  EXPECT_EQ(sink.process().stop(), 0);
}

INSTANTIATE_TEST_SUITE_P(Over, SinkFaults, testing::Values(ExporterType::otlp_grpc, ExporterType::otlp_http),
                         [](const auto& type) { return std::string(to_string(type.param)); });

TEST(SinkFault, MistakesAreAnswered) {
  SinkUnderTest sink;
  const auto reply = http_request("POST", sink.process().admin() + "/fault", R"({"mode":"quick"})");
  EXPECT_EQ(reply.status, 400);
  EXPECT_NE(reply.body.find("mode: must be one of none, slow"), std::string::npos) << reply.body;
  EXPECT_EQ(http_request("GET", sink.process().admin() + "/fault").status, 405);
}

}  // namespace
}  // namespace tracetax::test
