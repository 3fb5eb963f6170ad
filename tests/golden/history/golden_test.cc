// Many results in order of time, and several beside each other, in every form, byte for byte. TRACETAX_UPDATE_GOLDEN=1
// rewrites the files; review the diff.

#include "tests/support/golden.h"

#include <string>

#include <gtest/gtest.h>

#include "reports/history.h"
#include "reports/overlay.h"
#include "sample_history.h"

namespace tracetax {
namespace {

using test::Golden;
using test::spread;

class Histories : public testing::TestWithParam<Golden> {};

TEST_P(Histories, EqualTheStoredOnes) {
  test::expect_stored(GetParam().render(), "tests/golden/history/" + GetParam().file);
}

INSTANTIATE_TEST_SUITE_P(
    Golden, Histories,
    testing::Values(Golden{"history.txt", [] { return render_history_text(sample_history()); }},
                    Golden{"history_color.txt",
                           [] { return render_history_text(sample_history(), {.color = true, .width = 72}); }},
                    Golden{"history.md", [] { return render_history_markdown(sample_history()); }},
                    Golden{"history.json", [] { return write_history_json(sample_history()); }},
                    Golden{"history.csv", [] { return render_history_csv(sample_history()); }},
                    Golden{"history.page.json", [] { return spread(history_document(sample_history())); }},
                    Golden{"young.txt", [] { return render_history_text(young_history()); }},
                    Golden{"young.md", [] { return render_history_markdown(young_history()); }},
                    Golden{"overlay.txt", [] { return render_overlay_text(sample_overlay()); }},
                    Golden{"overlay.md", [] { return render_overlay_markdown(sample_overlay()); }},
                    Golden{"overlay.json", [] { return write_overlay_json(sample_overlay()); }},
                    Golden{"overlay.csv", [] { return render_overlay_csv(sample_overlay()); }},
                    Golden{"overlay.page.json", [] { return spread(overlay_document(sample_overlay())); }}),
    test::name_of);

}  // namespace
}  // namespace tracetax
