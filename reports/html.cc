#include <fmt/format.h>

#include "reports/html_page.h"
#include "reports/page.h"
#include "reports/reports.h"
#include "reports/table.h"
#include "reports/words.h"

namespace tracetax {
namespace {

// What is there without the script: the verdict, and how to read the rest.
std::string head(const Result& result) {
  const std::string state = result.valid ? std::string(to_string(result.verdict)) : "invalid";
  std::string text =
      fmt::format("<header class=\"{}\">\n<div class=\"top\"><h1>{}</h1><span class=\"badge big\">{}</span></div>\n",
                  state, escape_xml(result.name), result.valid ? state : "not valid");
  if (!result.description.empty()) text += "<p class=\"soft\">" + escape_xml(result.description) + "</p>\n";
  text += "<p class=\"headline\">" + escape_xml(words::headline(result)) + "</p>\n";
  if (!result.budgets.empty() || !result.checks.empty())
    text += "<p class=\"soft\">" + escape_xml(words::tally(result)) + "</p>\n";
  return text +
         "</header>\n<noscript><p class=\"note plain\">The charts and tables are drawn by a script, which is off here. "
         "The same as text: <code>tracetax report FOLDER --as text</code>.</p></noscript>\n";
}

}  // namespace

std::string render_html(const Result& result, const std::string& details_json) {
  return html::page(result.name, head(result), page::result_document(result, details_json));
}

std::string render_html(const Result& result) {
  return render_html(result, {});
}

}  // namespace tracetax
