#pragma once
// A CostReport (`tracetax model`) as people read it. Functions of it and nothing else; JSON itself is
// write_cost_json().

#include <string>

#include "harness/results/cost_report.h"
#include "reports/reports.h"

namespace tracetax {

std::string render_cost_text(const CostReport& report, const TextOptions& options = {});
std::string render_cost_markdown(const CostReport& report);

}  // namespace tracetax
