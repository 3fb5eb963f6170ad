#pragma once
// Claims about what tracing costs or does, each with what was measured of it (schema "tracetax.scoreboard/1",
// docs/scoreboard.md). Reports are functions of this and nothing else.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/results/result.h"

namespace tracetax {

enum class ClaimVerdict { pass, fail, inconclusive, not_measurable };
std::string_view to_string(ClaimVerdict);  // "pass", "fail", "inconclusive", "not measurable here"

// A budget's or a check's result that has the claim's id: exactly one of both is there.
struct Evidence {
  std::string run{};       // the run's folder, relative to the scoreboard's
  std::string scenario{};  // that it ran, without its folder
  std::string page{};      // the run's own report in that folder, for Markdown: "report.md", "tune.md"
  std::optional<BudgetResult> budget{};
  std::optional<CheckResult> check{};
  // Half the interval's width ÷ the limit: how finely the run could see. Absent where the limit is 0 or nothing was
  // measured.
  std::optional<double> resolution{};

  Verdict verdict() const { return budget ? budget->verdict : check->verdict; }
};

struct ClaimResult {
  std::string id;
  std::string says{}, threshold{}, note{};
  ClaimVerdict verdict = ClaimVerdict::inconclusive;
  std::string why{};  // of a claim that could not be measured, or of which evidence is missing
  std::vector<Evidence> evidence{};
};

struct SystemResult {
  std::string name{}, title{}, source{};
  std::vector<ClaimResult> claims{};
};

// One of the runs behind the claims.
struct ScoreboardRun {
  std::string folder{};    // relative to the scoreboard's
  std::string verb{};      // "run", "sampling", "tune"
  std::string scenario{};  // relative to the bundled scenarios, or a path
  std::string state{};     // "done", "kept" (from before), "not valid", "interrupted", "failed", "not run"
  std::string why{};       // what is wrong with a run that has no result to rely on
  std::int64_t started_at_unix_s = 0;
  Nanos duration{};
  std::uint32_t blocks = 0;
};

struct Scoreboard {
  bool quick = false;
  bool finished = true;  // false: interrupted; claims whose runs are missing are inconclusive
  std::int64_t started_at_unix_s = 0;
  Nanos duration{};  // of what was run now
  Environment environment{};
  std::vector<SystemResult> systems{};
  std::vector<ScoreboardRun> runs{};
};

std::string write_scoreboard_json(const Scoreboard&);

}  // namespace tracetax
