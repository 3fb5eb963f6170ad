#pragma once
// The tables that text and Markdown share. Internal to reports.

#include <string>
#include <string_view>

#include "harness/results/result.h"
#include "reports/table.h"

namespace tracetax::sections {

Table budgets(const Result& result);
Table checks(const Result& result);

// Shown where there is no room for all: not the finer quantiles.
bool is_main(std::string_view metric);

enum class Detail { main, all };
// What one treatment costs. main: the whole system, without the finer quantiles; all: every comparison there is.
Table costs(const Result& result, const std::string& treatment, Detail detail);

Table arms(const Result& result);
// One row an arm: how well the generator kept to what it was asked for. No rows for results that do not say.
Table generator(const Result& result);
// One row an arm and service: CPU, memory, network, spans.
Table services(const Result& result);

}  // namespace tracetax::sections
