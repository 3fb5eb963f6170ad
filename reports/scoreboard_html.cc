#include <fmt/format.h>

#include "harness/base/text.h"
#include "reports/html_parts.h"
#include "reports/scoreboard.h"
#include "reports/scoreboard_words.h"
#include "reports/table.h"
#include "reports/words.h"

namespace tracetax {
namespace {

namespace board_words = scoreboard_words;

constexpr std::string_view more_style =
    "main{max-width:88rem}tr td:first-child:not(.name){padding-left:.6rem}"
    "td.wrap,.sub.wrap{white-space:normal;min-width:12em;max-width:26em}\n";

// Everything that comes from a claims file, a scenario or the machine goes through here.
std::string e(std::string_view text) {
  return escape_xml(text);
}

std::string badge(ClaimVerdict verdict) {
  return fmt::format(R"(<span class="badge {}">{}</span>)", to_string(board_words::shade(verdict)), to_string(verdict));
}

// A search has no page in HTML.
std::string page_of(const std::string& markdown_page) {
  return markdown_page == "report.md" ? "report.html" : e(markdown_page);
}

// The cells after the claim's own.
std::string evidence_cells(const ClaimResult& claim, const Evidence& one) {
  const std::string bar = one.budget ? html::budget_bar(*one.budget) : html::check_bar(*one.check);
  const std::string detail = board_words::detail(one);
  const std::string finely = board_words::resolution(one);
  return fmt::format(
      "<td class=\"l\"><a href=\"{}/{}\">{}</a>{}</td><td>{}<span class=\"sub\">{}{}</span></td><td>{}</td>"
      "</tr>\n",
      e(one.run), page_of(one.page), e(board_words::subject(claim, one)),
      detail.empty() ? "" : "<span class=\"sub wrap\">" + e(detail) + "</span>", e(board_words::measured(one)),
      e(board_words::limit(one)), finely.empty() ? "" : "</span><span class=\"sub\">seen " + e(finely), bar);
}

std::string claim_rows(const ClaimResult& claim) {
  const std::size_t rows = std::max<std::size_t>(claim.evidence.size(), 1);
  std::string note;
  if (!claim.threshold.empty()) note += "<span class=\"sub wrap\">Held to: " + e(claim.threshold) + "</span>";
  if (!claim.note.empty()) note += "<span class=\"sub wrap\">" + e(claim.note) + "</span>";
  if (!claim.why.empty()) note += "<span class=\"sub wrap\">" + e(claim.why) + "</span>";
  std::string text;
  for (std::size_t i = 0; i < rows; ++i) {
    const bool has_evidence = i < claim.evidence.size();
    // A bar has the colour of its row: that of its own verdict, not of the claim's.
    text += fmt::format("<tr class=\"{}\">", has_evidence ? to_string(claim.evidence[i].verdict())
                                                          : to_string(board_words::shade(claim.verdict)));
    if (i == 0) {
      text += fmt::format(
          "<td class=\"l name\" id=\"{0}\" rowspan=\"{1}\">{0}</td><td class=\"l wrap\" rowspan=\"{1}\">{2}{3}</td>"
          "<td class=\"l\" rowspan=\"{1}\">{4}</td>",
          e(claim.id), rows, e(claim.says), note, badge(claim.verdict));
    }
    text += has_evidence ? evidence_cells(claim, claim.evidence[i]) : "<td></td><td></td><td></td></tr>\n";
  }
  return text;
}

std::string system_section(const SystemResult& system) {
  std::string text = fmt::format("<section>\n<h2>{}</h2>\n<p class=\"hint\">{}. {}. Claims from: {}.</p>\n",
                                 e(system.name), e(system.title), e(board_words::tally(system)), e(system.source));
  text +=
      "<div class=\"scroll\"><table>\n<tr><th class=\"l\">ID</th><th class=\"l\">claim</th>"
      "<th class=\"l\">verdict</th><th class=\"l\">decided by</th><th>measured</th><th>against the limit</th></tr>\n";
  for (const ClaimResult& claim : system.claims) text += claim_rows(claim);
  return text + "</table></div>\n</section>\n";
}

std::string runs_section(const Scoreboard& scoreboard) {
  std::string text =
      "<section>\n<h2>Runs</h2>\n<p class=\"hint\">Every figure above is from one of these; each has its own "
      "page.</p>\n"
      "<div class=\"scroll\"><table>\n<tr><th class=\"l\">scenario</th><th class=\"l\">by</th><th "
      "class=\"l\">state</th>"
      "<th>blocks</th><th>took</th><th>started</th></tr>\n";
  for (const ScoreboardRun& run : scoreboard.runs) {
    const bool has_page = run.state == "done" || run.state == "kept" || run.state == "not valid";
    const std::string name = has_page ? fmt::format("<a href=\"{}/{}\">{}</a>", e(run.folder),
                                                    run.verb == "tune" ? "tune.md" : "report.html", e(run.scenario))
                                      : e(run.scenario);
    text += fmt::format(
        "<tr><td class=\"l name\">{}</td><td class=\"l\">tracetax {}</td><td class=\"l\">{}<span class=\"sub wrap\">{}"
        "</span></td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
        name, e(run.verb), e(run.state), e(run.why), run.blocks,
        run.duration > Nanos{} ? words::duration(run.duration) : "–",
        run.started_at_unix_s > 0 ? format_utc(run.started_at_unix_s) : "–");
  }
  return text + "</table></div>\n</section>\n";
}

}  // namespace

std::string render_scoreboard_html(const Scoreboard& scoreboard) {
  std::string page = html::page_start("Scoreboard", more_style);
  page += "<h1>What tracing costs, claim by claim</h1>\n";
  page += "<p>" + e(board_words::tally(scoreboard)) + "</p>\n";
  if (!scoreboard.finished) page += "<p>Interrupted: what was not run is inconclusive.</p>\n";
  if (const std::string note = board_words::quick_note(scoreboard); !note.empty()) page += "<p>" + e(note) + "</p>\n";
  for (const SystemResult& system : scoreboard.systems) page += system_section(system);
  page += runs_section(scoreboard);
  page += "<footer>" + e(board_words::about(scoreboard)) + "</footer>\n";
  return page + "</main>\n</body>\n</html>\n";
}

}  // namespace tracetax
