#include "reports/html_parts.h"
#include "reports/table.h"

namespace tracetax::html {

std::string_view style_sheet() {
  return R"css(
:root {
  --page: #f6f7f9; --card: #ffffff; --ink: #16191d; --soft: #5b6470; --line: #e3e6ea; --faint: #f0f2f5;
  --good: #16794a; --good-soft: #dff3e8; --bad: #b3261e; --bad-soft: #fbe4e2; --open: #8a5a00; --open-soft: #fdf0d5;
  --accent: #2f5bd3; --track: #e9ecf1; --arm0: #6b7480; --arm1: #2f5bd3; --arm2: #b1480f; --arm3: #7a3fb0; --arm4: #0f7d7d;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #101317; --card: #181c21; --ink: #e8ebef; --soft: #9aa4b0; --line: #2a3038; --faint: #1f242a;
    --good: #5fd39a; --good-soft: #14352a; --bad: #ff8f86; --bad-soft: #431f1d; --open: #f2c26b; --open-soft: #3b2e14;
    --accent: #8eabff; --track: #262c34; --arm0: #9aa4b0; --arm1: #8eabff; --arm2: #ffab7a; --arm3: #cfa2f5; --arm4: #69d0d0;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1140px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { font-size: 27px; line-height: 1.2; letter-spacing: -.015em; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 18px; letter-spacing: -.005em; margin: 0 0 4px; }
h3 { font-size: 15px; margin: 22px 0 6px; }
p { margin: 0 0 10px; }
.soft { color: var(--soft); }
.hint { color: var(--soft); font-size: 13.5px; margin-bottom: 14px; max-width: 75ch; }
.num { font-variant-numeric: tabular-nums; }
section, header { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 22px 24px; margin-bottom: 18px; }
header { border-top: 5px solid var(--state); }
.within { --state: var(--good); --state-soft: var(--good-soft); }
.exceeded, .invalid { --state: var(--bad); --state-soft: var(--bad-soft); }
.inconclusive { --state: var(--open); --state-soft: var(--open-soft); }
.top { display: flex; flex-wrap: wrap; gap: 10px 16px; align-items: center; justify-content: space-between; margin-bottom: 8px; }
.clear { --state: var(--accent); }
.neutral { --state: var(--soft); }
.badge { display: inline-block; color: var(--state); background: var(--state-soft); border-radius: 999px; padding: 2px 11px;
  font-weight: 600; font-size: 13px; white-space: nowrap; }
.badge.big { font-size: 17px; padding: 6px 18px; }
.headline { font-size: 18px; line-height: 1.45; margin: 14px 0 6px; max-width: 62ch; overflow-wrap: anywhere; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: 14px 22px; margin: 20px 0 0;
  padding-top: 16px; border-top: 1px solid var(--line); }
.facts dt { color: var(--soft); font-size: 12.5px; }
.facts dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; margin: 0 -24px; padding: 0 24px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 14px; }
th { text-align: right; color: var(--soft); font-weight: 500; font-size: 12.5px; padding: 6px 10px; border-bottom: 1px solid var(--line);
  vertical-align: bottom; white-space: nowrap; }
td { text-align: right; padding: 8px 10px; border-bottom: 1px solid var(--line); vertical-align: middle; white-space: nowrap; }
th:first-child, td:first-child { padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
tr:last-child td { border-bottom: 0; }
th.l, td.l { text-align: left; }
td.name { font-weight: 600; }
td .sub { display: block; color: var(--soft); font-size: 12.5px; font-weight: 400; }
tr.why td { padding-top: 0; text-align: left; color: var(--soft); font-size: 13px; white-space: normal; }
tr.has-why td { border-bottom: 0; padding-bottom: 3px; }
svg { display: block; }
svg text { font: 11px system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; fill: var(--soft); }
svg .ink { fill: var(--ink); }
.notes { margin: 0; padding: 0; list-style: none; }
.notes li { border-left: 3px solid var(--state); background: var(--state-soft); border-radius: 0 8px 8px 0; padding: 9px 14px; margin-bottom: 8px;
  overflow-wrap: anywhere; }
.sums { margin: 0; }
.sums div { display: flex; flex-wrap: wrap; gap: 2px 14px; padding: 5px 0; }
.sums dt { min-width: 120px; font-weight: 600; overflow-wrap: anywhere; }
.sums dd { margin: 0; font-variant-numeric: tabular-nums; }
details summary { cursor: pointer; color: var(--accent); margin-top: 8px; }
.read dt { font-weight: 600; margin-top: 10px; }
.read dd { margin: 0; color: var(--soft); max-width: 78ch; }
footer { color: var(--soft); font-size: 13px; padding: 4px 2px; overflow-wrap: anywhere; }
@media (max-width: 640px) {
  main { padding: 14px 10px 40px; } section, header { padding: 16px; border-radius: 10px; } .scroll { margin: 0 -16px; padding: 0 16px; }
  h1 { font-size: 22px; } .headline { font-size: 16px; }
}
@media print { body { background: #fff; } section, header { break-inside: avoid; border-color: #ccc; } }
)css";
}

std::string page_start(std::string_view title, std::string_view more_style) {
  std::string page =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>";
  page += escape_xml(title) + " · tracetax</title>\n<style>";
  page += style_sheet();
  page += more_style;
  return page + "</style>\n</head>\n<body>\n<main>\n";
}

}  // namespace tracetax::html
