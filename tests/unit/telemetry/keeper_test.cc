// Errors and slow traces are kept although the sampler did not choose them, and the counts still add up.

#include <algorithm>
#include <set>
#include <thread>

#include <gtest/gtest.h>
#include <opentelemetry/sdk/trace/span_data.h>

#include "harness/telemetry/local_traces.h"
#include "harness/telemetry/propagation.h"
#include "harness/telemetry/tracing.h"
#include "tests/unit/telemetry/probe_exporter.h"

namespace tracetax::telemetry {
namespace {

using namespace std::chrono_literals;
constexpr Nanos patience = 30s;

SamplerConfig errors_only() {
  SamplerConfig config;
  config.type = SamplerType::always_off;
  config.keep_errors = true;
  return config;
}

class Keeper : public testing::Test {
 protected:
  void start(const SamplerConfig& sampler) {
    TracingConfig config;
    config.sampler = sampler;
    config.batch = {.queue = 65536, .size = 512, .delay = 1h};
    tracing_ = Tracing::start(config, {"test"}, std::make_unique<ProbeExporter>(probe_));
  }
  std::multiset<std::string> exported() {
    EXPECT_TRUE(tracing_->flush(patience));
    std::multiset<std::string> names;
    for (const auto& span : probe_->take()) {
      names.emplace(span->GetName());
      EXPECT_TRUE(span->GetFlags().IsSampled()) << span->GetName();
    }
    return names;
  }
  Span child(const char* name, const Span& parent) { return tracing_->span(name, {.parent = parent.context()}); }

