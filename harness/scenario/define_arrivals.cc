#include "harness/scenario/definitions.h"

namespace tracetax::shapes {
namespace {

constexpr double highest_rate_of_calls = 1e6;

Shape<RateStep> rate_step() {
  using S = RateStep;
  return record<S>({
      required(field<S>("rate", &S::rate_per_s, rate(highest_rate_of_calls), "calls due per unit of time")),
      required(field<S>("for", &S::length, duration(Zero::refused, std::chrono::hours(1)), "how long")),
  });
}

}  // namespace

Shape<Arrivals> arrivals() {
  using Process = OpenArrivals::Process;
  const auto per_second = rate(highest_rate_of_calls);
  Field<Arrivals> rate_field{"rate", "calls due per unit of time, for example 400/s", true};
  rate_field.read = [per_second](Reading& reading, const Node& node, Arrivals& a) {
    per_second.read(reading, node, std::get<OpenArrivals>(a).rate_per_s);
  };
  rate_field.write = [per_second](const Arrivals& a) { return per_second.write(std::get<OpenArrivals>(a).rate_per_s); };
  rate_field.schema = per_second.schema;

  const auto time = duration(Zero::allowed);
  Field<Arrivals> think_time{"think_time", "from an answer to the session's next call"};
  think_time.read = [time](Reading& reading, const Node& node, Arrivals& a) {
    time.read(reading, node, std::get<ClosedArrivals>(a).think_time);
  };
  think_time.write = [time](const Arrivals& a) { return time.write(std::get<ClosedArrivals>(a).think_time); };
  think_time.schema = time.schema;

  const auto open_field = [](Field<OpenArrivals> inner) {
    Field<Arrivals> outer{inner.name, inner.description, inner.required};
    outer.read = [read = inner.read](Reading& reading, const Node& node, Arrivals& a) {
      read(reading, node, std::get<OpenArrivals>(a));
    };
    outer.write = [write = inner.write](const Arrivals& a) { return write(std::get<OpenArrivals>(a)); };
    outer.schema = inner.schema;
    return outer;
  };
  using O = OpenArrivals;
  const auto time_of = duration(Zero::refused, std::chrono::hours(1));
  const auto even = open_field(field<O>("even", &O::even, boolean(), "call k when k calls are due, without chance"));
  const std::vector<Field<Arrivals>> of_ramp{
      open_field(required(field<O>("from", &O::from_per_s, per_second, "calls due per unit of time at the start"))),
      open_field(required(field<O>("to", &O::to_per_s, per_second, "and at the end"))),
      open_field(required(field<O>("over", &O::over, time_of, "how long it takes; then the rate stays"))), even};
  const std::vector<Field<Arrivals>> of_steps{
      open_field(required(field<O>("steps", &O::steps, list_of(rate_step(), 1, 100, "steps"),
                                   "one after the other; the last rate stays"))),
      even};
  const std::vector<Field<Arrivals>> of_burst{
      open_field(required(field<O>("rate", &O::rate_per_s, per_second, "calls due per unit of time between bursts"))),
      open_field(required(field<O>("burst", &O::burst_per_s, per_second, "and within them"))),
      open_field(required(field<O>("every", &O::every, time_of, "from the end of a burst to the end of the next"))),
      open_field(required(field<O>("for", &O::lasts, time_of, "how long a burst lasts"))), even};

  const std::vector<Field<Arrivals>> of_replay{
      open_field(required(field<O>("file", &O::file, text(), "recorded calls, relative to the scenario"))),
      open_field(field<O>("speed", &O::speed, number(0.001, 1000), "times as fast as recorded")),
      open_field(field<O>("loop", &O::loop, boolean(), "from the beginning when it is over"))};

  const auto open = [&](std::string word, Process process, std::string description,
                        std::vector<Field<Arrivals>> fields) {
    const auto holds = [process](const Arrivals& a) {
      const auto* o = std::get_if<OpenArrivals>(&a);
      return o && o->process == process;
    };
    return Choice<Arrivals>{std::move(word), std::move(description),
                            [process](Arrivals& a) { a = OpenArrivals{.process = process}; }, holds, std::move(fields)};
  };
  const auto is_closed = [](const Arrivals& a) { return std::holds_alternative<ClosedArrivals>(a); };
  const auto burst_fits = [](Reading& reading, const Node& node, const Arrivals& a) {
    const auto* o = std::get_if<O>(&a);
    if (o == nullptr || o->process != Process::burst || !reading.sound(reading.path()) || o->lasts < o->every) return;
    reading.finding_at(node, "for", "a burst must be over before the next begins",
                       "make `for` shorter than `every`, or use `constant` or `poisson`");
  };
  return chosen_by<Arrivals>(
      "process",
      {open("constant", Process::constant, "open loop: a call every 1 ÷ rate", {rate_field}),
       open("poisson", Process::poisson, "open loop: independent arrivals", {rate_field}),
       open("ramp", Process::ramp, "open loop: a rate that goes in a straight line", of_ramp),
       open("steps", Process::steps, "open loop: one rate after the other", of_steps),
       open("replay", Process::replay, "open loop: calls, sessions and their timing as recorded", of_replay),
       open("burst", Process::burst, "open loop: a rate with bursts of another one", of_burst),
       {"closed",
        "closed loop: each session waits for its answer",
        [](Arrivals& a) { a = ClosedArrivals{}; },
        is_closed,
        {think_time}}},
      Shorthand::none, burst_fits);
}

}  // namespace tracetax::shapes
