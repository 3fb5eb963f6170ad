#pragma once
// What the Markdown reports are built of. Internal to reports.

#include <string>
#include <vector>

#include "harness/results/result.h"
#include "reports/table.h"

namespace tracetax::markdown {

// Names come from scenarios: they must not end a cell, open a tag or start a list.
std::string escaped(const std::string& text);

// Empty when there are no rows.
std::string table_of(const Table& table);
std::string list_of(const std::vector<std::string>& items);
std::string sign(Verdict verdict);
std::string folded(const std::string& summary, const std::string& content);

}  // namespace tracetax::markdown