  std::shared_ptr<Probe> probe_ = std::make_shared<Probe>();
  std::unique_ptr<Tracing> tracing_{};
};

using Names = std::multiset<std::string>;

TEST_F(Keeper, AnErrorKeepsTheWholeLocalTraceAndNothingElse) {
  start(errors_only());
  {
    Span root = tracing_->span("root", {});
    Span good = child("good", root);
    Span bad = child("bad", good);
    bad.error("timeout", "no answer");
    bad.end();
    child("after", root).end();
  }
  {
    Span root = tracing_->span("fine", {});
    child("fine.inner", root).end();
  }
  EXPECT_EQ(exported(), (Names{"root", "good", "bad", "after"}));
  const SpanCounts counts = tracing_->counts();
  EXPECT_EQ(counts.started, 6u);
  EXPECT_EQ(counts.sampled, 4u);
  EXPECT_EQ(counts.kept_late, 4u);
  EXPECT_EQ(counts.ended, 4u);
  EXPECT_EQ(counts.exported, 4u);
  EXPECT_EQ(counts.held_dropped, 0u);
}

TEST_F(Keeper, ARecordedSpanTellsItsChildrenAndTheNextHopThatItIsNotSampled) {
  start(errors_only());
  const SpanContext parent = extract("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "");
  Span span = tracing_->span("server", {.parent = parent});
  EXPECT_TRUE(span.recording());
  EXPECT_FALSE(span.context().IsSampled());  // although the caller is
  EXPECT_EQ(span.context().trace_id(), parent.trace_id());
  Span inner = child("inner", span);
  EXPECT_FALSE(inner.context().IsSampled());
  inner.error("x", "y");
  inner.end();
  span.end();
  EXPECT_EQ(exported(), (Names{"server", "inner"}));
}

TEST_F(Keeper, WhatTheSamplerChoosesIsExportedAsAlways) {
  SamplerConfig config;
  config.type = SamplerType::parentbased_always_on;
  config.keep_errors = true;
  start(config);
  Span root = tracing_->span("root", {});
  EXPECT_TRUE(root.context().IsSampled());
  child("inner", root).end();
  EXPECT_EQ(exported(), (Names{"inner"}));  // it does not wait for the root
  root.end();
  EXPECT_EQ(exported(), (Names{"root"}));
  EXPECT_EQ(tracing_->counts().sampled, 2u);
  EXPECT_EQ(tracing_->counts().kept_late, 0u);
}

TEST_F(Keeper, AnErrorInASampledSpanKeepsTheOthersOfItsTrace) {
  SamplerConfig config;
  config.type = SamplerType::rules;
  config.parent_based = false;
  config.rules = {{.operation = "chosen", .sampler = {SamplerType::always_on}}};
  config.otherwise = {SamplerType::always_off};
  config.keep_errors = true;
  start(config);
  {
    Span root = tracing_->span("root", {});
    Span chosen = child("chosen", root);
    child("inner", chosen).end();
    chosen.error("x", "y");
  }
  EXPECT_EQ(exported(), (Names{"root", "chosen", "inner"}));
  EXPECT_EQ(tracing_->counts().sampled, 3u);
  EXPECT_EQ(tracing_->counts().kept_late, 2u);
}

TEST_F(Keeper, TracesOfOneCallerAreDecidedApart) {
  start(errors_only());
  const SpanContext parent = extract("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", "");
  Span one = tracing_->span("one", {.parent = parent});
  Span two = tracing_->span("two", {.parent = parent});
  two.error("x", "y");
  one.end();
  two.end();
  EXPECT_EQ(exported(), (Names{"two"}));
}

TEST_F(Keeper, ACallOfAServiceToItselfIsALocalTraceOfItsOwn) {
  start(errors_only());
  const Span outer = tracing_->span("outer", {});
  const TraceText text = inject(outer.context());
  Span inner = tracing_->span("inner", {.parent = extract(text.traceparent, text.tracestate)});
  inner.error("x", "y");
  inner.end();
  child("fine", outer).end();
  EXPECT_EQ(exported(), (Names{"inner"}));
}

TEST_F(Keeper, WhatEndsAfterItsRootFollowsTheDecision) {
  start(errors_only());
  Span kept = tracing_->span("kept", {});
  Span late = child("late", kept);
  kept.error("x", "y");
  kept.end();
  late.end();
  Span dropped = tracing_->span("dropped", {});
  Span too_late = child("too late", dropped);
  dropped.end();
  too_late.error("x", "y");
  too_late.end();
  EXPECT_EQ(exported(), (Names{"kept", "late"}));
}

TEST_F(Keeper, KeepsNoMoreThanItMayAndCountsWhatItDrops) {
  SamplerConfig config = errors_only();
  config.keep_most = 3;
  start(config);
  Span old = tracing_->span("old", {});
  child("old.1", old).end();
  child("old.2", old).end();
  Span young = tracing_->span("young", {});
  child("young.1", young).end();
  EXPECT_EQ(tracing_->counts().held_dropped, 0u);
  child("young.2", young).end();
  EXPECT_EQ(tracing_->counts().held_dropped, 2u);  // both of the older trace
  old.error("x", "y");
  old.end();
  young.error("x", "y");
  young.end();
  EXPECT_EQ(exported(), (Names{"young", "young.1", "young.2"}));
  const SpanCounts counts = tracing_->counts();
  EXPECT_EQ(counts.started, 6u);
  EXPECT_EQ(counts.sampled, 3u);
}

TEST_F(Keeper, AnErrorAtTheEndOfATraceThatIsTooLongIsLost) {
  SamplerConfig config = errors_only();
  config.keep_most = 2;
  start(config);
  {
    Span root = tracing_->span("root", {});
    for (int i = 0; i < 3; ++i) child("inner", root).end();
    root.error("x", "y");
  }
  EXPECT_EQ(exported(), Names{});
  EXPECT_EQ(tracing_->counts().held_dropped, 3u);
}

TEST_F(Keeper, ShutdownExportsWhatWasDecidedAndNoMore) {
  start(errors_only());
  Span root = tracing_->span("root", {});
  child("inner", root).end();
  tracing_.reset();
  EXPECT_TRUE(probe_->take().empty());
}

TEST_F(Keeper, CountsStayExactUnderThreads) {
  SamplerConfig config = errors_only();
  config.type = SamplerType::traceidratio;
  config.ratio = 0.3;
  start(config);
  constexpr int threads = 4, each = 500;
  std::vector<std::thread> running;
  for (int t = 0; t < threads; ++t) {
    running.emplace_back([&, t] {
      for (int i = 0; i < each; ++i) {
        Span root = tracing_->span("root", {});
        Span inner = child("inner", root);
        if ((t + i) % 5 == 0) inner.error("x", "y");
      }
    });
  }
  for (std::thread& thread : running) thread.join();
  const Names names = exported();
  const SpanCounts counts = tracing_->counts();
  EXPECT_EQ(counts.started, 2u * threads * each);
  EXPECT_EQ(counts.sampled, names.size());
  EXPECT_EQ(counts.sampled, counts.exported);
  EXPECT_EQ(counts.ended, counts.exported);
  EXPECT_EQ(names.count("root"), names.count("inner"));
  // A fifth fail, and of the others 0.3 are chosen: 880 of 2000, ten standard deviations (18 each) either way.
  EXPECT_NEAR(static_cast<double>(names.count("root")), 880, 180);
  EXPECT_GE(counts.kept_late, 2u);
  EXPECT_LE(counts.kept_late, 2u * threads * each / 5);
}

Recorded span() {
  return std::make_unique<opentelemetry::sdk::trace::SpanData>();
}

TEST(LocalTraces, SlowRootsAreKeptByTheirNameAndTime) {
  SamplerConfig config;
  config.keep_slow = {{"work*", 5s}, {"", 60s}};
  LocalTraces traces(config);
  std::uint64_t id = 1;
  const auto kept = [&](const char* name, Nanos took, bool failed = false) {
    const auto root = traces.started(id, 0);
    const auto inner = traces.started(id + 1, id);
    EXPECT_EQ(root, inner);
    // A slow child alone is none of the root's slowness.
    EXPECT_TRUE(traces.ended({id + 1, inner, "work", 1h, failed, span()}).kept.empty());
    const auto outcome = traces.ended({id, root, name, took, false, span()});
    id += 2;
    EXPECT_EQ(traces.waiting(), 0u);
    return outcome.kept.size();
  };
  EXPECT_EQ(kept("workflow", 5s), 0u);
  EXPECT_EQ(kept("workflow", 5s + 1ns), 2u);
  EXPECT_EQ(kept("other", 5s + 1ns), 0u);
  EXPECT_EQ(kept("other", 61s), 2u);
  EXPECT_EQ(kept("other", 1s, true), 0u);  // errors are another key
}

TEST(LocalTraces, AnErrorIsKeptAtOnceAndFreesWhatWaited) {
  SamplerConfig config;
  config.keep_errors = true;
  LocalTraces traces(config);
  const auto trace = traces.started(1, 0);
  traces.started(2, 1);
  traces.started(3, 2);
  EXPECT_TRUE(traces.ended({3, trace, "c", 1s, false, span()}).kept.empty());
  EXPECT_EQ(traces.waiting(), 1u);
  EXPECT_EQ(traces.ended({2, trace, "b", 1s, true, span()}).kept.size(), 2u);
  EXPECT_EQ(traces.waiting(), 0u);
  EXPECT_EQ(traces.ended({1, trace, "a", 1s, false, span()}).kept.size(), 1u);
}

TEST(LocalTraces, AParentThatHasEndedMakesALocalRoot) {
  SamplerConfig config;
  config.keep_errors = true;
  LocalTraces traces(config);
  const auto trace = traces.started(1, 0);
  traces.ended({1, trace, "a", 1s, true, span()});
  const auto other = traces.started(2, 1);
  EXPECT_NE(other, trace);
  EXPECT_TRUE(traces.ended({2, other, "b", 1s, false, span()}).kept.empty());
  EXPECT_EQ(traces.waiting(), 0u);
}

}  // namespace
}  // namespace tracetax::telemetry
