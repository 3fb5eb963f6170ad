#pragma once
// The page of claims, as people read it. Functions of the Scoreboard and nothing else.

#include <string>

#include "harness/results/scoreboard.h"
#include "reports/reports.h"

namespace tracetax {

std::string render_scoreboard_text(const Scoreboard& scoreboard, const TextOptions& options = {});
// GitHub-flavoured; links to each run's report.md.
std::string render_scoreboard_markdown(const Scoreboard& scoreboard);
// One page that needs nothing else; links to each run's report.html beside it.
std::string render_scoreboard_html(const Scoreboard& scoreboard);

}  // namespace tracetax
