#include "harness/scenario/definitions.h"
#include "harness/scenario/sampler_config.h"

namespace tracetax::shapes {

Shape<double> per_second(double highest) {
  static const Quantity quantity{"traces per second such as 100 or 100/s",
                                 [](std::string_view text) {
                                   const auto number = parse_number(text);
                                   return number ? number : parse_rate(text);
                                 },
                                 [](std::string_view) { return std::string(); }};
  const Limits limits{0, highest, Zero::refused};
  const auto read = [limits](Reading& reading, const Node& node, double& out) {
    const auto show = [](double value) { return fmt::format("{}", value); };
    if (const auto value = read_quantity(reading, node, quantity, limits, show)) out = *value;
  };
  const auto schema = [highest] {
    return Json{{"anyOf",
                 {{{"type", "number"}, {"exclusiveMinimum", 0}, {"maximum", highest}},
                  {{"type", "string"}, {"pattern", rate_pattern}}}}};
  };
  return {read, [](const double& value) { return Json(value); }, schema};
}

namespace {

constexpr double most_traces = 1'000'000;
constexpr double most_capped = 100'000;  // the sampler remembers when each of a second's was kept
constexpr std::size_t most_rules = 10'000;
constexpr std::uint64_t most_held = 10'000'000;

// T is PlainSampler or SamplerConfig, which is one.
template <class T, class M>
Field<T> adaptive_field(std::string name, M AdaptiveConfig::*member, Shape<M> shape, std::string description) {
  Field<T> f{std::move(name), std::move(description)};
  f.read = [=](Reading& r, const Node& n, T& t) { shape.read(r, n, t.adaptive.*member); };
  f.write = [=](const T& t) { return shape.write(t.adaptive.*member); };
  f.schema = shape.schema;
  return f;
}

template <class T>
Fields<T> adaptive_fields() {
  using A = AdaptiveConfig;
  return {
      adaptive_field<T>("target", &A::target, per_second(most_traces), "traces that should be kept each second"),
      adaptive_field<T>("cap", &A::cap, per_second(most_capped), "traces that are kept in any second at most"),
      adaptive_field<T>("floor", &A::floor, share(), "the least ratio"),
      adaptive_field<T>("base", &A::base, share(), "the ratio until the first interval is over"),
      adaptive_field<T>("max", &A::max, share(Zero::refused), "the largest ratio"),
      adaptive_field<T>("delta", &A::delta, share(), "a ratio that is off by this share of itself stays"),
      adaptive_field<T>("interval", &A::interval, duration(Zero::refused, std::chrono::hours(1)),
                        "how often the ratio is looked at"),
  };
}

template <class T>
Choice<T> choice(SamplerType type, std::string description, Fields<T> own, const Fields<T>& common) {
  for (const Field<T>& f : common) own.push_back(f);
  const auto become = [type](T& s) {
    s = T{};
    s.type = type;
  };
  return {std::string(to_string(type)), std::move(description), become, [type](const T& s) { return s.type == type; },
          std::move(own)};
}

// What can decide without rules. `late` are the further keys of all of them, `own` those of the kinds that the standard
// variables do not have.
template <class T>
std::vector<Choice<T>> plain_choices(const Fields<T>& late, const Fields<T>& own) {
  const Fields<T> ratio{required(field<T>("ratio", &PlainSampler::ratio, share(), "share of traces that is kept"))};
  const Fields<T> limit{required(field<T>("traces_per_second", &PlainSampler::traces_per_second,
                                          per_second(most_traces), "how fast the bucket of traces fills"))};
  using S = SamplerType;
  return {
      choice<T>(S::always_off, "the SDK is installed and keeps nothing", {}, late),
      choice<T>(S::always_on, "every trace is kept", {}, late),
      choice<T>(S::traceidratio, "a share of traces, decided from the trace id", ratio, late),
      choice<T>(S::parentbased_always_on, "as the caller decided; everything where there is no caller", {}, late),
      choice<T>(S::parentbased_always_off, "as the caller decided; nothing where there is no caller", {}, late),
      choice<T>(S::parentbased_traceidratio, "as the caller decided; a share where there is no caller", ratio, late),
      choice<T>(S::rate_limiting, "so many traces per second, by a token bucket", limit, own),
      choice<T>(S::adaptive, "a ratio that follows the load, under a hard limit", adaptive_fields<T>(), own),
  };
}

void check_adaptive(Reading& reading, const Node& node, const PlainSampler& s) {
  if (s.type != SamplerType::adaptive || !reading.sound(reading.path())) return;
  const AdaptiveConfig& a = s.adaptive;
  if (a.floor > a.max) {
    reading.finding_at(node, node.find("floor") ? "floor" : "max",
                       fmt::format("`floor` must be at most `max`, got `{}` and `{}`", a.floor, a.max));
  } else if (a.base < a.floor || a.base > a.max) {
    reading.finding_at(node, node.find("base") ? "base" : (node.find("max") ? "max" : "floor"),
                       fmt::format("`base` must be from `floor` to `max`, {} to {}, got `{}`", a.floor, a.max, a.base),
                       node.find("base") ? "" : "give `base` too");
  }
  if (a.target > a.cap) {
    reading.finding_at(node, node.find("target") ? "target" : "cap",
                       fmt::format("`target` must be at most `cap`, got `{}` and `{}`", a.target, a.cap),
                       "the cap is never exceeded, so that the target could not be reached");
  }
}

Shape<PlainSampler> plain_sampler() {
  return chosen_by<PlainSampler>("type", plain_choices<PlainSampler>({}, {}), Shorthand::word, check_adaptive);
}

Shape<std::vector<std::pair<std::string, std::string>>> attribute_values() {
  using Values = std::vector<std::pair<std::string, std::string>>;
  const auto read = [](Reading& reading, const Node& node, Values& out) {
    if (!reading.expect(node, Node::Kind::map, "a map from attributes to values")) return;
    out.clear();
    for (const Entry& entry : node.entries) {
      const auto key = reading.inside(entry.key);
      if (reading.expect(entry.value, Node::Kind::scalar, "a value")) out.emplace_back(entry.key, entry.value.text);
    }
    if (node.entries.empty())
      reading.finding(node.place, "must not be empty", "such as { mcp.method.name: tools/call }");
  };
  const auto write = [](const Values& values) {
    Json out = Json::object();
    for (const auto& [key, value] : values) out[key] = value;
    return out;
  };
  const auto schema = [] {
    return Json{{"type", "object"}, {"additionalProperties", {{"type", {"string", "number", "boolean"}}}}};
  };
  return {read, write, schema};
}

Shape<SamplingRule> rule() {
  using R = SamplingRule;
  const auto matches_something = [](Reading& reading, const Node& node, const R& r) {
    const bool none = r.service.empty() && r.operation.empty() && r.tool.empty() && r.attributes.empty();
    if (none && reading.sound(reading.path()))
      reading.finding(node.place, "says nothing of the spans that it is for",
                      "give `service`, `operation`, `tool` or `attribute`; `default` is for all others");
  };
  return record<R>({field<R>("service", &R::service, text(255), "the service's own service.name"),
                    field<R>("operation", &R::operation, text(255), "name of the span; `*` stands for any text"),
                    field<R>("tool", &R::tool, text(255), "the tool that is called"),
                    field<R>("attribute", &R::attributes, attribute_values(), "attributes that the span starts with"),
                    required(field<R>("sampler", &R::sampler, plain_sampler(), "what decides then"))},
                   matches_something);
}

Shape<std::vector<KeepSlow>> keep_slow() {
  using K = KeepSlow;
  const auto over = duration(Zero::refused);
  const auto list = list_of(record<K>({field<K>("operation", &K::operation, text(255), "name of the local root"),
                                       required(field<K>("over", &K::over, over, "what is slow"))}),
                            1, most_rules, "operations with what is slow");
  const auto read = [=](Reading& reading, const Node& node, std::vector<K>& out) {
    if (node.kind == Node::Kind::list) return list.read(reading, node, out);
    K any;
    over.read(reading, node, any.over);
    if (any.over > Nanos{}) out = {any};
  };
  const auto write = [=](const std::vector<K>& value) {
    const bool short_form = value.size() == 1 && value[0].operation.empty();
    return short_form ? over.write(value[0].over) : list.write(value);
  };
  const auto schema = [=] { return Json{{"anyOf", {over.schema(), list.schema()}}}; };
  return {read, write, schema};
}

// Says nothing where the value is the default: programs of an older commit do not know these keys.
template <class T, class M>
Field<T> said_when_changed(Field<T> f, M T::*member) {
  f.write = [write = f.write, member](const T& t) { return t.*member == T{}.*member ? Json() : write(t); };
  return f;
}

Fields<SamplerConfig> late_fields() {
  using S = SamplerConfig;
  return {
      said_when_changed(field<S>("keep_errors", &S::keep_errors, boolean(),
                                 "keep also what the sampler did not choose, where a span of it fails"),
                        &S::keep_errors),
      field<S>("keep_slow", &S::keep_slow, keep_slow(), "likewise where the service took longer than this"),
      said_when_changed(field<S>("keep_most", &S::keep_most, whole<std::uint64_t>(1, most_held),
                                 "spans that wait for that at most; then the oldest are dropped and counted"),
                        &S::keep_most),
  };
}

// Never read: load_scenario() and the readers of service configs put the rules in its place (sampling_file.h).
Choice<SamplerConfig> from_file(Fields<SamplerConfig> fields) {
  Field<SamplerConfig> path{"path", "a file of sampling strategies, relative to the file that says it", true};
  path.read = [shape = text()](Reading& r, const Node& n, SamplerConfig&) {
    std::string name;
    shape.read(r, n, name);
  };
  path.write = [](const SamplerConfig&) { return Json(); };
  path.schema = text().schema;
  // As far as other keys are concerned it is what it would have become.
  const auto become = [](SamplerConfig& s) {
    s = {};
    s.type = SamplerType::rules;
    s.otherwise.type = SamplerType::always_on;
  };
  fields.insert(fields.begin(), path);
  const auto holds = [](const SamplerConfig&) { return false; };
  return {"file", "rules made out of a file of sampling strategies", become, holds, std::move(fields)};
}

}  // namespace

Shape<SamplerConfig> sampler() {
  using S = SamplerConfig;
  const Fields<S> late = late_fields();
  Fields<S> own{
      said_when_changed(field<S>("parent_based", &S::parent_based, boolean(), "under a caller: as the caller decided"),
                        &S::parent_based)};
  own.insert(own.end(), late.begin(), late.end());
  std::vector<Choice<S>> choices = plain_choices<S>(late, own);
  choices.insert(choices.begin(), choice<S>(SamplerType::none, "no SDK is installed: the API's no-op tracer", {}, {}));
  choices.push_back(choice<S>(SamplerType::rules, "the first rule that matches says which sampler decides",
                              {field<S>("rules", &S::rules, list_of(rule(), 0, most_rules, "rules"), "in their order"),
                               required(field<S>("default", &S::otherwise, plain_sampler(), "where no rule matches"))},
                              own));
  choices.push_back(from_file(own));
  const auto check = [](Reading& reading, const Node& node, const S& s) {
    check_adaptive(reading, node, s);
    if (s.keep_most != S{}.keep_most && !s.keeps_late() && reading.sound(reading.path()))
      reading.finding_at(node, "keep_most", "has no meaning without `keep_errors` or `keep_slow`");
  };
  return chosen_by<S>("type", std::move(choices), Shorthand::word, check);
}

}  // namespace tracetax::shapes
