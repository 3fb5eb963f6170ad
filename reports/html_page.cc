#include "reports/html_page.h"

#include "harness/results/base64.h"
#include "harness/results/gzip.h"
#include "reports/table.h"
#include "reports/web/bundle.h"

namespace tracetax::html {
namespace {

// "<" occurs in JSON within strings alone, where its escape means the same: neither "</script" nor "<!--" is left. The
// two separators are ends of lines to scripts that are older than ES2019.
std::string embedded(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (json[i] == '<') {
      out += "\\u003c";
    } else if (const std::string_view sign = json.substr(i, 3); sign == "\xE2\x80\xA8" || sign == "\xE2\x80\xA9") {
      out += sign == "\xE2\x80\xA8" ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      out += json[i];
    }
  }
  return out;
}

std::string document_element(std::string_view json) {
  if (json.size() <= packed_above)
    return "<script type=\"application/json\" id=\"page\">" + embedded(json) + "</script>\n";
  constexpr int smallest = 9;
  GzipWriter gzip(smallest);
  gzip.push(json);
  return "<script type=\"text/plain\" id=\"page\" data-packed=\"gzip\">" + base64_encode(gzip.finish()) + "</script>\n";
}

}  // namespace

std::string page(std::string_view title, std::string_view head_html, std::string_view document_json) {
  std::string text =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>";
  text += escape_xml(title) + " · tracetax</title>\n<style>";
  text += web::style();
  text += "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the report</a>\n";
  text += head_html;
  text += "<main id=\"main\" tabindex=\"-1\"></main>\n";
  text += document_element(document_json);
  text += "<script>";
  text += web::script();
  return text + "</script>\n</body>\n</html>\n";
}

}  // namespace tracetax::html
