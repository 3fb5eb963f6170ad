// The reports of two stored results, byte for byte. TRACETAX_UPDATE_GOLDEN=1 rewrites the files; review the diff.

#include "tests/support/golden.h"

#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "reports/reports.h"
#include "reports/scoreboard.h"
#include "sample_result.h"
#include "sample_scoreboard.h"

namespace tracetax {
namespace {

struct Golden {
  std::string file;
  std::function<std::string()> render;
};

class Reports : public testing::TestWithParam<Golden> {};

TEST_P(Reports, EqualTheStoredOnes) {
  test::expect_stored(GetParam().render(), "tests/golden/reports/" + GetParam().file);
}

INSTANTIATE_TEST_SUITE_P(
    Golden, Reports,
    testing::Values(Golden{"sample.txt", [] { return render_text(sample_result()); }},
                    Golden{"sample_color.txt",
                           [] { return render_text(sample_result(), {.color = true, .width = 72}); }},
                    Golden{"sample.md", [] { return render_markdown(sample_result()); }},
                    Golden{"sample.html", [] { return render_html(sample_result()); }},
                    Golden{"sample.junit.xml", [] { return render_junit(sample_result()); }},
                    Golden{"sample.csv", [] { return render_csv(sample_result()); }},
                    Golden{"scoreboard.txt", [] { return render_scoreboard_text(sample_scoreboard(), {.width = 80}); }},
                    Golden{"scoreboard.md", [] { return render_scoreboard_markdown(sample_scoreboard()); }},
                    Golden{"scoreboard.html", [] { return render_scoreboard_html(sample_scoreboard()); }},
                    Golden{"scoreboard.json", [] { return write_scoreboard_json(sample_scoreboard()); }},
                    Golden{"broken.txt", [] { return render_text(broken_result()); }},
                    Golden{"broken.md", [] { return render_markdown(broken_result()); }},
                    Golden{"broken.html", [] { return render_html(broken_result()); }},
                    Golden{"broken.junit.xml", [] { return render_junit(broken_result()); }}),
    [](const auto& which) {
      std::string name = which.param.file;
      for (char& c : name) c = c == '.' ? '_' : c;
      return name;
    });

}  // namespace
}  // namespace tracetax
