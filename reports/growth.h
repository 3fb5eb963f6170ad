#pragma once
// A GrowthReport (`tracetax compare`) as people and machines read it. Functions of it and nothing else; JSON itself is
// write_growth_json().

#include <string>

#include "harness/results/growth.h"
#include "reports/reports.h"

namespace tracetax {

std::string render_growth_text(const GrowthReport& report, const TextOptions& options = {});
std::string render_growth_markdown(const GrowthReport& report);
// A test case per budget, as render_junit of a result.
std::string render_growth_junit(const GrowthReport& report);
// One page that needs nothing else.
std::string render_growth_html(const GrowthReport& report);
// What its script draws: {"kind": "comparison", …}.
std::string comparison_document(const GrowthReport& report);

}  // namespace tracetax
