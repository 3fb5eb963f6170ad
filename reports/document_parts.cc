#include "reports/document_parts.h"

#include <fmt/format.h>

#include "harness/scenario/metric.h"

namespace tracetax::document {
namespace {

// 64 bits are more than a script's numbers hold.
void seeds_as_texts(Json& json) {
  for (auto& [key, value] : json.items()) {
    if (key == "seed" && value.is_number()) {
      value = value.dump();
    } else if (value.is_structured()) {
      seeds_as_texts(value);
    }
  }
}

}  // namespace

bool higher_is_worse(std::string_view metric) {
  const MetricInfo* info = find_metric(metric);
  return !info || info->higher_is_worse;
}

Json table(const Table& table) {
  Json columns = Json::array();
  for (std::size_t i = 0; i < table.header.size(); ++i) {
    const bool left = i < table.left_columns || (table.last_left && i + 1 == table.header.size());
    columns.push_back({{"name", table.header[i]}, {"left", left}});
  }
  return {{"columns", columns}, {"rows", table.rows}};
}

std::string text(std::string_view kind, const std::string& title, const std::string& report_json, const Json& words) {
  Json document;
  document["kind"] = kind;
  document["version"] = TRACETAX_VERSION;
  document["title"] = title;
  document["report"] = Json::parse(report_json);
  seeds_as_texts(document["report"]);
  document["words"] = words;
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string head(const Head& head) {
  std::string text = fmt::format(
      "<header class=\"head {}\">\n<div class=\"top\"><h1>{}</h1><span class=\"badge big\">{}</span></div>\n"
      "<p class=\"headline\">{}</p>\n",
      head.state, escape_xml(head.title), escape_xml(head.badge), escape_xml(head.headline));
  if (!head.tally.empty()) text += "<p class=\"soft\">" + escape_xml(head.tally) + "</p>\n";
  text += "</header>\n";
  return text +
         fmt::format(
             "<noscript><p class=\"hint\">The charts and tables are drawn by a script, which is off here. tracetax "
             "{} … --as text says the same in words.</p></noscript>\n",
             head.verb);
}

}  // namespace tracetax::document
