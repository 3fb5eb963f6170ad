#include "mock_servers/sink/faults.h"

#include <gtest/gtest.h>

#include "mock_servers/sink/intake.h"
#include "tests/unit/sink/requests.h"

namespace tracetax::sink {
namespace {

using std::chrono::milliseconds;

std::uint64_t met(const Faults& faults, FaultMode mode) {
  return faults.counts().requests[static_cast<std::size_t>(mode)];
}

TEST(Faults, MeetTheirShareOfTheRequestsExactly) {
  struct Row {
    double share;
    int requests;
    std::uint64_t met;
  };
  for (const Row& row :
       {Row{1, 7, 7}, Row{0, 7, 0}, Row{0.1, 10, 1}, Row{0.1, 9, 0}, Row{0.3, 100, 30}, Row{0.7, 10, 7}}) {
    SCOPED_TRACE(row.share);
    Faults faults;
    faults.set({.mode = FaultMode::refuse, .share = row.share}, Nanos(1));
    std::uint64_t refused = 0;
    for (int i = 0; i < row.requests; ++i) refused += faults.next(Nanos(2)).mode == FaultMode::refuse ? 1 : 0;
    EXPECT_EQ(refused, row.met);
    EXPECT_EQ(met(faults, FaultMode::refuse), row.met);
  }
}

TEST(Faults, EndWithTheirTime) {
  Faults faults;
  EXPECT_EQ(faults.next(Nanos(0)).mode, FaultMode::none);
  faults.set({.mode = FaultMode::hang, .lasts = milliseconds(5)}, milliseconds(100));
  EXPECT_EQ(faults.current(milliseconds(104)).mode, FaultMode::hang);
  EXPECT_EQ(faults.next(milliseconds(104)).mode, FaultMode::hang);
  EXPECT_EQ(faults.next(milliseconds(105)).mode, FaultMode::none);
  faults.set({.mode = FaultMode::reset}, milliseconds(200));
  EXPECT_EQ(faults.next(std::chrono::hours(100)).mode, FaultMode::reset);
  EXPECT_EQ(met(faults, FaultMode::hang), 1u);
  EXPECT_EQ(met(faults, FaultMode::none), 0u);
}

TEST(Faults, RejectedSpansAddUpToTheShareOverRequests) {
  Faults faults;
  faults.set({.mode = FaultMode::partial, .share = 0.25}, Nanos(1));
  std::uint64_t rejected = 0;
  for (const std::uint64_t spans : {3, 3, 3, 3, 88}) rejected += faults.reject(spans, 0.25);
  EXPECT_EQ(rejected, 25u);
  EXPECT_EQ(faults.counts().rejected_spans, 25u);
  EXPECT_EQ(met(faults, FaultMode::partial), 4u);  // the first request lost none
}

TEST(Faults, AreReadStrictly) {
  std::string problem;
  const auto plan = parse_fault(R"({"mode":"partial","share":0.5,"delay_ms":1.5,"for_ms":2000})", problem);
  ASSERT_TRUE(plan) << problem;
  EXPECT_EQ(plan->mode, FaultMode::partial);
  EXPECT_EQ(plan->share, 0.5);
  EXPECT_EQ(plan->delay, std::chrono::microseconds(1500));
  EXPECT_EQ(plan->lasts, std::chrono::seconds(2));
  struct Row {
    const char* text;
    const char* problem;
  };
  for (const Row& row :
       {Row{"nonsense", "expected a JSON object"}, Row{"{}", "mode: is missing"},
        Row{R"({"mode":"quick"})", "must be one of"}, Row{R"({"mode":"refuse","share":1.5})", "from 0 to 1"},
        Row{R"({"mode":"refuse","for_ms":-1})", "for_ms: must be"},
        Row{R"({"mode":"refuse","delay":1})", "unknown key"}, Row{R"({"mode":"slow"})", "delay_ms: slow needs"},
        Row{R"({"mode":"partial"})", "share: partial needs"}, Row{R"({"mode":3})", "must be one of"}}) {
    problem.clear();
    EXPECT_FALSE(parse_fault(row.text, problem)) << row.text;
    EXPECT_NE(problem.find(row.problem), std::string::npos) << problem;
  }
}

TEST(Intake, CountsWhatWasTakenAndNothingElse) {
  Store store(1u << 20);
  Faults faults;
  const Payload three = request({{"a", 1, 1}, {"a", 1, 2, 1}, {"b", 1, 3, 1}});
  const auto take = [&](const FaultPlan& plan) {
    faults.set(plan, Nanos(1));
    return take_in(three, store, faults, Nanos(2));
  };
  EXPECT_EQ(take({}).outcome, Intake::Outcome::taken);
  EXPECT_EQ(take({.mode = FaultMode::refuse}).outcome, Intake::Outcome::unavailable);
  EXPECT_EQ(take({.mode = FaultMode::reset}).outcome, Intake::Outcome::reset);
  EXPECT_EQ(take({.mode = FaultMode::hang}).outcome, Intake::Outcome::hang);
  EXPECT_EQ(store.flush().spans, 3u);
  EXPECT_EQ(take({.mode = FaultMode::slow, .delay = milliseconds(3)}).delay, milliseconds(3));
  EXPECT_EQ(store.flush().spans, 6u);

  const Intake partial = take({.mode = FaultMode::partial, .share = 0.4});
  EXPECT_EQ(partial.rejected_spans, 1u);
  EXPECT_EQ(partial.delay, Nanos::zero());
  EXPECT_EQ(store.flush().spans, 8u);
  EXPECT_EQ(take({.mode = FaultMode::partial, .share = 1}).rejected_spans, 3u);
  EXPECT_EQ(store.flush().requests, 3u);  // the last one left nothing
  EXPECT_EQ(faults.counts().rejected_spans, 4u);
  // The last spans go: the one of b in the request that lost one.
  const auto services = store.collect().traces.services;
  EXPECT_EQ(services.at("a").spans + services.at("b").spans, 3u);  // without duplicates
}

TEST(Intake, DamagedBytesPassThroughPartialAsTheyAre) {
  Store store(1u << 20);
  Faults faults;
  faults.set({.mode = FaultMode::partial, .share = 1}, Nanos(1));
  Payload broken;
  broken.protobuf = "\x0a\x02\x0f\x0f";
  broken.bytes = 4;
  EXPECT_EQ(take_in(broken, store, faults, Nanos(2)).rejected_spans, 0u);
  EXPECT_EQ(store.flush().malformed, 1u);
}

}  // namespace
}  // namespace tracetax::sink
