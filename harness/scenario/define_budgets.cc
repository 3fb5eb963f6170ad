#include "harness/scenario/definitions.h"
#include "harness/scenario/metric.h"

namespace tracetax::shapes {
namespace {

constexpr double highest_share = 1'000;  // a thousandfold increase

// error_rate and spans_lost are shares themselves: 1 % more of a share of nothing is nothing, so `1%` means one point.
bool share_is_absolute(const MetricInfo& metric) {
  return metric.unit == Unit::fraction;
}

const Quantity* own_quantity(const MetricInfo& metric) {
  switch (metric.unit) {
    case Unit::nanoseconds:
      return &duration_quantity();
    case Unit::per_second:
      return &rate_quantity();
    case Unit::bytes:
      return &bytes_quantity();
    case Unit::fraction:
      return &share_quantity();
    case Unit::count:
      return &number_quantity();
  }
  return nullptr;
}

bool is_percentage(const Node& node) {
  return node.kind == Node::Kind::scalar && node.text.ends_with('%');
}

std::string show(double value) {
  return fmt::format("{}", value);
}

// A bare fraction is more likely meant as a share than as a time.
std::string hint_for_limit(const std::string& text, const Quantity& quantity) {
  const auto fraction = parse_number(text);
  if (fraction && *fraction > 0 && *fraction < 1)
    return fmt::format("for a share of the control's value write {:.4g}%", *fraction * 100);
  return quantity.hint(text);
}

void read_limit(Reading& reading, const Node& node, Budget& budget) {
  if (!reading.expect(node, Node::Kind::scalar, "a limit such as 5% or 200us")) return;
  const MetricInfo* metric = find_metric(budget.metric);
  if (!metric) return;  // there is nothing that a unit could fit to
  budget.relative = is_percentage(node) && !share_is_absolute(*metric);
  const Quantity& quantity = budget.relative ? share_quantity() : *own_quantity(*metric);
  const bool may_be_relative = !budget.relative && !share_is_absolute(*metric);
  if (!quantity.parse(node.text)) {
    const std::string wanted = quantity.wanted + (may_be_relative ? " or a share of the control such as 5%" : "");
    reading.finding(node.place, fmt::format("{} needs {}, got {}", budget.metric, wanted, describe(node)),
                    may_be_relative ? hint_for_limit(node.text, quantity) : quantity.hint(node.text));
    return;
  }
  Limits limits;
  if (budget.relative) limits.high = highest_share;
  if (metric->unit == Unit::fraction) limits.high = 1;
  if (const auto value = read_quantity(reading, node, quantity, limits, show)) budget.limit = *value;
}

Json limit_schema() {
  Json forms = Json::array();
  for (const char* pattern : {share_pattern, duration_pattern, bytes_pattern, rate_pattern})
    forms.push_back(Json{{"type", "string"}, {"pattern", pattern}});
  forms.push_back(Json{{"type", "number"}, {"minimum", 0}});
  return Json{{"anyOf", forms}};
}

Shape<std::string> metric() {
  const auto read = [](Reading& reading, const Node& node, std::string& out) {
    if (const auto* found = find_word(reading, node, all_metrics(), &MetricInfo::name)) out = found->name;
  };
  const auto schema = [] {
    Json out;
    for (const MetricInfo& info : all_metrics()) out["enum"].push_back(info.name);
    return out;
  };
  return {read, [](const std::string& v) { return Json(v); }, schema};
}

Shape<std::optional<Phase>> carrying_phase() {
  const auto one = phase();
  const auto read = [one](Reading& reading, const Node& node, std::optional<Phase>& out) {
    Phase named{};
    one.read(reading, node, named);
    out = named;
  };
  return {read, [one](const std::optional<Phase>& p) { return p ? one.write(*p) : Json(); }, one.schema};
}

Shape<Budget> budget() {
  using B = Budget;
  Field<B> limit{"max",
                 "the largest increase (of throughput: the largest drop) that is accepted, as a share of the "
                 "control's value (5%) or in the metric's unit (200us)",
                 true,
                 read_limit,
                 [](const B&) { return Json(); },
                 limit_schema};
  const auto record_shape = record<B>({
      required(field<B>("metric", &B::metric, metric(), "what is compared")),
      limit,  // after `metric`, which says what its units are
      field<B>("service", &B::service, name(), "one service instead of the whole system"),
      field<B>("arm", &B::arm, name(), "one treatment instead of all"),
      field<B>("phase", &B::phase, carrying_phase(), "which phase carries it; if left out, as the metric needs it"),
      field<B>("id", &B::ids, ids(), "of the claims or requirements that it decides"),
  });
  const auto read = [record_shape](Reading& reading, const Node& node, B& out) {
    record_shape.read(reading, node, out);
    out.line = node.place.line;
  };
  return {read, record_shape.write, record_shape.schema};
}

}  // namespace

Shape<std::vector<std::string>> ids() {
  return one_or_list_of(name(), 20, "ids");
}

Shape<std::vector<Budget>> budgets() {
  return list_of(budget(), 0, 200, "budgets");
}

}  // namespace tracetax::shapes
