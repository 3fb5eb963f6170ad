// The two processors that sample.

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "harness/policy/reader.h"

namespace tracetax::policy {
namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

void check_names(Reader& reader, const Node& list, const std::vector<Policy>& policies) {
  for (std::size_t i = 0; i < policies.size() && i < list.items.size(); ++i) {
    const auto inside = reader.reading.inside(std::to_string(i));
    const auto before = policies.begin() + static_cast<std::ptrdiff_t>(i);
    if (policies[i].name.empty()) {
      reader.reading.finding_at(list.items[i], "name", "is missing", "the Collector wants a name for each policy");
    } else if (std::ranges::find(policies.begin(), before, policies[i].name, &Policy::name) != before) {
      reader.reading.finding_at(list.items[i], "name", fmt::format("`{}` is here twice", policies[i].name));
    }
  }
}

void read_cache(Reader& reader, const Node& node, TailSampling& tail) {
  const auto size = [&](std::int64_t& to) { return [&](const Node& n) { reader.integer(n, to, 0, most); }; };
  reader.read_map(node, {{"sampled_cache_size", size(tail.sampled_cache)},
                         {"non_sampled_cache_size", size(tail.non_sampled_cache)}});
}

}  // namespace

TailSampling read_tail_sampling(Reader& reader, const Node& node) {
  TailSampling tail;
  const auto wait = [&](const Node& n) {
    reader.duration(n, tail.decision_wait);
    if (tail.decision_wait % std::chrono::seconds(1) != Nanos(0)) {
      reader.note(n.place, "the Collector waits whole seconds: the fraction is cut off, and less than one is one");
    }
  };
  const auto after_root = [&](const Node& n) {
    Nanos value{0};
    reader.duration(n, value);
    if (value > Nanos(0)) tail.decision_wait_after_root = value;
  };
  const auto num_traces = [&](const Node& n) {
    std::int64_t value = 0;
    reader.integer(n, value, 1, most);
    tail.num_traces = static_cast<std::uint64_t>(std::max<std::int64_t>(value, 1));
  };
  const auto policies = [&](const Node& n) {
    reader.read_list(n, [&](const Node& item) { tail.policies.push_back(read_policy(reader, item, "")); });
    check_names(reader, n, tail.policies);
  };
  const auto strategy = [&](const Node& n) {
    if (n.text == "trace-complete") return;
    reader.unknown(n.place, fmt::format("what `{}` decides is not decided here", n.text));
    tail.may_drop = tail.may_keep = true;
  };
  const auto largest = [&](const Node& n) {
    if (n.text == "0") return;
    reader.unknown(n.place, "traces that are too large are dropped, and sizes are not known here");
    tail.may_drop = true;
  };
  const auto flag = [&](bool& to) { return [&](const Node& n) { reader.boolean(n, to); }; };
  const bool known = reader.read_map(node, {{"decision_wait", wait},
                                            {"decision_wait_after_root_received", after_root},
                                            {"num_traces", num_traces},
                                            {"block_on_overflow", flag(tail.block_on_overflow)},
                                            {"expected_new_traces_per_sec", {}},  // of memory, not of meaning
                                            {"sample_on_first_match", flag(tail.sample_on_first_match)},
                                            {"decision_cache", [&](const Node& n) { read_cache(reader, n, tail); }},
                                            {"policies", policies},
                                            {"sampling_strategy", strategy},
                                            {"maximum_trace_size_bytes", largest},
                                            {"tail_storage", {}},                       // where, not what
                                            {"drop_pending_traces_on_shutdown", {}}});  // the end is not looked at
  if (!known) tail.may_drop = tail.may_keep = true;
  if (tail.policies.empty()) reader.note(node.place, "there is no policy, so nothing is kept");
  return tail;
}

HeadSampling read_head_sampling(Reader& reader, const Node& node) {
  HeadSampling head;
  const auto percentage = [&](const Node& n) {
    double value = 0;
    reader.number(n, value);
    head.percentage = static_cast<float>(value);
    if (value < 0) {
      reader.reading.finding(n.place, "must not be below 0, got " + describe(n));
    } else if (value > 0 && static_cast<double>(head.percentage) / 100 < std::ldexp(1, -56)) {
      reader.reading.finding(n.place, "is too small, got " + describe(n), "the least is 2^-56, or 0 for nothing");
    }
  };
  const auto seed = [&](const Node& n) {
    std::int64_t value = 0;
    reader.integer(n, value, 0, std::numeric_limits<std::uint32_t>::max());
    head.hash_seed = static_cast<std::uint32_t>(value);
  };
  using Mode = HeadSampling::Mode;
  constexpr std::pair<std::string_view, Mode> modes[] = {
      {"hash_seed", Mode::hash_seed}, {"proportional", Mode::proportional}, {"equalizing", Mode::equalizing}};
  const auto mode = [&](const Node& n) {
    if (n.kind == Node::Kind::scalar && n.text.empty()) return;  // as if it were not there
    const auto* word = find_word(reader.reading, n, modes, &std::pair<std::string_view, Mode>::first);
    if (word) head.mode = word->second;
  };
  const auto precision = [&](const Node& n) {
    std::int64_t value = head.precision;
    reader.integer(n, value, 1, 14);
    head.precision = static_cast<int>(value);
  };
  const bool known =
      reader.read_map(node, {{"sampling_percentage", percentage},
                             {"hash_seed", seed},
                             {"mode", mode},
                             {"fail_closed", [&](const Node& n) { reader.boolean(n, head.fail_closed); }},
                             {"sampling_precision", precision},
                             {"attribute_source", {}},  // of logs, as the next two
                             {"from_attribute", {}},
                             {"sampling_priority", {}}});
  head.doubtful = !known;
  if (head.percentage > 0 && head.mode == Mode::hash_seed && head.percentage * 163.84f < 1) {
    reader.note(node.place, "the share is less than one of 16384 buckets: nothing is kept");
  }
  return head;
}

}  // namespace tracetax::policy
