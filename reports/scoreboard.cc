#include "reports/scoreboard.h"

#include <algorithm>

#include <fmt/format.h>

#include "reports/markdown_parts.h"
#include "reports/scoreboard_words.h"
#include "reports/text_parts.h"

namespace tracetax {
namespace {

namespace words = scoreboard_words;

// The longest of ClaimVerdict's words.
constexpr std::size_t verdict_width = 19;
constexpr std::size_t id_width = 4;

void claim_lines(TextPage& page, const ClaimResult& claim) {
  const std::string verdict(to_string(claim.verdict));
  const std::string blanks(verdict_width + 1 - std::min(verdict_width, verdict.size()), ' ');
  page.line(fmt::format("{:<{}}{}{}{}", claim.id, id_width, painted(words::shade(claim.verdict), verdict, page.color()),
                        blanks, claim.says));
  const std::string indent(id_width, ' ');
  for (const Evidence& one : claim.evidence) {
    page.labelled(indent,
                  fmt::format("{}: {}, {}{}", words::subject(claim, one), words::measured(one), words::limit(one),
                              one.verdict() == Verdict::within ? "" : fmt::format(": {}", to_string(one.verdict()))));
    if (const std::string detail = words::detail(one); !detail.empty()) page.labelled(indent + "  ", detail);
  }
  if (!claim.why.empty()) page.labelled(indent, claim.why);
}

std::string markdown_sign(ClaimVerdict verdict) {
  return verdict == ClaimVerdict::not_measurable ? "➖" : markdown::sign(words::shade(verdict));
}

// One cell: each budget or check on a line of its own.
std::string markdown_evidence(const ClaimResult& claim) {
  std::string text;
  for (const Evidence& one : claim.evidence) {
    text +=
        fmt::format("{}[{}]({}/{}): {}, {}", text.empty() ? "" : "<br>", markdown::escaped(words::subject(claim, one)),
                    one.run, one.page, markdown::escaped(words::measured(one)), markdown::escaped(words::limit(one)));
  }
  if (!claim.why.empty()) text += (text.empty() ? "" : "<br>") + markdown::escaped(claim.why);
  if (!claim.note.empty()) text += (text.empty() ? "" : "<br>") + ("*" + markdown::escaped(claim.note) + "*");
  return text;
}

}  // namespace

std::string render_scoreboard_text(const Scoreboard& scoreboard, const TextOptions& options) {
  TextPage page(options);
  page.labelled("", words::tally(scoreboard));
  page.line();
  for (const SystemResult& system : scoreboard.systems) {
    page.labelled("", fmt::format("{}: {} ({})", system.name, system.title, words::tally(system)));
    for (const ClaimResult& claim : system.claims) claim_lines(page, claim);
    page.line();
  }
  if (!scoreboard.finished) page.labelled("", "Interrupted: what was not run is inconclusive.");
  if (const std::string note = words::quick_note(scoreboard); !note.empty()) page.labelled("", note);
  page.labelled("", words::about(scoreboard));
  return page.take();
}

std::string render_scoreboard_markdown(const Scoreboard& scoreboard) {
  std::string text = "# What tracing costs, claim by claim\n\n" + markdown::escaped(words::tally(scoreboard)) + "\n\n";
  if (const std::string note = words::quick_note(scoreboard); !note.empty()) text += note + "\n\n";
  for (const SystemResult& system : scoreboard.systems) {
    text += fmt::format("## {}\n{}. {}\n\n", markdown::escaped(system.name), markdown::escaped(system.title),
                        words::tally(system));
    text += "| ID | claim | verdict | measured |\n|---|---|---|---|\n";
    for (const ClaimResult& claim : system.claims) {
      text += fmt::format("| {} | {} | {} {} | {} |\n", markdown::escaped(claim.id), markdown::escaped(claim.says),
                          markdown_sign(claim.verdict), to_string(claim.verdict), markdown_evidence(claim));
    }
    if (!system.source.empty()) text += "\nClaims from: " + markdown::escaped(system.source) + ".\n";
    text += "\n";
  }
  text += markdown::escaped(words::about(scoreboard)) + "\n";
  return text;
}

}  // namespace tracetax
