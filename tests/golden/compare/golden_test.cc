// A comparison of two results in every form, byte for byte. TRACETAX_UPDATE_GOLDEN=1 rewrites the files; review the
// diff.

#include "tests/support/golden.h"

#include <functional>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

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
  test::expect_stored(GetParam().render(), "tests/golden/compare/" + GetParam().file);
}

// A page's document on lines of its own, so that a diff can be read.
std::string spread(const std::string& document) {
  return nlohmann::ordered_json::parse(document).dump(1, '\t') + "\n";
}

INSTANTIATE_TEST_SUITE_P(
    Golden, Growths,
    testing::Values(Golden{"growth.txt", [] { return render_growth_text(sample_growth()); }},
                    Golden{"growth_color.txt",
                           [] { return render_growth_text(sample_growth(), {.color = true, .width = 72}); }},
                    Golden{"growth.md", [] { return render_growth_markdown(sample_growth()); }},
                    Golden{"growth.junit.xml", [] { return render_growth_junit(sample_growth()); }},
                    Golden{"growth.json", [] { return write_growth_json(sample_growth()); }},
                    Golden{"growth.page.json", [] { return spread(comparison_document(sample_growth())); }},
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
