// Where spans can be lost, and that none is lost from the counts.

#include <algorithm>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <opentelemetry/sdk/trace/span_data.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/telemetry/counting.h"
#include "harness/telemetry/tracing.h"
#include "tests/unit/telemetry/probe_exporter.h"

namespace tracetax::telemetry {
namespace {

constexpr Nanos patience = std::chrono::seconds(30);

TracingConfig small_queue(std::uint64_t queue, std::uint64_t size) {
  TracingConfig config;
  config.sampler.type = SamplerType::always_on;
  config.batch = {.queue = queue, .size = size, .delay = std::chrono::hours(1)};
  return config;
}

void make_spans(Tracing& tracing, int count) {
  for (int i = 0; i < count; ++i) tracing.span("work", {}).end();
}

TEST(Loss, AFullQueueDropsAndTheDifferenceIsWhatTheExporterDidNotGet) {
  install_log_handler();
  const auto probe = std::make_shared<Probe>();
  const auto tracing = Tracing::start(small_queue(16, 4), {"test"}, std::make_unique<ProbeExporter>(probe));
  probe->hold();
  make_spans(*tracing, 16);
  probe->wait_until_held();  // some are in the export that hangs, the others in the queue
  make_spans(*tracing, 1000);
  const SpanCounts during = tracing->counts();
  EXPECT_EQ(during.started, 1016u);
  EXPECT_EQ(during.sampled, 1016u);
  EXPECT_EQ(during.ended, 1016u);
  EXPECT_EQ(during.exported, 0u);
  probe->release();
  ASSERT_TRUE(tracing->flush(patience));
  const SpanCounts after = tracing->counts();
  EXPECT_EQ(after.exported, probe->take().size());
  EXPECT_EQ(after.export_failed, 0u);
  EXPECT_EQ(after.exports, probe->batches().size());
  // At most two queues full could be kept: one in flight, one waiting.
  EXPECT_GE(after.exported, 16u);
  EXPECT_LE(after.exported, 32u);
  EXPECT_GE(after.sampled - after.exported, 984u);
}

TEST(Loss, FailedExportsAreCountedAsSuch) {
  const auto probe = std::make_shared<Probe>();
  const auto tracing = Tracing::start(small_queue(64, 64), {"test"}, std::make_unique<ProbeExporter>(probe));
  make_spans(*tracing, 10);
  ASSERT_TRUE(tracing->flush(patience));
  probe->fail_from_now_on();
  make_spans(*tracing, 7);
  EXPECT_TRUE(tracing->flush(patience));  // tried, in time
  const SpanCounts counts = tracing->counts();
  EXPECT_EQ(counts.exported, 10u);
  EXPECT_EQ(counts.export_failed, 7u);
  EXPECT_EQ(counts.sampled, counts.exported + counts.export_failed);
}

TEST(Loss, FlushSaysWhenTheTimeIsUp) {
  const auto probe = std::make_shared<Probe>();
  const auto tracing = Tracing::start(small_queue(64, 64), {"test"}, std::make_unique<ProbeExporter>(probe));
  probe->hold();
  make_spans(*tracing, 1);
  EXPECT_FALSE(tracing->flush(std::chrono::milliseconds(20)));
  EXPECT_EQ(tracing->counts().exported, 0u);
  probe->release();
  EXPECT_TRUE(tracing->flush(patience));
  EXPECT_EQ(tracing->counts().exported, 1u);
}

TEST(Loss, TheSdksLogIsAFewLinesOnStderr) {
  install_log_handler();
  const auto probe = std::make_shared<Probe>();
  const auto tracing = Tracing::start(small_queue(16, 4), {"test"}, std::make_unique<ProbeExporter>(probe));
  probe->hold();
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  make_spans(*tracing, 5000);  // nearly all are dropped, each with a line in the SDK's log
  const std::string err = testing::internal::GetCapturedStderr();
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_TRUE(err.starts_with("opentelemetry: warning: ")) << err;
  EXPECT_LT(std::count(err.begin(), err.end(), '\n'), 500);
  probe->release();
}

// A fact of the SDK that the scenarios' batch sizes do not change (tracing.h says so); if a later one keeps to the
// size, the comment there has to go.
TEST(Loss, AFlushSendsTheWholeQueueInOneExport) {
  const auto probe = std::make_shared<Probe>();
  const auto tracing = Tracing::start(small_queue(1024, 512), {"test"}, std::make_unique<ProbeExporter>(probe));
  make_spans(*tracing, 100);
  ASSERT_TRUE(tracing->flush(patience));
  EXPECT_EQ(probe->batches(), std::vector<std::size_t>{100});
}

TEST(Loss, WhatIsPendingIsExportedAtTheEnd) {
  const auto probe = std::make_shared<Probe>();
  auto tracing = Tracing::start(small_queue(64, 64), {"test"}, std::make_unique<ProbeExporter>(probe));
  make_spans(*tracing, 5);
  tracing.reset();
  EXPECT_EQ(probe->take().size(), 5u);
}

TEST(Loss, WithoutAnExporterSpansEndNowhere) {
  TracingConfig config = small_queue(64, 64);
  config.exporter.type = ExporterType::none;
  const auto tracing = Tracing::start(config, {"test"});
  make_spans(*tracing, 5);
  EXPECT_TRUE(tracing->flush(patience));
  const SpanCounts counts = tracing->counts();
  EXPECT_EQ(counts.ended, 5u);
  EXPECT_EQ(counts.exported, 0u);
  EXPECT_EQ(counts.exports, 0u);
}

// A port that refuses connections: bound, never listened to.
class RefusingPort {
 public:
  RefusingPort() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(fd_, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~RefusingPort() { ::close(fd_); }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  int fd_, port_ = 0;
};

TEST(Loss, AnEndpointThatDoesNotAnswerIsCountedNotThrown) {
  const RefusingPort nobody;
  for (const ExporterType type : {ExporterType::otlp_grpc, ExporterType::otlp_http}) {
    TracingConfig config = small_queue(64, 64);
    config.exporter = {.type = type, .endpoint = nobody.url(), .timeout = std::chrono::milliseconds(200)};
    const auto tracing = Tracing::start(config, {"test"});
    make_spans(*tracing, 3);
    EXPECT_TRUE(tracing->flush(patience));
    EXPECT_EQ(tracing->counts().exported, 0u);
    EXPECT_EQ(tracing->counts().export_failed, 3u);
  }
}

TEST(Loss, TheConsoleIsStderr) {
  TracingConfig config = small_queue(64, 64);
  config.exporter.type = ExporterType::console;
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  {
    const auto tracing = Tracing::start(config, {"console-test"});
    tracing->span("shown", {}).end();
    EXPECT_TRUE(tracing->flush(patience));
  }
  const std::string err = testing::internal::GetCapturedStderr();
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_NE(err.find("shown"), std::string::npos);
  EXPECT_NE(err.find("console-test"), std::string::npos);
}

TEST(Loss, TheConsoleIsStdoutWhereThatIsFree) {
  TracingConfig config = small_queue(64, 64);
  config.exporter.type = ExporterType::console;
  config.redact.patterns = {"email"};
  Identity identity{"console-test"};
  identity.stdout_is_free = true;
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  {
    const auto tracing = Tracing::start(config, identity);
    tracing->span("shown to a@b.cd", {}).end();
    EXPECT_TRUE(tracing->flush(patience));
  }
  const std::string out = testing::internal::GetCapturedStdout();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_NE(out.find("shown to ***"), std::string::npos) << out;
  EXPECT_EQ(out.find("a@b.cd"), std::string::npos) << out;
}

// An exporter that tells of rejected spans in the middle of its export, as ours for OTLP do.
class PickyExporter final : public sdk::SpanExporter {
 public:
  PickyExporter(std::shared_ptr<Counters> counters, std::int64_t rejects)
      : counters_(std::move(counters)), rejects_(rejects) {}
  std::unique_ptr<sdk::Recordable> MakeRecordable() noexcept override { return std::make_unique<sdk::SpanData>(); }
  opentelemetry::sdk::common::ExportResult Export(
      const opentelemetry::nostd::span<std::unique_ptr<sdk::Recordable>>&) noexcept override {
    count_rejected(rejects_, *counters_);
    return opentelemetry::sdk::common::ExportResult::kSuccess;
  }
  bool ForceFlush(std::chrono::microseconds) noexcept override { return true; }
  bool Shutdown(std::chrono::microseconds) noexcept override { return true; }

 private:
  std::shared_ptr<Counters> counters_;
  std::int64_t rejects_;
};

// Also where a receiver says nonsense: spans are counted once, whatever it claims.
TEST(Loss, RejectedSpansAreFailedOnesAndNeverMoreThanWereSent) {
  struct Row {
    std::int64_t rejects;
    std::uint64_t exported, failed;
  };
  for (const Row& row : {Row{0, 4, 0}, Row{3, 1, 3}, Row{4, 0, 4}, Row{9, 0, 4}, Row{-1, 4, 0}}) {
    SCOPED_TRACE(row.rejects);
    const auto counters = std::make_shared<Counters>();
    const auto exporter = count_exports(std::make_unique<PickyExporter>(counters, row.rejects), counters);
    std::vector<std::unique_ptr<sdk::Recordable>> spans(4);
    exporter->Export(opentelemetry::nostd::span<std::unique_ptr<sdk::Recordable>>(spans.data(), spans.size()));
    EXPECT_EQ(counters->exported, row.exported);
    EXPECT_EQ(counters->export_failed, row.failed);
    EXPECT_EQ(counters->rejected, row.failed);
    EXPECT_EQ(counters->last_export, 1);
  }
}

}  // namespace
}  // namespace tracetax::telemetry
