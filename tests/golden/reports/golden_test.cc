// The reports of two stored results, byte for byte. TRACETAX_UPDATE_GOLDEN=1 rewrites the files; review the diff.

#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>

#include <gtest/gtest.h>

#include "reports/reports.h"
#include "sample_result.h"

namespace tracetax {
namespace {

struct Golden {
  std::string file;
  std::function<std::string()> render;
};

class Reports : public testing::TestWithParam<Golden> {};

TEST_P(Reports, EqualTheStoredOnes) {
  const std::string path = std::string(TRACETAX_SOURCE_DIR) + "/tests/golden/reports/" + GetParam().file;
  const std::string text = GetParam().render();
  if (std::getenv("TRACETAX_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    GTEST_SKIP() << "rewrote " << path;
  }
  std::ifstream in(path, std::ios::binary);
  ASSERT_TRUE(in) << path << " is missing: run once with TRACETAX_UPDATE_GOLDEN=1";
  std::ostringstream stored;
  stored << in.rdbuf();
  EXPECT_EQ(text, stored.str()) << path << " differs: if that is meant, run with TRACETAX_UPDATE_GOLDEN=1";
}

INSTANTIATE_TEST_SUITE_P(Golden, Reports,
                         testing::Values(Golden{"sample.txt", [] { return render_text(sample_result()); }},
                                         Golden{
                                             "sample_color.txt",
                                             [] { return render_text(sample_result(), {.color = true, .width = 72}); }},
                                         Golden{"sample.md", [] { return render_markdown(sample_result()); }},
                                         Golden{"sample.html", [] { return render_html(sample_result()); }},
                                         Golden{"sample.junit.xml", [] { return render_junit(sample_result()); }},
                                         Golden{"sample.csv", [] { return render_csv(sample_result()); }},
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
