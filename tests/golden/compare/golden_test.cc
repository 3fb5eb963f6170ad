// A comparison of two results in every form, byte for byte. TRACETAX_UPDATE_GOLDEN=1 rewrites the files; review the
// diff.

#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>

#include <gtest/gtest.h>

#include "reports/growth.h"
#include "sample_growth.h"

namespace tracetax {
namespace {

struct Golden {
  std::string file;
  std::function<std::string()> render;
};

class Growths : public testing::TestWithParam<Golden> {};

TEST_P(Growths, EqualTheStoredOnes) {
  const std::string path = std::string(TRACETAX_SOURCE_DIR) + "/tests/golden/compare/" + GetParam().file;
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

INSTANTIATE_TEST_SUITE_P(
    Golden, Growths,
    testing::Values(Golden{"growth.txt", [] { return render_growth_text(sample_growth()); }},
                    Golden{"growth_color.txt",
                           [] { return render_growth_text(sample_growth(), {.color = true, .width = 72}); }},
                    Golden{"growth.md", [] { return render_growth_markdown(sample_growth()); }},
                    Golden{"growth.junit.xml", [] { return render_growth_junit(sample_growth()); }},
                    Golden{"growth.json", [] { return write_growth_json(sample_growth()); }},
                    Golden{"invalid.txt", [] { return render_growth_text(invalid_growth()); }},
                    Golden{"invalid.md", [] { return render_growth_markdown(invalid_growth()); }},
                    Golden{"invalid.junit.xml", [] { return render_growth_junit(invalid_growth()); }}),
    [](const auto& which) {
      std::string name = which.param.file;
      for (char& c : name) c = c == '.' ? '_' : c;
      return name;
    });

}  // namespace
}  // namespace tracetax
