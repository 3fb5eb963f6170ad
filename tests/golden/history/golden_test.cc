// Many results in order of time, and several beside each other, in every form, byte for byte. TRACETAX_UPDATE_GOLDEN=1
// rewrites the files; review the diff.

#include "tests/support/golden.h"

#include <functional>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "reports/history.h"
#include "reports/overlay.h"
#include "sample_history.h"

namespace tracetax {
namespace {

struct Golden {
  std::string file;
  std::function<std::string()> render;
};

class Histories : public testing::TestWithParam<Golden> {};

TEST_P(Histories, EqualTheStoredOnes) {
  test::expect_stored(GetParam().render(), "tests/golden/history/" + GetParam().file);
}

// A page's document on lines of its own, so that a diff can be read.
std::string spread(const std::string& document) {
  return nlohmann::ordered_json::parse(document).dump(1, '\t') + "\n";
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
    [](const auto& which) {
      std::string name = which.param.file;
      for (char& c : name) c = c == '.' ? '_' : c;
      return name;
    });

}  // namespace
}  // namespace tracetax
