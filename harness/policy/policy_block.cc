#include "harness/policy/policy_block.h"

#include <re2/re2.h>

#include "harness/policy/hashes.h"

namespace tracetax::policy {

void read_status_code(const Block& block) {
  StatusCode rule;
  constexpr std::pair<std::string_view, otlp::Status> words[] = {
      {"OK", otlp::Status::ok}, {"ERROR", otlp::Status::error}, {"UNSET", otlp::Status::unset}};
  const auto code = [&](const Node& item) {
    const auto* word = find_word(block.reader.reading, item, words, &std::pair<std::string_view, otlp::Status>::first);
    if (word) rule.codes.push_back(word->second);
  };
  const auto codes = [&](const Node& list) {
    block.reader.read_list(list, code);
    if (list.kind == Node::Kind::list && list.items.empty()) {
      block.reader.reading.finding(list.place, "needs at least one code", "one of: OK, ERROR, UNSET");
    }
  };
  if (!block.node.find("status_codes")) {
    block.reader.reading.finding_at(block.node, "status_codes", "is missing", "such as status_codes: [ERROR]");
  }
  block.keep({{"status_codes", codes}}, rule);
}

void read_latency(const Block& block) {
  Latency rule;
  block.keep({{"threshold_ms", block.integer(rule.threshold_ms)},
              {"upper_threshold_ms", block.integer(rule.upper_threshold_ms)}},
             rule);
}

void read_probabilistic(const Block& block) {
  Probabilistic rule;
  const auto percentage = [&](const Node& n) { block.reader.number(n, rule.percentage); };
  block.keep({{"hash_salt", block.text(rule.salt)}, {"sampling_percentage", percentage}}, rule);
  if (auto* const kept = std::get_if<Probabilistic>(&block.policy.rule); kept && kept->salt.empty()) {
    kept->salt = default_salt;
  }
}

void read_string_attribute(const Block& block) {
  StringAttribute rule;
  bool regex = false;
  if (const Entry* entry = block.node.find("enabled_regex_matching")) {
    const auto inside = block.reader.reading.inside(entry->key);
    block.reader.boolean(entry->value, regex);
  }
  const auto values = [&](const Node& n) {
    block.reader.texts(n, rule.values);
    for (std::size_t i = 0; regex && i < n.items.size(); ++i) {
      const re2::RE2 pattern(n.items[i].text, re2::RE2::Quiet);
      if (pattern.ok()) continue;
      const auto inside = block.reader.reading.inside(std::to_string(i));
      block.reader.reading.finding(n.items[i].place, "is not a regular expression: " + pattern.error(),
                                   "the syntax is that of Go (RE2)");
    }
  };
  block.keep({{"key", block.text(rule.key)},
              {"values", values},
              {"enabled_regex_matching", block.boolean(rule.regex)},
              {"cache_max_size", {}},  // of memory, not of meaning
              {"invert_match", block.boolean(rule.invert)}},
             rule);
}

void read_numeric_attribute(const Block& block) {
  NumericAttribute rule;
  const bool known = block.reader.read_map(block.node, {{"key", block.text(rule.key)},
                                                        {"min_value", block.integer(rule.min)},
                                                        {"max_value", block.integer(rule.max)},
                                                        {"invert_match", block.boolean(rule.invert)}});
  if (!known) return;
  if (rule.min == 0 && rule.max == 0) {
    block.reader.reading.finding(block.node.place, "needs min_value or max_value other than 0",
                                 "the Collector takes 0 for `not given`, and dies on the first trace when both are");
  }
  block.policy.rule = std::move(rule);
}

void read_boolean_attribute(const Block& block) {
  BooleanAttribute rule;
  block.keep({{"key", block.text(rule.key)},
              {"value", block.boolean(rule.value)},
              {"invert_match", block.boolean(rule.invert)}},
             rule);
}

constexpr std::int64_t most_32 = std::numeric_limits<std::int32_t>::max();

void read_span_count(const Block& block) {
  SpanCount rule;
  block.keep({{"min_spans", block.integer(rule.min, -most_32, most_32)},
              {"max_spans", block.integer(rule.max, -most_32, most_32)}},
             rule);
}

void read_trace_state(const Block& block) {
  TraceStateMember rule;
  block.keep({{"key", block.text(rule.key)}, {"values", block.texts(rule.values)}}, rule);
}

void read_rate_limiting(const Block& block) {
  RateLimiting rule;
  const bool known = block.reader.read_map(block.node, {{"spans_per_second", block.integer(rule.spans_per_second)},
                                                        {"burst_capacity", block.integer(rule.burst)}});
  if (rule.burst <= 0) rule.burst = 2 * rule.spans_per_second;
  if (known) block.policy.rule = rule;
}

}  // namespace tracetax::policy
