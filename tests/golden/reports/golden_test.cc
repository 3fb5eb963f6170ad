// The reports of two stored results, byte for byte. TRACETAX_UPDATE_GOLDEN=1 rewrites the files; review the diff.

#include "tests/support/golden.h"

#include <string>

#include <gtest/gtest.h>

#include "reports/benchmark_json.h"
#include "reports/openmetrics.h"
#include "reports/page.h"
#include "reports/reports.h"
#include "reports/scoreboard.h"
#include "reports/table_layout.h"
#include "reports/web/bundle.h"
#include "sample_result.h"
#include "sample_scoreboard.h"

namespace tracetax {
namespace {

using test::Golden;

// The page without what is the same in all of them: the bundle, which has tests of its own (tests/peers/web), and the
// document, which is a file of its own here.
std::string head_of(const Result& result) {
  std::string page = render_html(result);
  const auto shorten = [&](std::string_view bytes, std::string_view name) {
    const auto at = page.find(bytes);
    ASSERT_NE(at, std::string::npos) << name;
    page.replace(at, bytes.size(), name);
  };
  shorten(web::script(), "(script)");
  shorten(web::style(), "(style)");
  constexpr std::string_view opening = "id=\"page\">";
  const auto from = page.find(opening) + opening.size();
  page.replace(from, page.find("</script>", from) - from, "(document)");
  return page;
}

constexpr const char* details =
    R"({"schema":"tracetax.details/1","percent":[50,99],"curves":[],"differences":[],"ratios":[],"traces":[],)"
    R"("scenario":"name: <b>\n","command":"tracetax run scenario.resolved.yaml"})";

std::string document_of(const Result& result, const std::string& details_json) {
  return test::spread(page::result_document(result, details_json), ' ');
}

class Reports : public testing::TestWithParam<Golden> {};

TEST_P(Reports, EqualTheStoredOnes) {
  test::expect_stored(GetParam().render(), "tests/golden/reports/" + GetParam().file);
}

INSTANTIATE_TEST_SUITE_P(
    Golden, Reports,
    testing::Values(
        Golden{"sample.txt", [] { return render_text(sample_result()); }},
        Golden{"sample_color.txt", [] { return render_text(sample_result(), {.color = true, .width = 72}); }},
        Golden{"sample.md", [] { return render_markdown(sample_result()); }},
        Golden{"sample.html", [] { return head_of(sample_result()); }},
        Golden{"sample.page.json", [] { return document_of(sample_result(), details); }},
        Golden{"sample.junit.xml", [] { return render_junit(sample_result()); }},
        Golden{"sample_strict.junit.xml", [] { return render_junit(sample_result(), Inconclusive::failure); }},
        Golden{"sample.csv", [] { return render_csv(sample_result()); }},
        Golden{"sample_80.txt",
               [] {
                 const TextOptions options{.width = 80};
                 return render_text(sample_result(), options) + "\n" + render_closing(sample_result(), options);
               }},
        Golden{"sample_wide.txt", [] { return render_text(sample_result(), {.width = unlimited_width}); }},
        Golden{"sample.openmetrics.txt", [] { return render_openmetrics(sample_result()); }},
        Golden{"sample.benchmark-action.json", [] { return render_benchmark_action(sample_result()); }},
        Golden{"sample.bencher.json", [] { return render_bencher(sample_result()); }},
        Golden{"scoreboard.txt", [] { return render_scoreboard_text(sample_scoreboard(), {.width = 80}); }},
        Golden{"scoreboard.md", [] { return render_scoreboard_markdown(sample_scoreboard()); }},
        Golden{"scoreboard.html", [] { return render_scoreboard_html(sample_scoreboard()); }},
        Golden{"scoreboard.json", [] { return write_scoreboard_json(sample_scoreboard()); }},
        Golden{"broken.txt", [] { return render_text(broken_result()); }},
        Golden{"broken.md", [] { return render_markdown(broken_result()); }},
        Golden{"broken.html", [] { return head_of(broken_result()); }},
        Golden{"broken.page.json", [] { return document_of(broken_result(), {}); }},
        Golden{"broken.junit.xml", [] { return render_junit(broken_result()); }}),
    test::name_of);

}  // namespace
}  // namespace tracetax
