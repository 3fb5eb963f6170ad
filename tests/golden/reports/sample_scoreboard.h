#pragma once

#include "harness/results/scoreboard.h"

namespace tracetax {

// A page with a claim of each verdict, budgets and checks, and names that mean something to HTML and Markdown.
Scoreboard sample_scoreboard();

}  // namespace tracetax
