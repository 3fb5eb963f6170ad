// The checks of traces and sampling, with their intervals, and what to do about each.
import { badge, el, note } from "../parts";
import { forest } from "../forest";
import { plainScale, rateScale, shareScale, sizeScale, thin, timeScale, type Scale } from "../format";
import { foldedTable } from "../table";
import type { Check, Words } from "../page";
import type { Context } from "../context";

interface Row { check: Check; words: Words["checks"][number] }

const mostRows = 24;
const order: Record<string, number> = { exceeded: 0, inconclusive: 1, within: 2 };

function scaleOf(unit: string, rows: Row[]): Scale {
  const values = rows.flatMap(({ check: c }) => [c.expected, c.observed, c.low, c.high]);
  if (unit === "ns") return timeScale(values);
  if (unit === "bytes") return sizeScale(values);
  return unit === "share" ? shareScale : unit === "per_s" ? rateScale : plainScale;
}

// What was counted in full has no interval, and what was not measured has nothing to draw.
const canBeDrawn = (c: Check): boolean => !(c.low === 0 && c.high === 0 && c.observed === 0) && !c.detail.startsWith("not measured");

export function drawChecks({ result, words }: Context, body: HTMLElement): void {
  const rows: Row[] = result.checks.map((check, i) => ({ check, words: words.checks[i] }));
  if (rows.length === 0) {
    body.append(note("The scenario has no checks: nobody asked whether the traces that arrived are those that were asked for."));
    return;
  }
  const drawn = rows.filter((row) => canBeDrawn(row.check)).sort((a, b) => order[a.check.verdict] - order[b.check.verdict]);
  for (const unit of new Set(drawn.map((row) => row.check.unit))) {
    const group = drawn.filter((row) => row.check.unit === unit).slice(0, mostRows);
    const scale = scaleOf(unit, group);
    body.append(forest(group.map(({ check, words: w }) => ({
      label: w.title, right: `expected ${thin(w.expected)}`, state: check.verdict,
      estimate: check.observed / scale.factor, low: check.low / scale.factor, high: check.high / scale.factor, limit: check.expected / scale.factor,
      tip: thin(`${w.title}\nobserved ${w.observed}, ${w.interval}\nexpected ${w.expected}\n${check.verdict}`),
    })), {
      label: `Checks against what is expected. ${group.map((row) => `${row.words.title}: ${row.words.observed}, expected ${row.words.expected}: ${row.check.verdict}`).join("; ")}.`,
      axis: { share: "share, %", ns: `time, ${scale.unit}`, bytes: `size, ${scale.unit}`, per_s: "per second" }[unit] ?? "count",
      zero: false, atMost: false, key: "Sign and bar: what was observed, with its interval. Upright line: what is expected.",
    }));
  }
  body.append(foldedTable([
    { title: "check", text: (row) => row.words.title, left: true },
    { title: "verdict", text: (row) => row.check.verdict, value: (row) => order[row.check.verdict], state: (row) => row.check.verdict, left: true },
    { title: "expected", text: (row) => thin(row.words.expected), value: (row) => row.check.expected },
    { title: "observed", text: (row) => thin(row.words.observed), value: (row) => row.check.observed },
    { title: "interval", text: (row) => thin(row.words.interval), value: (row) => row.check.low },
    { title: "what was found", text: (row) => thin(row.check.detail), left: true, wide: true },
  ], rows, "Checks", rows.length <= 12));
  const open = rows.filter((row) => row.check.verdict !== "within");
  if (open.length === 0) {
    body.append(note("Do you have to act? No: every check holds.", "within"));
    return;
  }
  body.append(el("div", { class: "cards" }, ...open.slice(0, 12).map((row) =>
    el("article", { class: `card ${row.check.verdict}` }, el("h3", {}, row.words.title, " ", badge(row.check.verdict)),
       el("dl", {}, el("dt", {}, "What it shows"), el("dd", {}, thin(row.check.detail)),
          el("dt", {}, "Do you have to act?"), el("dd", {}, thin(row.words.act)))))));
}
