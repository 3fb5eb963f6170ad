#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/reports.h"
#include "tests/golden/reports/sample_result.h"
#include "tests/support/junit_schema.h"

namespace tracetax {
namespace {

using test::junit_faults;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(Junit, IsValidByItsSchemasWhateverTheNames) {
  Result hostile = sample_result();
  hostile.name = "<script>alert(1)</script>\"'& \x01\n";
  hostile.arms[0].name = hostile.budgets[0].arm = hostile.checks[0].arm = hostile.name;
  hostile.environment.host.clear();
  Result unnamed = sample_result();
  unnamed.name.clear();
  unnamed.budgets.clear();
  unnamed.checks.clear();
  Result doubted = sample_result();
  doubted.strict = true;
  doubted.doubts = {"spans were lost"};
  for (const Result& result : {sample_result(), broken_result(), hostile, unnamed, doubted, Result{}}) {
    for (const Inconclusive inconclusive : {Inconclusive::skipped, Inconclusive::failure})
      EXPECT_THAT(junit_faults(render_junit(result, inconclusive)), IsEmpty()) << render_junit(result, inconclusive);
  }
}

TEST(Junit, InconclusiveIsSkippedWithItsReasonOrAFailure) {
  const std::string skipped = render_junit(sample_result());
  EXPECT_THAT(skipped, HasSubstr(R"(tests="9" failures="2" errors="0" skipped="3")"));
  EXPECT_THAT(skipped, HasSubstr("<skipped message=\"inconclusive: ratio10 adds 17.0 µs"));
  EXPECT_THAT(skipped, HasSubstr("about 24 would decide it"));
  const std::string strict = render_junit(sample_result(), Inconclusive::failure);
  EXPECT_THAT(strict, HasSubstr(R"(tests="9" failures="5" errors="0" skipped="0")"));
  EXPECT_THAT(strict, HasSubstr("<failure type=\"inconclusive\" message=\"inconclusive: ratio10 adds 17.0 µs"));
  EXPECT_THAT(strict, Not(HasSubstr("<skipped")));
}

TEST(Junit, TheDoubtsOfAStrictRunAreACase) {
  Result result = sample_result();
  result.strict = true;
  EXPECT_THAT(render_junit(result), HasSubstr("the numbers are not in doubt: no doubts"));
  result.doubts = {"512 spans were lost", "a busy machine"};
  EXPECT_THAT(render_junit(result), HasSubstr("inconclusive: 512 spans were lost; a busy machine"));
}

// The checker has to find what it is there for.
TEST(JunitSchema, FindsEachFault) {
  const std::string good = render_junit(sample_result());
  const auto changed = [&](const std::string& what, const std::string& by) {
    std::string text = good;
    const auto at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return junit_faults(text.replace(at, what.size(), by));
  };
  EXPECT_THAT(changed(" package=\"tracetax\"", ""), Contains("testsuite: no package"));
  EXPECT_THAT(changed("<testsuites>", "<testsuites name=\"x\">"), Contains("testsuites: an attribute name"));
  EXPECT_THAT(changed("T10:15:00\"", "T10:15:00Z\""), Contains(HasSubstr("timestamp=")));
  EXPECT_THAT(changed("hostname=\"bench-1\"", "hostname=\"\""), Contains(HasSubstr("hostname=")));
  EXPECT_THAT(changed("failures=\"2\"", "failures=\"1\""), Contains("testsuite: failures is wrong"));
  EXPECT_THAT(changed("<failure type=\"exceeded\"", "<failure"), Contains("failure: no type"));
  EXPECT_THAT(changed("<system-err></system-err>", ""), Contains("testsuite: no system-err"));
  EXPECT_THAT(changed("<skipped ", "<failure type=\"x\"/><skipped "), Contains("testcase: more than one child"));
  EXPECT_THAT(changed("<properties>", "<system-out/><properties>"), Contains(HasSubstr("no place for properties")));
  EXPECT_THAT(changed("</testsuites>", ""), Contains(HasSubstr("no XML")));
}

}  // namespace
}  // namespace tracetax
