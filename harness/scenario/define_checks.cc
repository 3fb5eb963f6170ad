#include "harness/scenario/check_kinds.h"

namespace tracetax::shapes {
namespace {

CheckKind kept_kind(std::string name, KeptCheck::What what, Fields<KeptCheck> more) {
  using K = KeptCheck;
  const bool alone = std::ranges::none_of(more, [](const Field<K>& f) { return f.required; });
  Fields<K> fields{arm_field<K>(), field<K>("least", &K::least, share(), "share of them whose traces must be kept")};
  fields.insert(fields.end(), more.begin(), more.end());
  const auto shape = record<K>(fields);
  const auto read = [shape, what](Reading& reading, const Node* node, Check& out) {
    K check{.what = what};
    if (node) shape.read(reading, *node, check);
    out.kind = check;
  };
  return {std::move(name), alone, read, shape.schema};
}

constexpr double most_per_second = 1e6;

Shape<SamplingRatioCheck> sampling_ratio() {
  using S = SamplingRatioCheck;
  const auto one_of_both = [](Reading& reading, const Node& node, const S& s) {
    const Entry* const expect = node.find("expect");
    const Entry* const least = node.find("least");
    const Entry* const tolerance = node.find("tolerance");
    if (!expect && !least)
      reading.finding(node.place, "must have `expect` or `least`",
                      "`expect`: the share of calls whose trace is kept; `least`: the lowest that is accepted");
    if (least && expect) reading.not_with(*expect, "least", *least);
    if (least && s.least && tolerance) reading.not_with(*tolerance, "least", *least);
  };
  Shape<S> shape = record<S>(
      {
          required(field<S>("arm", &S::arm, name(), "whose traces are counted")),
          where_written(field<S>("expect", &S::expect, share(), "share of calls whose trace is kept")),
          where_set("least", &S::least, share(), "instead of `expect`: the lowest share that is accepted"),
          where_set("tolerance", &S::tolerance, share(Zero::refused),
                    "absolute: how far the share may be from `expect`; if left out, an exact test must not tell them "
                    "apart and the interval must lie within 2 %"),
          field<S>("tool", &S::tool, name(), "calls of this tool alone"),
          field<S>("service", &S::service, name(), "traces with spans of this service, among the calls that got there"),
      },
      one_of_both);
  shape.schema = [whole = shape.schema] {
    Json out = whole();
    out["oneOf"] = {Json{{"required", {"expect"}}}, Json{{"required", {"least"}}}};
    return out;
  };
  return shape;
}

std::vector<CheckKind> check_kinds() {
  using S = SamplingRatioCheck;
  using C = CompleteTracesCheck;
  using R = RateLimitCheck;
  using A = AdaptiveCheck;
  using P = PrivacyCheck;
  using T = TraceContractCheck;
  using D = TailDecisionsCheck;
  std::vector<CheckKind> kinds{
      check_kind<S>("sampling_ratio", false, sampling_ratio()),
      check_kind<C>("complete_traces", true,
                    record<C>({
                        arm_field<C>(),
                        field<C>("max_broken", &C::max_broken, share(),
                                 "share of traces that may miss spans of a service they passed"),
                    })),
      check_kind<OneDecisionCheck>("one_decision", true, record<OneDecisionCheck>({arm_field<OneDecisionCheck>()})),
      check_kind<ParentRespectedCheck>("parent_respected", true,
                                       record<ParentRespectedCheck>({arm_field<ParentRespectedCheck>()})),
      kept_kind("errors_kept", KeptCheck::What::errors, {}),
      kept_kind("slow_kept", KeptCheck::What::slow,
                {required(field<KeptCheck>("over", &KeptCheck::over, duration(Zero::refused),
                                           "calls that took longer than this"))}),
      kept_kind("tool_kept", KeptCheck::What::tool,
                {required(field<KeptCheck>("tool", &KeptCheck::tool, name(), "calls of this tool"))}),
      check_kind<R>("rate_limit", false,
                    record<R>({
                        arm_field<R>(),
                        required(field<R>("max", &R::per_s, rate(most_per_second), "traces that may be kept")),
                        field<R>("burst", &R::burst, number(0, most_per_second),
                                 "traces that may be kept beyond `max` × time, in any stretch of time"),
                        field<R>("least", &R::least, share(), "share of `max` that must be kept while more is offered"),
                        field<R>("service", &R::service, name(), "counts traces with spans of this service"),
                    })),
      check_kind<A>("adaptive", false,
                    record<A>({
                        arm_field<A>(),
                        required(field<A>("target", &A::target_per_s, rate(most_per_second), "traces kept")),
                        field<A>("cap", &A::cap_per_s, rate(most_per_second), "traces, in no second more"),
                        field<A>("tolerance", &A::tolerance, share(Zero::refused), "of the target"),
                        field<A>("within", &A::within, duration(Zero::refused), "of each step of the load"),
                    })),
      check_kind<SpansLostCheck>("spans_lost", true,
                                 record<SpansLostCheck>({
                                     arm_field<SpansLostCheck>(),
                                     where_set("max", &SpansLostCheck::most, share(),
                                               "share of the sampled spans that may not arrive; 0 if left out, or any "
                                               "where there is `max_per_s`"),
                                     where_set("max_per_s", &SpansLostCheck::most_per_s, rate(most_per_second),
                                               "sampled spans that may not arrive, in each step of the load"),
                                 })),
      check_kind<P>("privacy", false,
                    record<P>({
                        arm_field<P>(),
                        required(field<P>("secrets", &P::secrets, list_of(text(), 1, 200, "secrets"),
                                          "texts that must not be in anything received")),
                    })),
      check_kind<T>("trace_contract", false,
                    record<T>({
                        arm_field<T>(),
                        required(field<T>("file", &T::file, text(), "the expected spans (docs/sampling.md)")),
                    })),
      check_kind<CallsAnsweredCheck>(
          "calls_answered", true,
          record<CallsAnsweredCheck>({
              arm_field<CallsAnsweredCheck>(),
              field<CallsAnsweredCheck>("max_failed", &CallsAnsweredCheck::most_failed, share(),
                                        "share of the calls that may be without an answer"),
          })),
      check_kind<FaultLatencyCheck>(
          "fault_latency", false,
          record<FaultLatencyCheck>({
              arm_field<FaultLatencyCheck>(),
              required(field<FaultLatencyCheck>("max", &FaultLatencyCheck::most, duration(Zero::refused),
                                                "by which the median call may be slower while the fault lasts")),
          })),
      check_kind<D>("tail_decisions", true,
                    record<D>({
                        arm_field<D>(),
                        field<D>("config", &D::config, text(),
                                 "configuration of a Collector; if left out, the scenario's collectors'"),
                    })),
  };
  for (CheckKind& kind : service_check_kinds()) kinds.push_back(std::move(kind));
  for (CheckKind& kind : collector_check_kinds()) kinds.push_back(std::move(kind));
  return kinds;
}

Shape<Check> check() {
  const auto kinds = check_kinds();
  const auto read = [kinds](Reading& reading, const Node& node, Check& out) {
    if (node.kind == Node::Kind::scalar) {
      const auto* kind = find_word(reading, node, kinds, &CheckKind::name);
      if (kind && kind->alone) return kind->read(reading, nullptr, out);
      if (kind)
        reading.finding(node.place, fmt::format("`{}` needs keys of its own", kind->name),
                        fmt::format("write {}: {{ … }}; docs/scenario.md lists the keys", kind->name));
      return;
    }
    if (!reading.expect(node, Node::Kind::map, "a check")) return;
    std::vector<const Entry*> named;
    for (const Entry& entry : node.entries) {
      if (entry.key != "id") {
        named.push_back(&entry);
        continue;
      }
      const auto key = reading.inside(entry.key);
      ids().read(reading, entry.value, out.ids);
    }
    if (named.size() != 1) {
      reading.finding(node.place,
                      fmt::format("must have one key besides `id`, the kind of the check, got {}", named.size()),
                      "begin each check with its own `- `");
      return;
    }
    const Entry& entry = *named.front();
    const auto kind = std::ranges::find(kinds, entry.key, &CheckKind::name);
    std::vector<std::string_view> names;
    for (const CheckKind& k : kinds) names.push_back(k.name);
    if (!reading.check_key(entry, names)) return;
    const auto key = reading.inside(entry.key);
    kind->read(reading, &entry.value, out);
  };
  const auto schema = [kinds] {
    Json forms = Json::array();
    for (const CheckKind& kind : kinds) {
      if (kind.alone) forms.push_back(Json{{"const", kind.name}});
      Json form = object_schema();
      form["properties"]["id"] = ids().schema();
      form["properties"][kind.name] = kind.schema();
      form["required"].push_back(kind.name);
      forms.push_back(form);
    }
    return Json{{"oneOf", forms}};
  };
  return {read, [](const Check&) { return Json(); }, schema};
}

}  // namespace

Shape<std::vector<Check>> checks() {
  return list_of(check(), 0, 200, "checks");
}

}  // namespace tracetax::shapes
