// tracetax_web_pages DIR: the pages that web.test.mjs opens.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

#include "harness/results/files.h"
#include "reports/growth.h"
#include "reports/history.h"
#include "reports/overlay.h"
#include "reports/reports.h"
#include "tests/peers/web/made_page.h"
#include "tests/peers/web/made_runs.h"

namespace tracetax {
namespace {

// A text that would be a script, one that would end the script that carries the page's data, an image whose loading
// fails on purpose, and the two ends of lines that JSON has and older scripts have not.
constexpr const char* hostile =
    "<script>alert(1)</script></script><img src=x onerror=alert(2)><!-- \xE2\x80\xA8\xE2\x80\xA9 \"'&";

void write(const std::filesystem::path& file, const std::string& text) {
  write_file_atomically(file, text);
  std::printf("%s: %zu bytes\n", file.filename().c_str(), text.size());
}

void run(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  const made::Shape usual{};
  write(folder / "ordinary.html", render_html(made::page_result(usual), made::page_details(usual)));
  Result bare = made::page_result(usual);
  bare.arms.back().services.front().measured = "outside";
  write(folder / "bare.html", render_html(bare));
  const made::Shape marked{.arms = 3, .blocks = 4, .pairs = false, .mark = hostile};
  write(folder / "hostile.html", render_html(made::page_result(marked), made::page_details(marked)));
  const made::Shape large{.arms = 50, .blocks = 60, .calls = 1'000'000, .timeline = false};
  write(folder / "large.html", render_html(made::page_result(large), made::page_details(large)));
  Result broken;
  broken.name = "broken";
  broken.valid = broken.finished = false;
  broken.failures = {"arm ratio10: gateway (pid 123) was ended by signal 9 (Killed)"};
  write(folder / "broken.html", render_html(broken));
  const auto runs = [&](const std::string& name, const std::string& mark) {
    write(folder / ("history" + name + ".html"), render_history_html(made::history(mark)));
    write(folder / ("overlay" + name + ".html"), render_overlay_html(made::overlay(mark)));
    write(folder / ("comparison" + name + ".html"), render_growth_html(made::growth(mark)));
  };
  runs("", "");
  runs("_hostile", hostile);
}

}  // namespace
}  // namespace tracetax

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: tracetax_web_pages DIR\n", stderr);
    return 2;
  }
  try {
    tracetax::run(argv[1]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tracetax_web_pages: %s\n", error.what());
    return 1;
  }
}
