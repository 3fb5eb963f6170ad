#include "harness/scenario/definitions.h"

namespace tracetax::shapes {
namespace {

constexpr double most_per_second = 1e6;

Shape<CollectorTier> tier() {
  using T = CollectorTier;
  return record<T>({
      field<T>("command", &T::command, command(),
               "the program, without --config; if left out, TRACETAX_COLLECTOR, or otelcol in the PATH"),
      required(field<T>("config", &T::config, text(), "its configuration, as it stands in production")),
  });
}

Shape<LoadStep> step() {
  using L = LoadStep;
  return record<L>({
      required(field<L>("rate", &L::rate_per_s, rate(most_per_second), "calls")),
      required(field<L>("for", &L::length, duration(Zero::refused, std::chrono::hours(1)), "how long")),
  });
}

Shape<SinkFault> fault() {
  using F = SinkFault;
  using How = SinkFault::How;
  const auto of_a_collector = [](Reading& reading, const Node& node, const F& fault) {
    if (fault.how != How::kill || fault.of != F::Of::sink) return;
    reading.finding_at(node, "of", "the sink cannot be killed: what it has received would be lost with it",
                       "use `how: stop`, or leave `of` out");
  };
  return record<F>(
      {
          required(field<F>("how", &F::how,
                            word<How>({{"stop", How::stop},
                                       {"kill", How::kill},
                                       {"slow", How::slow},
                                       {"refuse", How::refuse},
                                       {"reset", How::reset}}),
                            "what the first receiver of the spans does: stop: it is stopped and continued; kill: a "
                            "Collector is killed and started again; slow: it answers "
                            "after `delay`; refuse: it says that it is unavailable; reset: it closes connections")),
          field<F>("at", &F::at, duration(Zero::allowed), "after the first call"),
          field<F>("for", &F::length, duration(Zero::refused), "how long"),
          field<F>("delay", &F::delay, duration(Zero::refused), "slow: of each answer"),
          field<F>("of", &F::of, word<F::Of>({{"first", F::Of::first}, {"sink", F::Of::sink}}),
                   "first: what the services send to; sink: what the last Collector sends to"),
      },
      of_a_collector);
}

}  // namespace

Shape<std::vector<CollectorTier>> collectors() {
  const auto one = tier();
  const auto list = list_of(one, 1, 4, "tiers");
  const auto read = [one, list](Reading& reading, const Node& node, std::vector<CollectorTier>& out) {
    if (node.kind == Node::Kind::list) return list.read(reading, node, out);
    one.read(reading, node, out.emplace_back());
  };
  const auto schema = [one, list] { return Json{{"oneOf", {one.schema(), list.schema()}}}; };
  return {read, [](const std::vector<CollectorTier>&) { return Json(); }, schema};
}

Shape<SamplingPlan> sampling_plan() {
  using P = SamplingPlan;
  return record<P>({
      field<P>("steps", &P::steps, list_of(step(), 1, 100, "steps"), "of the load, one after the other"),
      field<P>("drain", &P::drain, duration(Zero::allowed, std::chrono::hours(1)),
               "waited for collectors after the last call: longer than their decision_wait and batch timeout"),
      field<P>("fault", &P::fault, fault(), "of the receiver of the spans"),
  });
}

}  // namespace tracetax::shapes
