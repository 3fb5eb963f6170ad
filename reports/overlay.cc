#include "reports/overlay.h"

#include <fmt/format.h>

#include "harness/base/text.h"
#include "reports/csv_parts.h"
#include "reports/markdown_parts.h"
#include "reports/overlay_words.h"
#include "reports/text_parts.h"

namespace tracetax {
namespace {

std::string confidence(const Overlay& overlay) {
  return fmt::format("Intervals hold with a confidence of {:.4g} %, each by itself.",
                     overlay.results.front().confidence * 100);
}

}  // namespace

std::string render_overlay_text(const Overlay& overlay, const TextOptions& options) {
  TextPage page(options);
  page.labelled("", overlay_words::headline(overlay));
  page.line();
  std::vector<Verdict> verdicts;
  std::vector<std::string> places;
  for (const OverlaidResult& r : overlay.results) {
    verdicts.push_back(r.valid ? r.verdict : Verdict::exceeded);
    places.push_back(overlay_words::place(r));
  }
  page.table(overlay_words::short_results(overlay), verdicts, places);
  for (const OverlayRow& row : overlay.rows) {
    page.line(overlay_words::row_title(row));
    page.table(overlay_words::costs(overlay, row), overlay_words::verdicts(row));
  }
  if (overlay.rows.empty()) page.line("None of the results compared anything.\n");
  page.labelled("", confidence(overlay) + " " + overlay_words::caution(overlay));
  for (const std::string& note : overlay.notes) page.labelled("note: ", note);
  return page.take();
}

std::string render_overlay_markdown(const Overlay& overlay) {
  using namespace markdown;
  std::string text = fmt::format("## {}\n\n", escaped(overlay_words::headline(overlay)));
  text += table_of(overlay_words::results(overlay));
  std::vector<std::string> sources;
  for (const OverlaidResult& r : overlay.results) sources.push_back(r.label + ": " + r.source);
  text += list_of(sources);
  for (const OverlayRow& row : overlay.rows) {
    text += fmt::format("### {}\n\n", escaped(overlay_words::row_title(row)));
    text += table_of(overlay_words::costs(overlay, row));
  }
  text += escaped(confidence(overlay) + " " + overlay_words::caution(overlay)) + "\n\n";
  return text + list_of(overlay.notes);
}

std::string render_overlay_csv(const Overlay& overlay) {
  std::string text =
      "result,source,scenario,fingerprint,method,started_at,host,metric,service,phase,treatment,control_value,"
      "treatment_value,absolute_estimate,absolute_low,absolute_high,relative_estimate,relative_low,relative_high,"
      "confidence,blocks,limit,limit_relative,verdict\r\n";
  for (const OverlayRow& row : overlay.rows) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const OverlaidResult& r = overlay.results[i];
      const OverlayCell& c = row.cells[i];
      csv::Row line;
      line.texts({r.label, r.source, r.name, r.fingerprint}).number(r.method);
      line.texts({format_utc(r.started_at_unix_s), r.environment.host, row.metric, row.service,
                  std::string(to_string(row.phase)), row.treatment});
      if (c.measured) {
        line.number(c.control_value).number(c.treatment_value).estimate(c.absolute).estimate(c.relative);
      } else {
        line.empty(8);
      }
      line.number(r.confidence).number(r.blocks);
      if (c.limit) {
        line.number(*c.limit).texts({c.limit_relative ? "true" : "false", std::string(to_string(c.verdict))});
      } else {
        line.empty(3);
      }
      text += line.take();
    }
  }
  return text;
}

}  // namespace tracetax
