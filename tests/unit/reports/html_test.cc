#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "harness/results/base64.h"
#include "harness/results/gzip.h"
#include "reports/html_page.h"
#include "reports/page.h"
#include "reports/reports.h"
#include "reports/web/bundle.h"

namespace tracetax {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr const char* evil = "<script>alert('1')</script><!--\"& \xE2\x80\xA8\xE2\x80\xA9";
constexpr const char* details = R"({"schema":"tracetax.details/1","scenario":"</script>","traces":[]})";

Result evil_result() {
  Result r;
  r.name = r.description = r.scenario_file = r.load_description = evil;
  r.arms = {ArmSummary{
      .name = evil, .role = evil, .latency = {.count = 1, .p50_ns = 5, .max_ns = 9}, .services = {{.name = evil}}}};
  Comparison c;
  c.metric = "latency.p50";
  c.treatment = c.service = evil;
  r.comparisons = {c};
  r.budgets = {{.metric = "latency.p50", .arm = evil, .service = evil, .detail = evil}};
  r.checks = {{.name = "sampling_ratio", .arm = evil, .detail = evil}};
  r.warnings = r.failures = {evil};
  r.environment.host = evil;
  r.environment.versions = {{evil, evil}};
  r.seed = 18'446'744'073'709'551'557U;
  return r;
}

std::string without(std::string text, std::string_view part) {
  const auto at = text.find(part);
  EXPECT_NE(at, std::string::npos);
  return at == std::string::npos ? text : text.erase(at, part.size());
}

// All of the page that is made of the result.
std::string own_part(const std::string& page) {
  return without(without(page, web::script()), web::style());
}

std::string between(const std::string& text, std::string_view from, std::string_view to) {
  const auto begin = text.find(from) + from.size();
  return text.substr(begin, text.find(to, begin) - begin);
}

std::size_t times(const std::string& text, std::string_view part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

TEST(HtmlPage, NamesCannotBecomeMarkup) {
  Result r = evil_result();
  for (const bool valid : {true, false}) {
    r.valid = valid;
    const std::string page = own_part(render_html(r, details));
    EXPECT_EQ(times(page, "<script"), 2U) << "the document's and the bundle's";
    EXPECT_EQ(times(page, "</script>"), 2U);
    EXPECT_THAT(page, Not(HasSubstr("<!--")));
    // What is escaped is still the same text.
    const std::string carried = between(page, "id=\"page\">", "</script>");
    EXPECT_THAT(carried, Not(HasSubstr("\xE2\x80\xA8")));
    EXPECT_THAT(carried, Not(HasSubstr("<")));
    const json document = json::parse(carried);
    EXPECT_EQ(document["result"]["name"], evil);
    EXPECT_EQ(document["result"]["arms"][0]["services"][0]["name"], evil);
    EXPECT_EQ(document["details"]["scenario"], "</script>");
  }
}

TEST(HtmlPage, NeedsNothingFromElsewhere) {
  const std::string page = own_part(render_html(evil_result()));
  for (const char* outside : {"http://", "https://", "<link", "@import", "url(", " src="}) {
    EXPECT_THAT(page, Not(HasSubstr(outside)));
  }
  EXPECT_THAT(std::string(web::style()), Not(HasSubstr("url(")));
  EXPECT_THAT(std::string(web::style()), HasSubstr("prefers-color-scheme:dark"));
  EXPECT_LT(web::script().size() + web::style().size(), 400'000U);
}

TEST(HtmlPage, SaysTheVerdictWithoutItsScript) {
  Result r = evil_result();
  r.name = "quick";
  const std::string page = own_part(render_html(r));
  const std::string body = between(page, "<body>", "<main");
  EXPECT_THAT(body, HasSubstr("<h1>quick</h1><span class=\"badge big\">inconclusive</span>"));
  EXPECT_THAT(body, HasSubstr("1 budget and 1 check: 2 inconclusive."));
  EXPECT_THAT(body, HasSubstr("<noscript>"));
  EXPECT_THAT(body, HasSubstr("tracetax report FOLDER --as text"));
}

TEST(HtmlPage, ALargeDocumentIsPacked) {
  const std::string small = "{\"kind\":\"x\",\"text\":\"" + std::string(html::packed_above - 40, 'a') + "\"}";
  EXPECT_THAT(html::page("t", "", small), HasSubstr(small));
  const std::string large = "{\"kind\":\"x\",\"text\":\"" + std::string(html::packed_above, 'a') + "\"}";
  const std::string page = html::page("t", "", large);
  EXPECT_THAT(page, HasSubstr("data-packed=\"gzip\""));
  EXPECT_EQ(gunzip(base64_decode(between(page, "data-packed=\"gzip\">", "</script>"))), large);
  EXPECT_LT(page.size(), web::script().size() + web::style().size() + 5'000);
}

TEST(PageDocument, HoldsTheResultWordForWord) {
  const Result r = evil_result();
  const json document = json::parse(page::result_document(r, {}));
  EXPECT_EQ(document["kind"], "result");
  EXPECT_EQ(document["result"], json::parse(write_result_json(r)));
  EXPECT_EQ(document["words"]["seed"], "18446744073709551557");
  EXPECT_TRUE(document["details"].is_null());
  EXPECT_EQ(document["words"]["budgets"].size(), r.budgets.size());
  EXPECT_EQ(document["words"]["comparisons"].size(), r.comparisons.size());
  EXPECT_EQ(document["words"]["arms"].size(), r.arms.size());
}

TEST(PageDocument, KeepsALargeOneSmall) {
  Result r = evil_result();
  r.comparisons[0].control_value = 1'234'567.890123;
  EXPECT_EQ(json::parse(page::result_document(r, {}))["result"]["comparisons"][0]["control_value"], 1'234'567.890123);
  r.comparisons.resize(1000, r.comparisons[0]);
  const json document = json::parse(page::result_document(r, {}));
  EXPECT_EQ(document["digits"], 7);
  EXPECT_EQ(document["result"]["comparisons"][0]["control_value"], 1'234'568.0);
  EXPECT_EQ(document["result"]["seed"], r.seed) << "integers are kept whole";
}

TEST(PageDocument, RefusesForeignDetails) {
  EXPECT_THROW(page::result_document({}, "{"), std::runtime_error);
  EXPECT_THROW(page::result_document({}, "[]"), std::runtime_error);
  EXPECT_THROW(page::result_document({}, R"({"schema":"tracetax.details/2"})"), std::runtime_error);
}

}  // namespace
}  // namespace tracetax
