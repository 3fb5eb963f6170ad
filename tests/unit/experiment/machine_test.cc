#include "harness/experiment/machine.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace tracetax {
namespace {

using testing::HasSubstr;

// A made-up "/".
class Root {
 public:
  Root& with(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((folder_.path() / path).parent_path());
    std::ofstream(folder_.path() / path) << text;
    return *this;
  }
  MachineFacts read() const { return read_machine(folder_.path()); }

 private:
  TemporaryFolder folder_;
};

void fill_workstation(Root& root) {
  root.with("proc/cpuinfo", "processor\t: 0\nmodel name\t: Fine CPU\nflags\t\t: fpu tsc sse\n\nprocessor\t: 1\n")
      .with("proc/loadavg", "0.25 0.20 0.10 1/100 1234\n")
      .with("proc/pressure/cpu", "some avg10=3.83 avg60=4.43 avg300=15.36 total=422762360\nfull avg10=0.00\n")
      .with("proc/self/status", "Name:\ttest\nCpus_allowed:\tff\nCpus_allowed_list:\t0-7\n")
      .with("proc/self/cgroup", "0::/user.slice/run.scope\n")
      .with("sys/devices/system/cpu/online", "0-7\n")
      .with("sys/devices/system/cpu/cpu0/topology/thread_siblings_list", "0,4\n")
      .with("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n")
      .with("sys/devices/system/cpu/intel_pstate/no_turbo", "1\n")
      .with("sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n")
      .with("sys/fs/cgroup/user.slice/cpu.max", "max 100000\n");
}

std::vector<std::string> topics(const std::vector<DoctorFinding>& findings) {
  std::vector<std::string> names;
  for (const DoctorFinding& finding : findings) names.push_back(finding.topic);
  return names;
}

TEST(Machine, ListsOfCoresAreCounted) {
  EXPECT_EQ(count_of_list("0"), 1U);
  EXPECT_EQ(count_of_list("0-3,8,10-11"), 7U);
  for (const char* wrong : {"", "a", "3-1", "0-", "0,,1", "0-3 "}) EXPECT_FALSE(count_of_list(wrong)) << wrong;
}

TEST(Machine, QuotasAreCores) {
  EXPECT_EQ(quota_of_cpu_max("150000 100000"), 1.5);
  for (const char* none : {"max 100000", "", "100000", "0 100000", "5 0"}) EXPECT_FALSE(quota_of_cpu_max(none)) << none;
}

TEST(Machine, PressureIsAShareAndATotal) {
  const auto pressure = pressure_of("some avg10=3.83 avg60=4.43 avg300=15.36 total=422762360");
  ASSERT_TRUE(pressure);
  EXPECT_DOUBLE_EQ(pressure->share_of_10s, 0.0383);
  EXPECT_EQ(pressure->total_us, 422762360U);
  for (const char* wrong : {"", "full avg10=0.00 total=0", "some avg10=x total=1"})
    EXPECT_FALSE(pressure_of(wrong)) << wrong;
}

TEST(Machine, AQuietWorkstationHasNoFault) {
  Root root;
  fill_workstation(root);
  const MachineFacts machine = root.read();
  EXPECT_EQ(machine.cpu, "Fine CPU");
  EXPECT_EQ(machine.clock_source, "tsc");
  EXPECT_EQ(machine.cores.online, 8U);
  EXPECT_EQ(machine.cores.allowed, 8U);
  EXPECT_FALSE(machine.cores.quota);
  EXPECT_EQ(machine.cores.smt_width, 2U);
  EXPECT_DOUBLE_EQ(machine.load_average, 0.25);
  EXPECT_TRUE(machine.frequency.visible);
  EXPECT_EQ(machine.frequency.boost, false);
  EXPECT_FALSE(machine.frequency.virtual_machine);
  EXPECT_TRUE(cheap_findings(machine, "").empty());
}

TEST(Machine, AnEmptyTreeIsUnknownAndNoFault) {
  const MachineFacts machine = Root().read();
  EXPECT_EQ(machine.cores.online, 0U);
  EXPECT_FALSE(machine.pressure);
  EXPECT_FALSE(machine.frequency.visible);
  EXPECT_TRUE(cheap_findings(machine, "").empty());
}

TEST(Machine, TheLeastQuotaOfAllGroupsAboveCounts) {
  Root root;
  fill_workstation(root);
  root.with("sys/fs/cgroup/user.slice/cpu.max", "200000 100000\n")
      .with("sys/fs/cgroup/user.slice/run.scope/cpu.max", "400000 100000\n");
  const MachineFacts machine = root.read();
  EXPECT_EQ(machine.cores.quota, 2.0);
  EXPECT_EQ(machine.cores.usable(), 2.0);
  EXPECT_THAT(topics(cheap_findings(machine, "")), testing::ElementsAre("quota"));
}

TEST(Machine, QuotasOfCgroupVersion1AreFound) {
  Root root;
  fill_workstation(root);
  root.with("proc/self/cgroup", "5:cpuset:/a\n4:cpu,cpuacct:/docker/1\n0::/\n")
      .with("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "150000\n")  // seen from within: the group's own folder
      .with("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(root.read().cores.quota, 1.5);
  root.with("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
  EXPECT_FALSE(root.read().cores.quota);
}

TEST(Machine, OneUsableCoreIsUnfit) {
  Root root;
  fill_workstation(root);
  root.with("proc/self/status", "Cpus_allowed_list:\t3\n");
  const auto findings = cheap_findings(root.read(), "");
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::unfit);
  EXPECT_THAT(findings[0].what, HasSubstr("1 of 8 cores"));
}

TEST(Machine, EveryFaultHasASentenceAndSomethingToDo) {
  Root root;
  fill_workstation(root);
  root.with("proc/loadavg", "6.5 1 1 1/1 1\n")
      .with("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n")
      .with("sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet\n");
  const auto findings = cheap_findings(root.read(), "a debug build");
  EXPECT_THAT(topics(findings), testing::ElementsAre("build", "load", "frequency", "clock"));
  for (const DoctorFinding& finding : findings) {
    EXPECT_FALSE(finding.what.empty());
    EXPECT_FALSE(finding.change.empty()) << finding.what;
  }
  EXPECT_THAT(findings[1].what, HasSubstr("load average 6.5 on 8 cores"));
  EXPECT_THAT(findings[2].what, HasSubstr("'powersave'"));
  EXPECT_THAT(findings[3].what, HasSubstr("'hpet'"));
}

TEST(Machine, PressureShowsWhatTheLoadAverageHasForgotten) {
  Root root;
  fill_workstation(root);
  root.with("proc/pressure/cpu", "some avg10=42.00 avg60=1 avg300=1 total=5\n");
  const auto findings = cheap_findings(root.read(), "");
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_THAT(findings[0].what, HasSubstr("42 % of the time"));
}

TEST(Machine, AHypervisorIsSeenByItsFlag) {
  Root root;
  fill_workstation(root);
  root.with("proc/cpuinfo", "model name: v\nflags: fpu hypervisor sse\n")
      .with("sys/class/dmi/id/product_name", "KVM\n");
  EXPECT_TRUE(root.read().frequency.virtual_machine);
  EXPECT_EQ(root.read().frequency.product, "KVM");
}

}  // namespace
}  // namespace tracetax
