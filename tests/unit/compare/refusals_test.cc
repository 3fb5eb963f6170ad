// What must not be compared, and what only has to be said.

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/verdict/compare_results.h"
#include "tests/support/made_result.h"

namespace tracetax {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> reasons(const std::function<void(Result&)>& change, bool force = false) {
  Result later = made::result();
  change(later);
  return reasons_not_to_compare(made::result(), later, {.force = force});
}

TEST(Refusals, TheSameScenarioOnTheSameClassOfMachineHasNone) {
  EXPECT_THAT(reasons([](Result& r) {
                r.name = "another name";
                r.environment.host = "bench-2";
                r.environment.kernel = "Linux 6.1.7";
                r.environment.memory_bytes = 1;
                r.seed = 7;
                r.blocks_done = 5;
                r.finished = false;
              }),
              IsEmpty());
}

TEST(Refusals, AnotherScenario) {
  const auto other = [](Result& r) { r.fingerprint = "fedcba9876543210"; };
  EXPECT_THAT(reasons(other), ElementsAre(HasSubstr("different scenarios")));
  EXPECT_THAT(reasons(other, true), ElementsAre(HasSubstr("new baseline")));
  EXPECT_THAT(reasons([](Result& r) { r.fingerprint.clear(); }), ElementsAre(HasSubstr("no fingerprint")));
}

TEST(Refusals, AnotherMethod) {
  const auto older = [](Result& r) { r.method = 1; };
  EXPECT_THAT(reasons(older), ElementsAre(HasSubstr("method 3 in the baseline, 1 now")));
  EXPECT_THAT(reasons(older, true), ElementsAre(HasSubstr("Numbers change")));
}

TEST(Refusals, OtherArms) {
  const auto other = [](Result& r) { r.arms.at(1).name = "ratio10"; };
  EXPECT_THAT(reasons(other), ElementsAre(HasSubstr("off (control), on (treatment) in the baseline")));
  EXPECT_THAT(reasons(other, true), ElementsAre(HasSubstr("ratio10 (treatment) now")));
}

TEST(Refusals, AnotherClassOfMachineCanBeForced) {
  const std::vector<std::function<void(Result&)>> changes{[](Result& r) { r.environment.cpu = "Another CPU"; },
                                                          [](Result& r) { r.environment.cores = 64; },
                                                          [](Result& r) { r.environment.build_type = "debug"; }};
  for (const auto& change : changes) {
    EXPECT_THAT(reasons(change), ElementsAre(HasSubstr("--force")));
    EXPECT_THAT(reasons(change, true), IsEmpty());
    Result later = made::result();
    change(later);
    const GrowthReport report = compare_results(made::result(), later, {.force = true});
    EXPECT_TRUE(report.forced);
    EXPECT_THAT(report.notes, Contains(HasSubstr("different machines")));
  }
}

TEST(Refusals, AllOfThemAtOnce) {
  EXPECT_EQ(reasons([](Result& r) {
              r.fingerprint = "fedcba9876543210";
              r.method = 1;
              r.arms.pop_back();
              r.environment.cores = 64;
            }).size(),
            4U);
}

TEST(Notes, SayWhatElseDiffers) {
  Result later = made::result();
  later.environment.kernel = "Linux 6.1.7";
  later.environment.versions["opentelemetry-cpp"] = "1.20.0";
  later.finished = false;
  later.blocks_done = 5;
  later.doubts = {"calls were late"};
  const GrowthReport report = compare_results(made::result(), later, {});
  EXPECT_FALSE(report.forced);
  EXPECT_THAT(report.notes, Contains("kernel: Linux 6.1.0 in the baseline, Linux 6.1.7 now"));
  EXPECT_THAT(report.notes, Contains("opentelemetry-cpp: 1.19.0 in the baseline, 1.20.0 now"));
  EXPECT_THAT(report.notes, Contains("the result was cut short after 5 of 9 blocks"));
  EXPECT_THAT(report.notes, Contains("the result: calls were late"));
}

TEST(Notes, AResultThatIsNotValidMakesTheComparisonSo) {
  Result later = made::result();
  later.valid = false;
  later.failures = {"the gateway died"};
  const GrowthReport report = compare_results(made::result(), later, {});
  EXPECT_FALSE(report.valid);
  EXPECT_EQ(exit_code(report), 4);
  EXPECT_THAT(report.notes, Contains("the result is not valid: the gateway died"));
}

}  // namespace
}  // namespace tracetax
