#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/scenario/call_names.h"
#include "harness/scenario/consistency_parts.h"
#include "harness/scenario/replay.h"
#include "harness/scenario/scalars.h"

namespace tracetax {
namespace {

constexpr double most_calls_per_window = 5e6;  // each is a sample of some 50 bytes in each arm and block

}  // namespace

void Consistency::check_calls() {
  Names known(built_in_tools.begin(), built_in_tools.end());
  for (const ToolSpec& tool : s_.tools) known.push_back(tool.name);
  const auto serves = [](const ServerHop& hop, const std::string& tool) {
    return hop.tools.empty() || among(hop.tools, tool) || among(built_in_tools, tool);
  };
  for (std::size_t i = 0; i < s_.load.calls.size(); ++i) {
    const CallSpec& call = s_.load.calls[i];
    const std::string& tool = call.tool;
    if (call.recorded) check_recorded(call, i, known, serves);
    if (tool.empty()) continue;  // what resources and prompts there are the mock servers say
    const Path path{"load", "calls", std::to_string(i), "tool"};
    if (!reading_.sound(path)) continue;
    if (!among(known, tool)) {
      finding(path, fmt::format("there is no tool `{}`", tool), shapes::hint_towards(tool, known));
    } else if (std::ranges::none_of(s_.topology.servers, [&](const ServerHop& hop) { return serves(hop, tool); })) {
      finding(path, fmt::format("no server has the tool `{}`", tool), "add it to the `tools` of a server");
    }
  }
}

// Once for each tool that the mocks do not have.
void Consistency::check_recorded(const CallSpec& call, std::size_t number, const Names& known, const auto& serves) {
  const bool replays = !call.recording.empty() && reading_.sound({"load", "arrivals"}) && root_.find("load") &&
                       !root_.find("load")->value.find("calls");
  const Path path =
      replays ? Path{"load", "arrivals", "file"} : Path{"load", "calls", std::to_string(number), "recording"};
  Names told;
  for (const RecordedCall& one : call.recorded->calls) {
    if (one.kind != CallKind::tool || among(told, one.name)) continue;
    const bool exists = among(known, one.name);
    const auto has_it = [&](const ServerHop& hop) { return serves(hop, one.name); };
    if (exists && std::ranges::any_of(s_.topology.servers, has_it)) continue;
    told.push_back(one.name);
    finding(path,
            fmt::format("line {} of {} calls `{}`, and {} tool", one.line, call.recording, one.name,
                        exists ? "no server has the" : "there is no such"),
            exists ? "add it to the `tools` of a server" : shapes::hint_towards(one.name, known));
  }
}

void Consistency::check_load() {
  // Which tools a program of the user's has is not known.
  if (reading_.reached({"tools"}) && topology_sound_ && !any_foreign_server()) check_calls();
  if (!reading_.sound({"load", "arrivals"})) return;
  const Plan& plan = s_.plan;
  if (std::holds_alternative<ClosedArrivals>(s_.load.arrivals)) {
    if (plan.run_pairs && reading_.sound({"plan", "phases"}))
      finding({"plan", "phases"},
              "a closed loop cannot run pairs: when a call is due follows from its own arm's answers, so there is no "
              "schedule to share",
              "write `phases: [blocks]`, or give load.arrivals a rate");
    return;
  }
  if (plan.run_blocks && reading_.sound({"plan", "window"})) check_calls_of(plan.window, "window");
  if (plan.run_pairs && reading_.sound({"plan", "pairs_window"}) &&
      !(plan.run_blocks && plan.pairs_window == plan.window)) {
    check_calls_of(plan.pairs_window, plan.pairs_window == plan.window ? "window" : "pairs_window");
  }
}

void Consistency::check_calls_of(Nanos window, std::string_view key) {
  const auto& arrivals = std::get<OpenArrivals>(s_.load.arrivals);
  if (arrivals.process == OpenArrivals::Process::replay) check_replay(arrivals, window, key);
  const RateProfile profile = profile_of(arrivals);
  const bool ends = arrivals.process == OpenArrivals::Process::ramp || arrivals.process == OpenArrivals::Process::steps;
  if (ends && profile.length() > window) {
    finding({"load", "arrivals"},
            fmt::format("takes {}, and a window of {} ends before it", shapes::duration_text(profile.length()),
                        shapes::duration_text(window)),
            fmt::format("shorten it, or lengthen plan.{}: every window goes through all of it", key));
  }
  const double calls = profile.expected(window);
  if (calls <= most_calls_per_window) return;
  const auto count = [](double n) { return format_count(static_cast<std::int64_t>(n)); };
  finding({"load", "arrivals", "rate"},
          fmt::format("makes {} calls in a window of {}; at most {} fit into memory", count(calls),
                      shapes::duration_text(window), count(most_calls_per_window)),
          fmt::format("lower the rate or shorten plan.{}", key));
}

// Every window of every block must have calls, in phase pairs one for each arm.
void Consistency::check_replay(const OpenArrivals& arrivals, Nanos window, std::string_view key) {
  if (s_.load.calls.empty() || !s_.load.calls.front().recorded || s_.arms.empty()) return;
  const Replay replay(*s_.load.calls.front().recorded, arrivals.speed, arrivals.loop);
  const Path path{"load", "arrivals", "file"};
  if (!arrivals.loop && replay.length() < window) {
    finding(path,
            fmt::format("is over after {}, and a window of {} goes on",
                        format_duration(static_cast<double>(replay.length().count())), shapes::duration_text(window)),
            fmt::format("write `loop: true` at load.arrivals, or shorten plan.{}", key));
    return;
  }
  const std::size_t least = s_.plan.run_pairs && window == s_.plan.pairs_window ? s_.arms.size() : 1;
  const std::uint32_t windows = std::min({s_.plan.blocks_max, replay.stretches(window), 1000u});
  for (std::uint32_t block = 0; block < windows; ++block) {
    const std::size_t calls = replay.window(window, block).size();
    if (calls >= least) continue;
    finding(path,
            fmt::format("has {} call{} in the window of block {}; at least {} must be there to be compared", calls,
                        calls == 1 ? "" : "s", block + 1, least),
            fmt::format("lengthen plan.{}, raise load.arrivals.speed, or leave the quiet part out", key));
    return;
  }
}

}  // namespace tracetax
