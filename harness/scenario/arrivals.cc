#include "harness/scenario/arrivals.h"

#include <fmt/format.h>

#include "harness/base/text.h"

namespace tracetax {
namespace {

std::string time_text(Nanos time) {
  return format_duration(static_cast<double>(time.count()));
}

}  // namespace

RateProfile profile_of(const OpenArrivals& a) {
  using Process = OpenArrivals::Process;
  RateProfile profile(a.process == Process::burst ? RateProfile::After::repeats : RateProfile::After::stays);
  switch (a.process) {
    case Process::ramp:
      profile.add(a.over, a.from_per_s, a.to_per_s);
      break;
    case Process::steps:
      for (const RateStep& step : a.steps) profile.add(step.length, step.rate_per_s, step.rate_per_s);
      break;
    case Process::burst:
      profile.add(a.every - a.lasts, a.rate_per_s, a.rate_per_s);
      profile.add(a.lasts, a.burst_per_s, a.burst_per_s);
      break;
    default:
      profile.add(std::chrono::seconds(1), a.rate_per_s, a.rate_per_s);
  }
  return profile;
}

OpenArrivals at_rate(const OpenArrivals& arrivals, double rate_per_s) {
  using Process = OpenArrivals::Process;
  const bool by_chance = arrivals.by_chance() || arrivals.process == Process::replay;
  return {.process = by_chance ? Process::poisson : Process::constant, .rate_per_s = rate_per_s};
}

double mean_rate(const OpenArrivals& arrivals) {
  return profile_of(arrivals).mean_per_s();
}

double highest_rate(const OpenArrivals& arrivals) {
  return profile_of(arrivals).highest_per_s();
}

std::string describe(const OpenArrivals& a) {
  using Process = OpenArrivals::Process;
  const std::string evenly = a.even ? ", evenly spaced" : "";
  switch (a.process) {
    case Process::constant:
      return fmt::format("constant {:g}/s", a.rate_per_s);
    case Process::poisson:
      return fmt::format("poisson {:g}/s", a.rate_per_s);
    case Process::ramp:
      return fmt::format("ramp {:g}/s to {:g}/s over {}{}", a.from_per_s, a.to_per_s, time_text(a.over), evenly);
    case Process::steps: {
      std::string text = "steps";
      for (const RateStep& step : a.steps)
        text += fmt::format("{} {:g}/s for {}", text == "steps" ? "" : ",", step.rate_per_s, time_text(step.length));
      return text + evenly;
    }
    case Process::burst:
      return fmt::format("{:g}/s with bursts of {:g}/s for {} every {}{}", a.rate_per_s, a.burst_per_s,
                         time_text(a.lasts), time_text(a.every), evenly);
    case Process::replay:
      return fmt::format("replay of {} at {:g} times its speed, {:g}/s in the mean{}", a.file, a.speed, a.rate_per_s,
                         a.loop ? ", looped" : "");
  }
  return {};
}

}  // namespace tracetax
