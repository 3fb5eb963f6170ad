// A comparison of two results in every form, byte for byte. TRACETAX_UPDATE_GOLDEN=1 rewrites the files; review the
// diff.

#include "tests/support/golden.h"

#include <string>

#include <gtest/gtest.h>

#include "reports/growth.h"
#include "sample_growth.h"

namespace tracetax {
namespace {

using test::Golden;
using test::spread;

class Growths : public testing::TestWithParam<Golden> {};

TEST_P(Growths, EqualTheStoredOnes) {
  test::expect_stored(GetParam().render(), "tests/golden/compare/" + GetParam().file);
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
    test::name_of);

}  // namespace
}  // namespace tracetax
