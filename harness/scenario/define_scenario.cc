#include "harness/scenario/definitions.h"
#include "harness/scenario/environment_arm.h"

namespace tracetax::shapes {
namespace {

constexpr std::size_t most_arms = 50;
constexpr std::uint32_t most_blocks = 100'000;

// `blocks: 8` or `blocks: { min: 6, max: 24 }`.
Field<Plan> blocks() {
  using P = Plan;
  const auto number = whole<std::uint32_t>(1, most_blocks);
  const auto map = record<P>(
      {required(field<P>("min", &P::blocks_min, number, "blocks that run in any case")),
       required(field<P>("max", &P::blocks_max, number, "blocks that run at most"))},
      [](Reading& reading, const Node& node, const P& p) {
        if (p.blocks_min > p.blocks_max && reading.sound(reading.path())) {
          reading.finding_at(node, "min",
                             fmt::format("must be at most `max`, which is {}, got `{}`", p.blocks_max, p.blocks_min));
        }
      });
  const auto read = [=](Reading& reading, const Node& node, P& p) {
    if (node.kind == Node::Kind::map) return map.read(reading, node, p);
    number.read(reading, node, p.blocks_min);
    p.blocks_max = p.blocks_min;
  };
  const auto write = [=](const P& p) { return p.blocks_min == p.blocks_max ? Json(p.blocks_min) : map.write(p); };
  const auto schema = [=] { return Json{{"oneOf", {number.schema(), map.schema()}}}; };
  return {"blocks", "every arm once is a block: how many, or at least and at most", false, read, write, schema};
}

// `phases: [blocks, pairs]`.
Field<Plan> phases() {
  const auto list = list_of(phase(), 1, 2, "phases");
  const auto read = [list](Reading& reading, const Node& node, Plan& p) {
    std::vector<Phase> named;
    list.read(reading, node, named);
    if (!reading.sound(reading.path())) return;
    const auto names = [&](Phase phase) { return std::ranges::find(named, phase) != named.end(); };
    p.run_blocks = names(Phase::blocks);
    p.run_pairs = names(Phase::pairs);
    if (named.size() == 1 || (p.run_blocks && p.run_pairs)) return;
    const auto second = reading.inside("1");
    reading.finding(node.items[1].place, fmt::format("`{}` is named twice", to_string(named[1])),
                    "name each phase once: [blocks, pairs]");
  };
  const auto write = [](const Plan& p) {
    Json out = Json::array();
    if (p.run_blocks) out.push_back("blocks");
    if (p.run_pairs) out.push_back("pairs");
    return out;
  };
  const auto schema = [list] {
    Json out = list.schema();
    out["uniqueItems"] = true;
    return out;
  };
  return {"phases",
          "blocks: each arm alone in windows of its own, for the total cost; pairs: each call at random to one of the "
          "live arms, for the inline cost. Both if left out; a closed loop runs blocks only",
          false,
          read,
          write,
          schema};
}

Field<Plan> pairs_window() {
  const auto time = duration(Zero::refused, std::chrono::hours(1));
  Field<Plan> out = field<Plan>("pairs_window", &Plan::pairs_window, time,
                                "how long pairs are measured in each block; as long as `window` if left out");
  out.write = [time](const Plan& p) { return p.pairs_window > Nanos{} ? time.write(p.pairs_window) : Json(); };
  return out;
}

Shape<Plan> plan() {
  using P = Plan;
  const auto hours = std::chrono::hours(1);
  return record<P>({
      field<P>("warmup", &P::warmup, duration(Zero::allowed, hours), "load after each start of an arm, not measured"),
      field<P>("settle", &P::settle, duration(Zero::allowed, hours), "load before each window, not measured"),
      field<P>("window", &P::window, duration(Zero::refused, hours), "what is measured, once per arm and block"),
      phases(),
      pairs_window(),
      blocks(),
      field<P>("looks", &P::looks, whole<std::uint32_t>(1, 20),
               "how often the verdicts are looked at between the least and the most blocks, to stop early"),
      field<P>("launches", &P::launches, whole<std::uint32_t>(0, most_blocks),
               "how often the processes are started anew, spread over the blocks; 0: at every block"),
      field<P>(
          "placement", &P::placement, word<Placement>({{"matched", Placement::matched}, {"free", Placement::free}}),
          "matched: in each block the same service of every arm runs on the same core; free: where the kernel puts it"),
      field<P>("seed", &P::seed, whole<std::uint64_t>(0, std::numeric_limits<std::uint64_t>::max()),
               "of schedules, orders and draws"),
      field<P>("confidence", &P::confidence, confidence(), "of the intervals"),
  });
}

// The tools of an arm: the scenario's with what the arm changes about them.
void read_overrides(Reading& reading, const Node& node, std::vector<ToolSpec>& tools) {
  if (!reading.expect(node, Node::Kind::map, "a map from names to tools")) return;
  std::vector<std::string_view> names;
  for (const ToolSpec& t : tools) names.push_back(t.name);
  for (const Entry& entry : node.entries) {
    const auto key = reading.inside(entry.key);
    const auto found = std::ranges::find(tools, entry.key, &ToolSpec::name);
    if (found != tools.end()) {
      tool().read(reading, entry.value, *found);
    } else if (reading.reached({"tools"})) {
      reading.finding(entry.place, "is no tool of the scenario; an arm can only change those",
                      names.empty() ? "give the scenario `tools:`" : hint_towards(entry.key, names));
    }
  }
}

Shape<Arm> arm() {
  using A = Arm;
  const auto role = word<Role>({{"control", Role::control}, {"treatment", Role::treatment}});
  Field<A> overrides{"tools",
                     "keys of the scenario's tools that are different in this arm",
                     false,
                     [](Reading& reading, const Node& node, A& a) { read_overrides(reading, node, a.tools); },
                     [](const A&) { return Json(); },
                     [] { return tools().schema(); }};
  return record<A>({
      field<A>("role", &A::role, role, "control: what the others are compared with"),
      arm_tracing(),
      overrides,
      arm_commands(),
      arm_services(),
      field<A>("programs", &A::programs, text(),
               "folder of this arm's mcp-router, mcp-gateway and mcp-server, e.g. the build of another commit"),
  });
}

// An arm begins with the scenario's tools and hops, which therefore are read before.
Field<Scenario> arms() {
  const auto read = [](Reading& reading, const Node& node, Scenario& s) {
    Shape<Arm> item = arm();
    item.read = [read_arm = item.read, &s](Reading& r, const Node& n, Arm& a) {
      a.tools = s.tools;
      read_arm(r, n, a);
      read_hops_of_arm(r, n, s.topology, a);
    };
    named<Arm>(item, most_arms, "arms").read(reading, node, s.arms);
  };
  const auto schema = [] { return named<Arm>(arm(), most_arms, "arms").schema(); };
  return {"arms",
          "settings of the system that are compared, one of them the control",
          true,
          read,
          [](const Scenario&) { return Json(); },
          schema};
}

}  // namespace

Shape<int> version() {
  const auto read = [](Reading& reading, const Node& node, int& out) {
    if (node.kind == Node::Kind::scalar && node.text == "1") {
      out = 1;
    } else {
      reading.finding(node.place, "must be 1, got " + describe(node),
                      "the version of the format, not of your scenario");
    }
  };
  return {read, [](const int& v) { return Json(v); }, [] { return Json{{"const", 1}}; }};
}

Shape<double> confidence() {
  constexpr double lowest = 0.5;
  constexpr double highest = 0.9999;
  const auto read = [](Reading& reading, const Node& node, double& out) {
    const auto show = [](double v) { return fmt::format("{}", v); };
    if (const auto v = read_quantity(reading, node, share_quantity(), {lowest, highest}, show)) out = *v;
  };
  Shape<double> shape = share();
  shape.read = read;
  return shape;
}

Shape<Phase> phase() {
  return word<Phase>(
      {{std::string(to_string(Phase::blocks)), Phase::blocks}, {std::string(to_string(Phase::pairs)), Phase::pairs}});
}

Shape<BudgetsFile> budgets_file() {
  using B = BudgetsFile;
  const auto kept = [](std::string name, std::optional<Entry> B::*member, std::string description,
                       std::function<Json()> schema) {
    const auto read = [=](Reading&, const Node& node, B& file) { file.*member = Entry{name, node.place, node}; };
    return Field<B>{name, std::move(description), false, read, [](const B&) { return Json(); }, std::move(schema)};
  };
  const auto check = [](Reading& reading, const Node& node, const B& file) {
    if (!file.budgets && !file.checks && reading.sound(reading.path()))
      reading.finding(node.place, "has neither budgets nor checks", "give it `budgets:`, `checks:` or both");
  };
  Shape<B> shape = record<B>(
      {
          required(field<B>("version", &B::version, version(), "of this format, which is 1")),
          kept("budgets", &B::budgets, "the largest overheads accepted, instead of the scenario's", budgets().schema),
          kept("checks", &B::checks, "yes/no statements about traces, instead of the scenario's", checks().schema),
      },
      check);
  shape.schema = [whole = shape.schema] {
    Json out = whole();
    out["anyOf"] = {Json{{"required", {"budgets"}}}, Json{{"required", {"checks"}}}};
    return out;
  };
  return shape;
}

Shape<Scenario> scenario() {
  using S = Scenario;
  Fields<S> fields{
      required(field<S>("version", &S::version, version(), "of this format, which is 1")),
      required(field<S>("name", &S::name, name(), "names results and their folder")),
      field<S>("description", &S::description, text(), "the question, for reports"),
      required(field<S>("topology", &S::topology, topology(), "the hops a call takes")),
      field<S>("tools", &S::tools, tools(), "what the mock servers offer beside echo, sleep and spin"),
      required(field<S>("load", &S::load, load(), "what the client does")),
      arms(),  // after `topology` and `tools`
      field<S>("plan", &S::plan, plan(), "how long and how often is measured"),
      field<S>("budgets", &S::budgets, budgets(), "the largest overheads accepted"),
      field<S>("checks", &S::checks, checks(), "yes/no statements about traces"),
      field<S>("collector", &S::collectors, collectors(),
               "a Collector, or a list of them in line, between the services and the harness's sink"),
      field<S>("sampling", &S::sampling, sampling_plan(), "what `tracetax sampling` does to each arm"),
  };
  for (Field<S>& f : offer_fields<S>(&S::offer)) fields.push_back(std::move(f));
  return record<S>(std::move(fields));
}

}  // namespace tracetax::shapes
