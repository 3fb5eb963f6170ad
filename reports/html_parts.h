#pragma once
// Style sheet and pictures of a page without a script. Internal to reports; pages that draw: html_page.h.

#include <string>
#include <string_view>

#include "harness/results/result.h"

namespace tracetax::html {

std::string_view style_sheet();
// From the doctype to the opened <main>. `more_style`: rules after the style sheet's.
std::string page_start(std::string_view title, std::string_view more_style = {});

// The interval of an increase as a bar on an axis that also shows 0 and the limit. Shares or differences, as budgeted.
std::string budget_bar(const BudgetResult& budget);
// The same for a check: the interval against the share that is expected.
std::string check_bar(const CheckResult& check);

}  // namespace tracetax::html
