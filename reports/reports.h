#pragma once
// A Result as people and machines read it. Functions of the Result and nothing else, so that any report can be made
// again from its result.json. JSON itself is write_result_json(); docs/reading-the-report.md explains the sections.

#include <cstddef>
#include <string>

#include "harness/results/doctor.h"
#include "harness/results/result.h"

namespace tracetax {

struct TextOptions {
  bool color = false;  // ANSI colours on the verdicts
  // Columns that no line is to be longer than. Tables are wrapped, folded or dealt out to several below each other, so
  // that no number is lost; prose is wrapped at 100 at the latest. unlimited_width (table_layout.h): tables as wide as
  // they are.
  std::size_t width = 100;
};

// For the console.
std::string render_text(const Result& result, const TextOptions& options = {});
// What a long report comes down to, for its end: the verdict and the sentence that decided it. One paragraph.
std::string render_closing(const Result& result, const TextOptions& options = {});
// GitHub-flavoured, for CI job summaries.
std::string render_markdown(const Result& result);
// One page that needs nothing else, no network either: its script and its data are within it. Without the script it
// still says the verdict. `details_json`: the details.json of the result (harness/results/details.h) for curves,
// courses and traces; empty: the page leaves them out and says so. Throws std::runtime_error when it is not of that
// schema.
std::string render_html(const Result& result, const std::string& details_json);
std::string render_html(const Result& result);
// What `inconclusive` is to whoever reads the JUnit file.
enum class Inconclusive { skipped, failure };
// A test case per budget and check. exceeded is a failure, inconclusive is skipped with the reason (or a failure), a
// run that is not valid has an error. Of a strict run the doubts are a case too. Valid by the schemas of Ant and of
// Jenkins' xUnit plugin (junit_parts.h).
std::string render_junit(const Result& result, Inconclusive inconclusive = Inconclusive::skipped);
// All comparisons, one a row; RFC 4180, numbers in the metric's base unit (ns, bytes, fraction, per second).
std::string render_csv(const Result& result);

// What `tracetax doctor` says on the console.
std::string render_doctor(const DoctorReport& report, const TextOptions& options = {});

}  // namespace tracetax
