// `tracetax report A B …` and the page of `tracetax compare`, as a script sees them. Nothing is measured.

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/tracetax/program.h"
#include "tests/support/made_history.h"

namespace tracetax::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class Overlays : public testing::Test {
 protected:
  Overlays() {
    const std::vector<DatedResult> results =
        made::days(3, [](std::size_t i) { return 0.01 * static_cast<double>(i + 1); });
    for (std::size_t i = 0; i < results.size(); ++i)
      files_.push_back(place_.write(std::to_string(i) + ".json", write_result_json(results[i].result)));
  }
  Ended report(std::vector<std::string> options) const {
    options.insert(options.begin(), files_.begin(), files_.end());
    options.insert(options.begin(), "report");
    return place_.tracetax(options);
  }

  Workplace place_{};
  std::vector<std::string> files_{};
};

TEST_F(Overlays, EveryFormGoesToStdoutOrToAFile) {
  for (const auto& [form, mark] :
       std::vector<std::pair<std::string, std::string>>{{"text", "3 results of made"},
                                                        {"markdown", "### latency p50 of on"},
                                                        {"json", "tracetax.overlay/1"},
                                                        {"html", "<!doctype html>"},
                                                        {"csv", "result,source"}}) {
    const Ended ended = report({"--as", form});
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_THAT(ended.out, HasSubstr(mark));
    const std::string file = place_.folder() / ("overlay." + form);
    const Ended kept = report({"--as", form, "-o", file});
    EXPECT_EQ(kept.code, 0) << kept.err;
    EXPECT_TRUE(kept.out.empty());
    EXPECT_TRUE(std::filesystem::exists(file));
  }
}

TEST_F(Overlays, OneResultIsShownAsBefore) {
  const Ended one = place_.tracetax({"report", files_[0]});
  EXPECT_EQ(one.code, 0) << one.err;
  EXPECT_THAT(one.out, HasSubstr("latency p50"));
}

TEST_F(Overlays, WhatIsOfOneResultIsRefused) {
  const Ended form = report({"--as", "junit"});
  EXPECT_EQ(form.code, 2);
  EXPECT_THAT(form.err, AllOf(HasSubstr("--as junit is of one result"), HasSubstr("html")));
  const Ended blocks = report({"--blocks", "0-3"});
  EXPECT_EQ(blocks.code, 2);
  EXPECT_THAT(blocks.err, HasSubstr("--blocks is of one result"));
  const Ended missing = place_.tracetax({"report", files_[0], place_.folder() / "nothing"});
  EXPECT_EQ(missing.code, 2);
  EXPECT_THAT(missing.err, HasSubstr("does not exist"));
}

TEST_F(Overlays, AComparisonHasAPageOfItsOwn) {
  const Ended page = place_.tracetax({"compare", files_[0], files_[2], "--as", "html"});
  EXPECT_EQ(page.code, 0) << page.err;
  EXPECT_THAT(page.out, AllOf(HasSubstr("<!doctype html>"), HasSubstr("\"kind\":\"comparison\"")));
}

}  // namespace
}  // namespace tracetax::test
