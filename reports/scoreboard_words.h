#pragma once
// The words of the page of claims, so that its forms never say it differently. Internal to reports.

#include <string>
#include <vector>

#include "harness/results/scoreboard.h"

namespace tracetax::scoreboard_words {

// The colour that a claim's verdict has.
Verdict shade(ClaimVerdict verdict);
// What was measured: "latency p50 (pairs) of ratio10", and by which scenario where the claim needs several.
std::string subject(const ClaimResult& claim, const Evidence& evidence);
// "+1.53 % (+1.36 to +1.70 %)"
std::string measured(const Evidence& evidence);
// "at most +5 %"
std::string limit(const Evidence& evidence);
// How finely: "to ± 12 % of the limit"; empty when unknown.
std::string resolution(const Evidence& evidence);
// What a reader should know of it: of a budget or check that is not within.
std::string detail(const Evidence& evidence);
// "5 systems, 31 claims: 24 pass, 3 fail, 2 inconclusive, 2 not measurable here."
std::string tally(const Scoreboard& scoreboard);
std::string tally(const SystemResult& system);
// How much less a quick run sees, in numbers; empty for a full one.
std::string quick_note(const Scoreboard& scoreboard);
// "2026-11-21 19:30:00Z, took 12 min; host, 2 cores (…)".
std::string about(const Scoreboard& scoreboard);

}  // namespace tracetax::scoreboard_words
