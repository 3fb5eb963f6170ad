#include "harness/scenario/core_schema.h"
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
  return chosen_by<Arrivals>("process",
                             {open("constant", Process::constant, "open loop: a call every 1 ÷ rate", {rate_field}),
                              open("poisson", Process::poisson, "open loop: independent arrivals", {rate_field}),
                              open("ramp", Process::ramp, "open loop: a rate that goes in a straight line", of_ramp),
                              open("steps", Process::steps, "open loop: one rate after the other", of_steps),
                              open("burst", Process::burst, "open loop: a rate with bursts of another one", of_burst),
                              {"closed",
                               "closed loop: each session waits for its answer",
                               [](Arrivals& a) { a = ClosedArrivals{}; },
                               is_closed,
                               {think_time}}},
                             Shorthand::none, burst_fits);
}

// Tools of programs that are not ours may have other names than our own tools can have.
Shape<std::string> called_tool() {
  static constexpr const char* pattern = "^[A-Za-z0-9_.:/-]{1,128}$";
  const auto read = [](Reading& reading, const Node& node, std::string& out) {
    if (!reading.expect(node, Node::Kind::scalar, "the name of a tool")) return;
    const auto fits = [](unsigned char c) {
      return std::isalnum(c) || std::string_view("_.:/-").find(static_cast<char>(c)) != std::string_view::npos;
    };
    out = node.text;
    if (out.empty() || out.size() > 128 || !std::ranges::all_of(out, fits)) {
      reading.finding(node.place, "is not the name of a tool, got " + describe(node),
                      "1 to 128 letters, digits, `_`, `.`, `:`, `/` and `-`");
    }
  };
  return {read, [](const std::string& v) { return Json(v); },
          [] {
            return Json{{"type", "string"}, {"pattern", pattern}};
          }};
}

Shape<std::string> json_object() {
  const auto read = [](Reading& reading, const Node& node, std::string& out) {
    if (!reading.expect(node, Node::Kind::map, "a map")) return;
    if (const auto json = to_json(reading, node)) out = json->dump();
  };
  return {read, [](const std::string& v) { return Json::parse(v); }, [] { return Json{{"type", "object"}}; }};
}

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

void remember_places(const Node& node, const std::string& key, std::vector<ValuePlace>& out) {
  const Place& place = node.place;
  out.push_back({key, place.source ? place.source->name : std::string(), place.line, place.column});
  for (const Entry& entry : node.entries) remember_places(entry.value, key + "." + entry.key, out);
  for (std::size_t i = 0; i < node.items.size(); ++i)
    remember_places(node.items[i], key + "." + std::to_string(i), out);
}

Shape<CallSpec> call() {
  using C = CallSpec;
  // What a tool takes is known when it can be asked.
  const auto keep_places = [](Reading&, const Node& node, C& call) {
    call.places.clear();
    for (const char* key : {"tool", "arguments"}) {
      if (const Entry* entry = node.find(key)) remember_places(entry->value, key, call.places);
    }
  };
  return record<C>(
      {
          required(field<C>("tool", &C::tool, called_tool(), "the name of the tool that is called")),
          field<C>("weight", &C::weight, number(0, 1e9, Zero::refused), "how often, relative to the other calls"),
          field<C>("arguments", &C::arguments_json, json_object(), "any map; handed over as JSON"),
      },
      keep_places);
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

}  // namespace

Shape<Load> load() {
  using L = Load;
  constexpr std::size_t most_calls = 255;  // schedules count them in 8 bits
  const auto check = [](Reading& reading, const Node& node, const L& l) {
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
          required(field<L>("calls", &L::calls, list_of(call(), 1, most_calls, "calls"), "what is called")),
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
