#pragma once
// What the documents of pages across runs (overlay, comparison, history) are made of. Internal to reports.

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "reports/table.h"

namespace tracetax::document {

using Json = nlohmann::ordered_json;

// Whether more of a metric is worse; a chart turns the others, so that worse is to the right.
bool higher_is_worse(std::string_view metric);

// {"columns": [{"name", "left"}], "rows": [[text]]}
Json table(const Table& table);

// {"kind", "version", "title", "report", "words"}: `report_json` as the same command writes it with --as json, but with
// seeds as texts. Bytes that are no UTF-8 become U+FFFD.
std::string text(std::string_view kind, const std::string& title, const std::string& report_json, const Json& words);

struct Head {
  std::string_view state;  // class of its colour: within, exceeded, inconclusive, invalid
  std::string badge{}, title{}, headline{}, tally{};
  std::string_view verb;  // of the command that says the same as text
};
// What a reader without scripts sees.
std::string head(const Head& head);

}  // namespace tracetax::document
