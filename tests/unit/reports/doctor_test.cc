#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/reports.h"

namespace tracetax {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(DoctorText, SaysVerdictReasonsFiguresAndWhatIsResolved) {
  DoctorReport r;
  r.verdict = Fitness::large_effects_only;
  r.cores = {.online = 2, .allowed = 2, .quota = 1.5};
  r.timers.clock_source = "tsc";
  r.frequency = {.virtual_machine = true, .product = "KVM"};
  r.noise.blocks = 9;
  r.noise.floors = {{.metric = "latency.p50",
                     .phase = Phase::pairs,
                     .level = 2.2e6,
                     .difference = {100, -900, 1100},
                     .relative = Estimate{0.0001, -0.0004, 0.0005},
                     .units = 9,
                     .resolutions = {{.minutes = 1, .units = 1, .absolute = std::numeric_limits<double>::infinity()},
                                     {.minutes = 5, .units = 50, .absolute = 12e3, .relative = 0.0055}}}};
  r.findings = {{Severity::doubtful, "steal", "time was stolen", "use another machine"}};
  const std::string text = render_doctor(r);
  for (const char* part :
       {"doctor: fit for large effects only\n", "doubtful: time was stolen.\n          → use another machine\n",
        "clock source tsc", "1.5 of 2 usable, cgroup limit 1.5 cores", "virtual machine (KVM)", "latency p50 (pairs)",
        "-0.04 to +0.05 %", "too short", "0.55 % (12.0 µs)", "give or take 25 %"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(render_doctor(r, {.color = true}), HasSubstr("\x1b[1;33mfit for large effects only"));
}

TEST(DoctorText, WithoutMeasurementsItSaysWhy) {
  DoctorReport r;
  r.failures = {"mcp-server died"};
  const std::string text = render_doctor(r);
  EXPECT_THAT(text, HasSubstr("doctor: could not measure"));
  EXPECT_THAT(text, HasSubstr("failure: mcp-server died"));
  EXPECT_THAT(text, Not(HasSubstr("The same against the same")));
}

}  // namespace
}  // namespace tracetax
