#include "reports/scoreboard_words.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "reports/words.h"

namespace tracetax::scoreboard_words {
namespace {

std::string counts(const std::vector<const ClaimResult*>& claims) {
  std::string text;
  for (const ClaimVerdict verdict :
       {ClaimVerdict::pass, ClaimVerdict::fail, ClaimVerdict::inconclusive, ClaimVerdict::not_measurable}) {
    const auto n = std::ranges::count_if(claims, [&](const ClaimResult* c) { return c->verdict == verdict; });
    if (n > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", n, to_string(verdict));
  }
  return text;
}

std::vector<const ClaimResult*> claims_of(const SystemResult& system) {
  std::vector<const ClaimResult*> claims;
  for (const ClaimResult& claim : system.claims) claims.push_back(&claim);
  return claims;
}

// A page of claims is read in a narrow column: "+1.36 to +1.70 %".
std::string in_parentheses(const std::string& interval) {
  return interval.empty() || interval == "–" ? "" : " (" + interval + ")";
}

}  // namespace

Verdict shade(ClaimVerdict verdict) {
  switch (verdict) {
    case ClaimVerdict::pass:
      return Verdict::within;
    case ClaimVerdict::fail:
      return Verdict::exceeded;
    case ClaimVerdict::inconclusive:
    case ClaimVerdict::not_measurable:
      break;
  }
  return Verdict::inconclusive;
}

std::string subject(const ClaimResult& claim, const Evidence& evidence) {
  const std::string text = evidence.check ? words::check_title(*evidence.check)
                                          : words::metric_title(*evidence.budget) + " of " + evidence.budget->arm;
  const bool one_run = std::ranges::all_of(claim.evidence, [&](const Evidence& e) { return e.run == evidence.run; });
  return one_run ? text : fmt::format("{} ({})", text, evidence.scenario);
}

std::string measured(const Evidence& evidence) {
  if (evidence.check) {
    const CheckResult& check = *evidence.check;
    return words::check_value(check, check.observed) + in_parentheses(words::check_interval(check));
  }
  const BudgetResult& budget = *evidence.budget;
  if (!words::was_measured(budget)) return "not measured";
  return words::budget_estimate(budget) + in_parentheses(words::budget_interval(budget));
}

std::string limit(const Evidence& evidence) {
  if (evidence.check) return words::check_expected(*evidence.check);
  return "at most " + words::limit(*evidence.budget);
}

std::string resolution(const Evidence& evidence) {
  if (!evidence.resolution) return {};
  if (*evidence.resolution > 1) return "no finer than the limit itself";
  return fmt::format("to ± {:.2g} % of the limit", *evidence.resolution * 100);
}

std::string detail(const Evidence& evidence) {
  if (evidence.verdict() == Verdict::within) return {};
  return evidence.check ? evidence.check->detail : evidence.budget->detail;
}

std::string tally(const Scoreboard& scoreboard) {
  std::vector<const ClaimResult*> claims;
  for (const SystemResult& system : scoreboard.systems) {
    for (const ClaimResult& claim : system.claims) claims.push_back(&claim);
  }
  const std::size_t systems = scoreboard.systems.size();
  return fmt::format("{} system{}, {} claim{}: {}.", systems, systems == 1 ? "" : "s", claims.size(),
                     claims.size() == 1 ? "" : "s", counts(claims));
}

std::string tally(const SystemResult& system) {
  return counts(claims_of(system));
}

std::string quick_note(const Scoreboard& scoreboard) {
  if (!scoreboard.quick) return {};
  std::size_t budgets = 0;
  std::size_t coarse = 0;
  for (const SystemResult& system : scoreboard.systems) {
    for (const ClaimResult& claim : system.claims) {
      for (const Evidence& one : claim.evidence) {
        if (!one.budget) continue;
        ++budgets;
        if (one.resolution.value_or(1) > 0.25) ++coarse;
      }
    }
  }
  return fmt::format(
      "Quick: {} of {} budgets were seen no finer than a quarter of their limit. A full run measures longer; what is "
      "inconclusive here may be decided there.",
      coarse, budgets);
}

std::string about(const Scoreboard& scoreboard) {
  return fmt::format("{}, took {}; {}", format_utc(scoreboard.started_at_unix_s), words::duration(scoreboard.duration),
                     words::environment_line(scoreboard.environment));
}

}  // namespace tracetax::scoreboard_words
