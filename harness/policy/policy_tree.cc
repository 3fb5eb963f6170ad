#include "harness/policy/policy_tree.h"

#include <algorithm>

namespace tracetax::policy {

void Limits::next_tick(double at_s) {
  now_s = at_s;
  for (auto& spans : composites) std::ranges::fill(spans, 0);
}

PolicyTree::PolicyTree(const TailSampling& settings) : first_match_(settings.sample_on_first_match) {
  for (const Policy& policy : settings.policies) {
    // Dropping is looked at before everything else, wherever it stands.
    (std::holds_alternative<Drop>(policy.rule) ? drops_ : others_).push_back(grow(policy));
  }
}

PolicyTree::Branch PolicyTree::grow(const Policy& policy) {
  Branch branch{&policy, Texts(policy), 0, {}};
  const auto grow_all = [&](const std::vector<Policy>& parts) {
    for (const Policy& part : parts) branch.parts.push_back(grow(part));
  };
  if (const auto* rule = std::get_if<And>(&policy.rule)) {
    grow_all(rule->all);
  } else if (const auto* drop = std::get_if<Drop>(&policy.rule)) {
    grow_all(drop->all);
  } else if (const auto* opposite_of = std::get_if<Not>(&policy.rule)) {
    grow_all(opposite_of->one);
  } else if (const auto* composite = std::get_if<Composite>(&policy.rule)) {
    grow_all(composite->policies);
    branch.number = composites_++;
    composite_sizes_.push_back(composite->policies.size());
  } else if (const auto* rate = std::get_if<RateLimiting>(&policy.rule)) {
    branch.number = buckets_++;
    bursts_.push_back(static_cast<double>(rate->burst));
  } else {
    branch.number = answers_++;
  }
  return branch;
}

Limits PolicyTree::full_limits() const {
  Limits limits;
  for (const double burst : bursts_) limits.buckets.push_back({burst, 0});
  for (const std::size_t size : composite_sizes_) limits.composites.emplace_back(size, 0);
  return limits;
}

Facts PolicyTree::facts(const otlp::TraceId& trace, std::span<const SeenSpan> spans, bool content_known) const {
  Facts facts{std::vector<Keep>(answers_, Keep::uncertain), static_cast<std::int64_t>(spans.size())};
  for (const Branch& branch : drops_) collect(branch, trace, spans, content_known, facts);
  for (const Branch& branch : others_) collect(branch, trace, spans, content_known, facts);
  return facts;
}

void PolicyTree::collect(const Branch& branch, const otlp::TraceId& trace, std::span<const SeenSpan> spans,
                         bool content_known, Facts& facts) const {
  for (const Branch& part : branch.parts) collect(part, trace, spans, content_known, facts);
  const auto& rule = branch.policy->rule;
  const bool has_no_answer = std::holds_alternative<And>(rule) || std::holds_alternative<Drop>(rule) ||
                             std::holds_alternative<Not>(rule) || std::holds_alternative<Composite>(rule) ||
                             std::holds_alternative<RateLimiting>(rule);
  if (has_no_answer) return;
  facts.answers[branch.number] = ask(*branch.policy, branch.texts, trace, spans, content_known);
}

Keep PolicyTree::all_of(const Branch& branch, const Facts& facts, Limits* limits) const {
  Keep all = Keep::yes;
  for (const Branch& part : branch.parts) {
    // The first `no` ends it: a limit behind it is not asked, and nothing is taken from it.
    const Keep one = answer(part, facts, limits);
    if (one == Keep::no) return Keep::no;
    if (one == Keep::uncertain) all = Keep::uncertain;
  }
  return all;
}

Keep PolicyTree::answer(const Branch& branch, const Facts& facts, Limits* limits) const {
  const auto& rule = branch.policy->rule;
  if (std::holds_alternative<And>(rule) || std::holds_alternative<Drop>(rule)) return all_of(branch, facts, limits);
  if (std::holds_alternative<Not>(rule)) return opposite(answer(branch.parts.front(), facts, limits));
  if (const auto* rate = std::get_if<RateLimiting>(&rule)) return answer_rate(*rate, branch.number, facts, limits);
  if (const auto* composite = std::get_if<Composite>(&rule)) return answer_composite(*composite, branch, facts, limits);
  return facts.answers[branch.number];
}

Keep PolicyTree::answer_rate(const RateLimiting& rule, std::size_t number, const Facts& facts, Limits* limits) const {
  if (facts.spans > rule.burst) return Keep::no;  // would not fit into a full bucket
  if (!limits) return Keep::uncertain;
  Limits::Bucket& bucket = limits->buckets[number];
  const auto rate = static_cast<double>(std::max<std::int64_t>(rule.spans_per_second, 0));
  const double tokens =
      std::min(static_cast<double>(rule.burst), bucket.tokens + (limits->now_s - bucket.last_s) * rate);
  const double left = tokens - static_cast<double>(facts.spans);
  if (left < 0) {
    limits->refused = true;
    return Keep::no;
  }
  bucket = {left, limits->now_s};
  return Keep::yes;
}

// The first part that says yes decides, also when its allocation is used up: later parts are not asked then.
Keep PolicyTree::answer_composite(const Composite& rule, const Branch& branch, const Facts& facts,
                                  Limits* limits) const {
  for (std::size_t i = 0; i < branch.parts.size(); ++i) {
    const Keep part = answer(branch.parts[i], facts, limits);
    if (part == Keep::no) continue;
    const std::int64_t most = std::min(rule.allocated[i], rule.max_total);
    if (part == Keep::uncertain) return Keep::uncertain;
    if (facts.spans > most) return Keep::no;
    if (!limits) return Keep::uncertain;
    std::int64_t& used = limits->composites[branch.number][i];
    if (used + facts.spans > most) {
      limits->refused = true;
      return Keep::no;
    }
    used += facts.spans;
    return Keep::yes;
  }
  return Keep::no;
}

Combined PolicyTree::decide(const Facts& facts, Limits* limits) const {
  Combined combined;
  bool may_drop = false;
  for (const Branch& branch : drops_) {
    const Keep drop = answer(branch, facts, limits);
    if (drop == Keep::yes) return {Keep::no, branch.policy, true};
    may_drop = may_drop || drop == Keep::uncertain;
  }
  for (const Branch& branch : others_) {
    const Keep keep = answer(branch, facts, limits);
    if (keep == Keep::uncertain && combined.keep == Keep::no) combined.keep = Keep::uncertain;
    if (keep != Keep::yes) continue;
    // Who is named is the first that says yes; with an uncertain one before it that cannot be told.
    if (combined.keep == Keep::no) combined.by = branch.policy;
    if (combined.keep != Keep::yes) combined.keep = Keep::yes;
    if (first_match_) break;
  }
  if (may_drop && combined.keep == Keep::yes) combined.keep = Keep::uncertain;
  return combined;
}

}  // namespace tracetax::policy
