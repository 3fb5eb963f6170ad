#include "reports/document_parts.h"
#include "reports/html_page.h"
#include "reports/overlay.h"
#include "reports/overlay_words.h"

namespace tracetax {
namespace {

constexpr const char* title = "Results beside each other";

// The worst of the verdicts: what a reader should look at first.
std::string_view state_of(const Overlay& overlay) {
  std::string_view state = "within";
  for (const OverlaidResult& r : overlay.results) {
    if (!r.valid) return "invalid";
    if (r.verdict == Verdict::exceeded) state = "exceeded";
    if (r.verdict == Verdict::inconclusive && state == "within") state = "inconclusive";
  }
  return state;
}

}  // namespace

std::string overlay_document(const Overlay& overlay) {
  document::Json words;
  words["headline"] = overlay_words::headline(overlay);
  words["caution"] = overlay_words::caution(overlay);
  words["results"] = document::table(overlay_words::results(overlay));
  words["rows"] = document::Json::array();
  for (const OverlayRow& row : overlay.rows) {
    words["rows"].push_back({{"title", overlay_words::row_title(row)},
                             {"higher_is_worse", document::higher_is_worse(row.metric)},
                             {"table", document::table(overlay_words::costs(overlay, row))}});
  }
  return document::text("overlay", title, write_overlay_json(overlay), words);
}

std::string render_overlay_html(const Overlay& overlay) {
  const document::Head head{.state = state_of(overlay),
                            .badge = std::to_string(overlay.results.size()) + " results",
                            .title = title,
                            .headline = overlay_words::headline(overlay),
                            .tally = overlay_words::caution(overlay),
                            .verb = "report"};
  return html::page(title, document::head(head), overlay_document(overlay));
}

}  // namespace tracetax
