#include "harness/scenario/definitions.h"

namespace tracetax::shapes {
namespace {

Shape<std::optional<Nanos>> duration_or_auto(Nanos longest) {
  const Shape<Nanos> time = duration(Zero::allowed, longest);
  const auto read = [time](Reading& reading, const Node& node, std::optional<Nanos>& out) {
    if (node.kind == Node::Kind::scalar && node.text == "auto") {
      out.reset();
      return;
    }
    Nanos given = Nanos::min();
    time.read(reading, node, given);
    if (given != Nanos::min()) out = given;
  };
  const auto write = [time](const std::optional<Nanos>& value) { return value ? time.write(*value) : Json("auto"); };
  const auto schema = [time] { return Json{{"anyOf", {{{"const", "auto"}}, time.schema()}}}; };
  return {read, write, schema};
}

Shape<LoadLimits> limits() {
  using L = LoadLimits;
  return record<L>({
      field<L>("rate_error", &L::rate_error, share(Zero::refused),
               "by which the rate at the first hop may differ from the rate of the plan"),
      field<L>("variation_error", &L::variation_error, number(0, 100, Zero::refused),
               "by which the coefficient of variation of the gaps at the first hop may differ from the plan's"),
      field<L>("busy_share", &L::busy_share, share(Zero::refused),
               "of the load threads' time that may be work, spinning left out"),
      field<L>("steal_share", &L::steal_share, share(Zero::refused), "of the cores' time that the hypervisor may take"),
  });
}

bool is_replay(const Arrivals& arrivals) {
  const auto* const open = std::get_if<OpenArrivals>(&arrivals);
  return open && open->process == OpenArrivals::Process::replay;
}

void leave_to_recording(Reading& reading, const Node& load) {
  for (const char* key : {"calls", "sessions"}) {
    const Entry* const entry = load.find(key);
    if (!entry) continue;
    const auto inside = reading.inside(key);
    reading.finding(entry->place, "has no meaning with `process: replay`: they are those of the recording",
                    "remove it, or choose another process");
  }
}

}  // namespace

Shape<Load> load() {
  using L = Load;
  constexpr std::size_t most_calls = 255;  // schedules count them in 8 bits
  const auto check = [](Reading& reading, const Node& node, const L& l) {
    if (is_replay(l.arrivals)) return leave_to_recording(reading, node);
    if (!node.find("calls")) {
      const auto key = reading.inside("calls");
      reading.finding(node.place, "is missing", "`calls`: what is called");
    }
    if (l.workers > l.sessions && reading.sound(reading.path())) {
      reading.finding_at(node, "workers",
                         fmt::format("must be at most the {} sessions, got `{}`", l.sessions, l.workers),
                         "sessions are dealt out to workers; one without a session has nothing to do");
    }
  };
  return record<L>(
      {
          required(field<L>("arrivals", &L::arrivals, arrivals(), "when calls are due")),
          field<L>("sessions", &L::sessions, whole<std::uint32_t>(1, most_sessions),
                   "MCP conversations at the same time"),
          field<L>("workers", &L::workers, whole<std::uint32_t>(1, 256), "threads of the generator"),
          field<L>("max_in_flight", &L::max_in_flight, whole<std::uint32_t>(1, 1'000'000),
                   "calls without an answer per session; one that must wait keeps its intended time"),
          field<L>("calls", &L::calls, list_of(call(), 1, most_calls, "calls"),
                   "what is called; required unless arrivals replay a recording"),
          field<L>("timeout", &L::timeout, duration(Zero::refused, std::chrono::hours(1)), "of a call"),
          field<L>("spin", &L::spin, duration_or_auto(std::chrono::seconds(1)),
                   "how long before a call is due the generator stops sleeping and spins; 0s: never; auto: as late as "
                   "this machine wakes sleepers, as far as it has cores to spare"),
          field<L>("spin_for_answers", &L::spin_for_answers, duration_or_auto(std::chrono::seconds(1)),
                   "how long after it sent a call the generator spins for answers before it sleeps; 0s: not at all; "
                   "auto: as long as before a call where there are four cores, not at all where there are fewer"),
          field<L>("limits", &L::limits, limits(),
                   "beyond which the generator did not offer what was asked for, and the run is not valid"),
          field<L>("max_send_lag_share", &L::max_send_lag_share, share(Zero::refused),
                   "of `timeout`; a trial with a higher send lag p99 is not valid"),
      },
      check);
}

}  // namespace tracetax::shapes
