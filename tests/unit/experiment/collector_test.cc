// What a user's Collector is started with, and how its own counters are read.
#include "harness/experiment/collector.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "harness/experiment/frames.h"

namespace tracetax {
namespace {

class CollectorConfig : public testing::Test {
 protected:
  CollectorConfig() {
    std::string name = (std::filesystem::temp_directory_path() / "tracetax-collector-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~CollectorConfig() override { std::filesystem::remove_all(folder_); }
  CollectorSetup set_up(const std::string& pipelines, const CollectorEnds& ends) const {
    std::ofstream(folder_ / "c.yaml")
        << "receivers: { otlp: {} }\nprocessors: { batch: {}, memory_limiter: {}, tail_sampling: {} }\n"
           "connectors: { span_metrics: {} }\nexporters: { otlp: { endpoint: far:4317, timeout: 3s }, prometheus: {} "
           "}\n"
           "extensions: { health_check: {} }\nservice:\n  extensions: [ health_check ]\n  pipelines:\n"
        << pipelines;
    return set_up_collector(folder_ / "c.yaml", ends);
  }
  std::filesystem::path folder_;
};

constexpr const char* with_metrics =
    "    traces/all: { receivers: [otlp], exporters: [span_metrics] }\n"
    "    traces: { receivers: [otlp], processors: [memory_limiter, batch], exporters: [otlp] }\n"
    "    metrics: { receivers: [span_metrics], processors: [batch], exporters: [prometheus] }\n"
    "    metrics/host: { receivers: [hostmetrics], exporters: [prometheus] }\n";

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_F(CollectorConfig, MetricsOfConnectorsGoToTheSink) {
  const CollectorSetup setup = set_up(with_metrics, {.port = 1234, .next = "next:1", .metrics = "sink:2"});
  EXPECT_TRUE(has(setup.yaml, "sink:2")) << setup.yaml;
  EXPECT_TRUE(has(setup.yaml, "next:1")) << setup.yaml;
  EXPECT_TRUE(has(setup.yaml, "127.0.0.1:1234")) << setup.yaml;
  EXPECT_FALSE(has(setup.yaml, "prometheus")) << setup.yaml;
  EXPECT_FALSE(has(setup.yaml, "metrics/host")) << setup.yaml;
  EXPECT_FALSE(has(setup.yaml, "debug/")) << setup.yaml;
  EXPECT_FALSE(has(setup.yaml, "health_check")) << setup.yaml;
  EXPECT_EQ(setup.shape.trace_pipelines, 2u);
  // Without a receiver for them they are made and dropped.
  const std::string dropped = set_up(with_metrics, {.port = 1234, .next = "next:1"}).yaml;
  EXPECT_TRUE(has(dropped, "debug/tracetax")) << dropped;
}

TEST_F(CollectorConfig, ItsOwnCountersAreWhereTheyAreAskedFor) {
  EXPECT_TRUE(has(set_up(with_metrics, {.port = 1, .next = "n:1"}).yaml, "none"));
  const std::string yaml = set_up(with_metrics, {.port = 1, .counters_port = 4321, .next = "n:1"}).yaml;
  EXPECT_TRUE(has(yaml, "4321")) << yaml;
  EXPECT_FALSE(has(yaml, "none")) << yaml;
}

TEST_F(CollectorConfig, TlsIsAtTheEndsThatAreToHaveIt) {
  CollectorEnds ends{.port = 1, .next = "n:1"};
  ends.next_tls = CollectorTls{"ca.pem", {}, {}};
  std::string yaml = set_up(with_metrics, ends).yaml;
  EXPECT_TRUE(has(yaml, "ca_file")) << yaml;
  EXPECT_FALSE(has(yaml, "insecure") || has(yaml, "client_ca_file") || has(yaml, "key_file")) << yaml;
  ends.receiver_tls = CollectorTls{"ca.pem", "server.pem", "server.key"};
  ends.next_tls = CollectorTls{"ca.pem", "client.pem", "client.key"};
  yaml = set_up(with_metrics, ends).yaml;
  for (const char* part : {"client_ca_file", "server.key", "client.pem"}) EXPECT_TRUE(has(yaml, part)) << part << yaml;
}

TEST_F(CollectorConfig, SaysHowItsCountersAreToBeRead) {
  const auto shape = [&](const std::string& processors) {
    return set_up("    traces: { receivers: [otlp], processors: [" + processors + "], exporters: [otlp] }\n",
                  {.port = 1})
        .shape;
  };
  EXPECT_FALSE(shape("memory_limiter").answers_early);
  EXPECT_TRUE(shape("memory_limiter, batch").answers_early);
  EXPECT_FALSE(shape("memory_limiter, batch").limits_late);
  EXPECT_TRUE(shape("batch, memory_limiter").limits_late);
  EXPECT_EQ(shape("batch, tail_sampling").counts_no_spans, "tail_sampling");
  EXPECT_TRUE(shape("batch").queues);
}

// As v0.157.0 serves it; the numbers are of a run in which each of these happened.
constexpr const char* served =
    "# TYPE otelcol_receiver_accepted_spans counter\n"
    "otelcol_receiver_accepted_spans{otel_scope_name=\"a b\",receiver=\"otlp\",transport=\"http\"} 1700\n"
    "otelcol_receiver_refused_spans{receiver=\"otlp\",transport=\"grpc\"} 40\n"
    "otelcol_receiver_failed_spans{receiver=\"otlp\",transport=\"grpc\"} 2\n"
    "otelcol_processor_incoming_items{otel_signal=\"traces\",processor=\"filter\"} 1700\n"
    "otelcol_processor_outgoing_items{otel_signal=\"traces\",processor=\"filter\"} 1600\n"
    "otelcol_processor_incoming_items{otel_signal=\"traces\",processor=\"memory_limiter/2\"} 9999\n"
    "otelcol_processor_outgoing_items{otel_signal=\"traces\",processor=\"memory_limiter/2\"} 1700\n"
    "otelcol_processor_incoming_items{otel_signal=\"metrics\",processor=\"filter\"} 5000\n"
    "otelcol_processor_memory_limiter_refused_spans{processor=\"memory_limiter\"} 50\n"
    "otelcol_exporter_enqueue_failed_spans{exporter=\"otlp\"} 200\n"
    "otelcol_exporter_send_failed_spans{error_type=\"Unavailable\",exporter=\"otlp\"} 400\n"
    "otelcol_exporter_sent_spans_total{exporter=\"otlp\"} 1.5e3\n"
    "otelcol_exporter_queue_size{data_type=\"traces\",exporter=\"otlp\"} 3\n"
    "otelcol_exporter_queue_size{data_type=\"metrics\",exporter=\"otlp\"} 8\n";

TEST(CollectorCounts, AreReadAsItServesThem) {
  CollectorShape shape{.trace_pipelines = 1, .answers_early = true};
  CollectorCounts counts = read_collector_counts(served, shape);
  EXPECT_EQ(counts.problem, "");
  EXPECT_EQ(counts.accepted, 1700u);
  EXPECT_EQ(counts.refused, 42u);
  EXPECT_EQ(counts.filtered, 100u);
  EXPECT_EQ(counts.limited, 50u);
  EXPECT_EQ(counts.limited_late, 0u);
  EXPECT_EQ(counts.not_queued, 200u);
  EXPECT_EQ(counts.send_failed, 400u);
  EXPECT_EQ(counts.sent, 1500u);
  EXPECT_EQ(counts.queued_requests, 3u);
  // Without a batch a full queue is the sender's to hear of, and nothing is lost by it.
  shape.answers_early = false;
  EXPECT_EQ(read_collector_counts(served, shape).not_queued, 0u);
  EXPECT_EQ(read_collector_counts(served, shape).send_failed, 400u);
  shape.queues = false;
  EXPECT_EQ(read_collector_counts(served, shape).send_failed, 0u);
  shape = {.trace_pipelines = 1, .answers_early = true, .limits_late = true};
  EXPECT_EQ(read_collector_counts(served, shape).limited_late, 8u);
}

TEST(CollectorCounts, SayWhenTheyCannotBeAddedUp) {
  EXPECT_NE(read_collector_counts(served, {.trace_pipelines = 2}).problem, "");
  EXPECT_NE(read_collector_counts(served, {.trace_pipelines = 1, .counts_no_spans = "tail_sampling"}).problem, "");
  EXPECT_NE(read_collector_counts("", {.trace_pipelines = 1}).problem, "");
}

TEST(Frames, ThatAreCutOffAreAnError) {
  std::vector<otlp::Span> spans;
  std::vector<std::string> requests;
  const std::string empty_request(12, '\0');  // no bytes, arrived at 0
  EXPECT_EQ(decode_frames(empty_request, spans, &requests), 0u);
  EXPECT_EQ(requests.size(), 1u);
  std::string cut = empty_request;
  cut[0] = 5;
  EXPECT_THROW(decode_frames(cut, spans, nullptr), std::runtime_error);
}

}  // namespace
}  // namespace tracetax
