#pragma once
// A TuneReport (`tracetax tune`) as people read it. Functions of it and nothing else; JSON itself is write_tune_json().

#include <string>

#include "harness/results/tune.h"
#include "reports/reports.h"

namespace tracetax {

std::string render_tune_text(const TuneReport& report, const TextOptions& options = {});
std::string render_tune_markdown(const TuneReport& report);

// What one probe measured, in a line: "latency p50 +3.1 % (+2.8 to +3.4) within; …".
std::string tune_point_line(const TunePoint& point);

}  // namespace tracetax
