#include "harness/telemetry/tracing.h"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>
#include <opentelemetry/sdk/trace/span_data.h>

#include "harness/telemetry/propagation.h"
#include "harness/telemetry/sdk_parts.h"
#include "tests/unit/telemetry/probe_exporter.h"

namespace tracetax::telemetry {
namespace {

using opentelemetry::trace::StatusCode;
constexpr Nanos patience = std::chrono::seconds(30);

TracingConfig config_of(SamplerType type, double ratio = 1.0) {
  TracingConfig config;
  config.sampler = {type, ratio};
  config.batch = {.queue = 4096, .size = 512, .delay = std::chrono::hours(1)};
  return config;
}

std::string hex(const opentelemetry::trace::SpanId& id) {
  char text[16];
  id.ToLowerBase16(text);
  return {text, 16};
}

SpanContext remote_parent(bool sampled, std::uint64_t low = 0x80319c) {
  char text[56];
  std::snprintf(text, sizeof text, "00-0af7651916cd43dd%016llx-b7ad6b7169203331-%02d",
                static_cast<unsigned long long>(low), sampled ? 1 : 0);
  return extract(text, "");
}

TEST(Tracing, CountsEverySpanInEveryStateAndStartedIsNotSampledPlusSampled) {
  struct Row {
    SamplerType type;
    double ratio;
    bool all, nothing;
  };
  for (const Row& row :
       {Row{SamplerType::none, 1, false, true}, Row{SamplerType::always_off, 1, false, true},
        Row{SamplerType::always_on, 1, true, false}, Row{SamplerType::traceidratio, 0, false, true},
        Row{SamplerType::traceidratio, 1, true, false}, Row{SamplerType::traceidratio, 0.5, false, false},
        Row{SamplerType::parentbased_always_on, 1, true, false},
        Row{SamplerType::parentbased_always_off, 1, false, true},
        Row{SamplerType::parentbased_traceidratio, 0.5, false, false}}) {
    SCOPED_TRACE(static_cast<int>(row.type));
    const auto probe = std::make_shared<Probe>();
    const auto tracing =
        Tracing::start(config_of(row.type, row.ratio), {"test"}, std::make_unique<ProbeExporter>(probe));
    std::uint64_t sampled = 0, not_sampled = 0;
    for (int i = 0; i < 1000; ++i) {
      const Span span = tracing->span("work", {});
      ++(span.context().IsSampled() ? sampled : not_sampled);
      EXPECT_EQ(span.recording(), span.context().IsSampled());
    }
    const SpanCounts counts = tracing->counts();
    EXPECT_EQ(counts.started, 1000u);
    EXPECT_EQ(counts.sampled, sampled);
    EXPECT_EQ(counts.started, counts.sampled + not_sampled);
    EXPECT_EQ(counts.ended, sampled);
    if (row.all) {
      EXPECT_EQ(sampled, 1000u);
    }
    if (row.nothing) {
      EXPECT_EQ(sampled, 0u);
    }
    // Half of 1000, ten standard deviations (15.8 each) either way.
    if (!row.all && !row.nothing) {
      EXPECT_NEAR(static_cast<double>(sampled), 500.0, 158.0);
    }
    EXPECT_TRUE(tracing->flush(patience));
    EXPECT_EQ(tracing->counts().exported, sampled);
    EXPECT_EQ(probe->take().size(), sampled);
  }
}

TEST(Tracing, NoneHasNoSdkBehindIt) {
  const auto tracing = Tracing::start(config_of(SamplerType::none), {"test"});
  const Span span = tracing->span("work", {.parent = remote_parent(true)});
  EXPECT_FALSE(span.recording());
  EXPECT_FALSE(span.context().IsValid());
  EXPECT_TRUE(tracing->flush(Nanos(1)));
  // always_off has: it makes ids and continues the caller's trace.
  const auto off = Tracing::start(config_of(SamplerType::always_off), {"test"});
  const Span unsampled = off->span("work", {.parent = remote_parent(true)});
  EXPECT_TRUE(unsampled.context().IsValid());
  EXPECT_EQ(unsampled.context().trace_id(), remote_parent(true).trace_id());
  EXPECT_FALSE(unsampled.context().IsSampled());
}

TEST(Tracing, ParentBasedSamplersFollowTheParentAndOthersDoNot) {
  struct Row {
    SamplerType type;
    bool follows, root;
  };
  for (const Row& row :
       {Row{SamplerType::parentbased_always_on, true, true}, Row{SamplerType::parentbased_always_off, true, false},
        Row{SamplerType::always_on, false, true}, Row{SamplerType::always_off, false, false}}) {
    SCOPED_TRACE(static_cast<int>(row.type));
    const auto tracing =
        Tracing::start(config_of(row.type), {"test"}, std::make_unique<ProbeExporter>(std::make_shared<Probe>()));
    for (const bool parent : {true, false}) {
      const Span child = tracing->span("work", {.parent = remote_parent(parent)});
      EXPECT_EQ(child.context().IsSampled(), row.follows ? parent : row.root);
    }
    EXPECT_EQ(tracing->span("root", {}).context().IsSampled(), row.root);
  }
}

TEST(Tracing, RatioSamplersOfTwoServicesDecideAlikeOnTheTraceId) {
  const auto one = Tracing::start(config_of(SamplerType::traceidratio, 0.3), {"one"},
                                  std::make_unique<ProbeExporter>(std::make_shared<Probe>()));
  const auto two = Tracing::start(config_of(SamplerType::traceidratio, 0.3), {"two"},
                                  std::make_unique<ProbeExporter>(std::make_shared<Probe>()));
  int sampled = 0;
  for (int i = 0; i < 500; ++i) {
    const Span root = one->span("root", {});
    const Span child = two->span("child", {.parent = root.context()});
    EXPECT_EQ(child.context().IsSampled(), root.context().IsSampled());
    sampled += root.context().IsSampled() ? 1 : 0;
  }
  EXPECT_GT(sampled, 0);
  EXPECT_LT(sampled, 500);
}

TEST(Tracing, RecordsWhatItIsTold) {
  const auto probe = std::make_shared<Probe>();
  const auto tracing =
      Tracing::start(config_of(SamplerType::always_on), {"test"}, std::make_unique<ProbeExporter>(probe));
  const SpanContext link = remote_parent(true, 0x1234);
  std::string parent_id;
  {
    const Span parent = tracing->span("gateway.request", {.kind = SpanKind::kClient});
    parent_id = hex(parent.context().span_id());
    Span span = tracing->span("http.request", {.kind = SpanKind::kServer,
                                               .parent = parent.context(),
                                               .link = link,
                                               .attributes = {{"mcp.method.name", "tools/call"}, {"size", 7}}});
    span.set("auth.success", true);
    span.event("circuit_breaker_opened", {{"failure_count", 3}});
    span.error("timeout", "no answer in 30 s");
  }
  ASSERT_TRUE(tracing->flush(patience));
  const auto spans = probe->take();
  ASSERT_EQ(spans.size(), 2u);  // in the order in which they ended
  const auto& span = *spans[0];
  EXPECT_EQ(std::string(span.GetName()), "http.request");
  EXPECT_EQ(span.GetSpanKind(), SpanKind::kServer);
  EXPECT_EQ(hex(span.GetParentSpanId()), parent_id);
  const auto& attributes = span.GetAttributes();
  EXPECT_EQ(attributes.size(), 4u);
  EXPECT_EQ(opentelemetry::nostd::get<std::string>(attributes.at("mcp.method.name")), "tools/call");
  EXPECT_EQ(opentelemetry::nostd::get<std::int32_t>(attributes.at("size")), 7);
  EXPECT_TRUE(opentelemetry::nostd::get<bool>(attributes.at("auth.success")));
  EXPECT_EQ(opentelemetry::nostd::get<std::string>(attributes.at("error.type")), "timeout");
  EXPECT_EQ(span.GetStatus(), StatusCode::kError);
  EXPECT_EQ(std::string(span.GetDescription()), "no answer in 30 s");
  ASSERT_EQ(span.GetEvents().size(), 1u);
  EXPECT_EQ(span.GetEvents()[0].GetAttributes().size(), 1u);
  ASSERT_EQ(span.GetLinks().size(), 1u);
  EXPECT_EQ(span.GetLinks()[0].GetSpanContext(), link);
  EXPECT_FALSE(spans[1]->GetParentSpanId().IsValid());
  EXPECT_TRUE(spans[1]->GetLinks().empty());
}

TEST(Tracing, ASpanEndsOnceAndItsContextStaysReadable) {
  const auto probe = std::make_shared<Probe>();
  const auto tracing =
      Tracing::start(config_of(SamplerType::always_on), {"test"}, std::make_unique<ProbeExporter>(probe));
  Span span = tracing->span("work", {});
  Span moved = std::move(span);
  span.end();  // NOLINT: nothing is left to end
  EXPECT_EQ(tracing->counts().ended, 0u);
  moved.end();
  moved.end();
  moved.set("late", 1);
  EXPECT_EQ(tracing->counts().ended, 1u);
  EXPECT_TRUE(moved.context().IsValid());
  moved = tracing->span("next", {});
  moved = Span();  // ends what it held
  EXPECT_EQ(tracing->counts().ended, 2u);
  ASSERT_TRUE(tracing->flush(patience));
  for (const auto& one : probe->take()) EXPECT_TRUE(one->GetAttributes().empty());
  EXPECT_FALSE(Span().context().IsValid());
}

TEST(Tracing, RefusesWhatTheSdkCannotHave) {
  const auto message = [](const std::function<void(TracingConfig&)>& spoil) {
    TracingConfig config = config_of(SamplerType::traceidratio, 0.5);
    spoil(config);
    try {
      Tracing::start(config, {"test"});
    } catch (const std::invalid_argument& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(message([](TracingConfig&) {}), "");
  EXPECT_EQ(message([](TracingConfig& c) { c.sampler.ratio = 1.5; }),
            "tracing.sampler.ratio: must be 0 to 1, got 1.500000");
  EXPECT_NE(message([](TracingConfig& c) { c.sampler.ratio = std::numeric_limits<double>::quiet_NaN(); }), "");
  EXPECT_EQ(message([](TracingConfig& c) { c.batch.queue = 0; }), "tracing.batch.queue: must be at least 1");
  EXPECT_EQ(message([](TracingConfig& c) { c.batch.size = 4097; }),
            "tracing.batch.size: must be 1 to batch.queue (4096), got 4097");
  EXPECT_NE(message([](TracingConfig& c) { c.batch.delay = Nanos(1); }), "");
  EXPECT_NE(message([](TracingConfig& c) { c.batch.export_timeout = Nanos(0); }), "");
  EXPECT_NE(message([](TracingConfig& c) { c.exporter.timeout = Nanos(0); }), "");
  const std::string gzip = message([](TracingConfig& c) {
    c.exporter.type = ExporterType::otlp_http;
    c.exporter.gzip = true;
  });
  EXPECT_EQ(gzip, "");  // our own, whatever the SDK was built with
}

}  // namespace
}  // namespace tracetax::telemetry
