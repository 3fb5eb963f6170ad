// The page of `tracetax report A B …`: each overhead of several results beside each other.
import { el, note } from "./parts";
import { scaleOfMetric, shareScale, thin, type Scale } from "./format";
import { forest, type ForestRow } from "./forest";
import { dataSection, foldedTextTable, list, renderSections, shownTable, type Estimate, type Environment, type Keys, type RunsPage, type TextTable } from "./runs";
import type { Section } from "./section";

interface Run {
  label: string; source: string; name: string; fingerprint: string; same_scenario_as: string; started_at: string; blocks: number; verdict: string;
  valid: boolean; confidence: number; environment: Environment;
}
interface Cell {
  measured: boolean; control_value?: number; treatment_value?: number; absolute?: Estimate; relative?: Estimate; limit?: number; limit_relative?: boolean; verdict?: string;
}
interface Row { metric: string; service?: string; phase: string; treatment: string; budgeted: boolean; cells: Cell[] }
interface OverlayReport { same_scenario: boolean; results: Run[]; rows: Row[]; notes: string[] }
interface OverlayWords {
  headline: string; caution: string; results: TextTable; rows: { title: string; higher_is_worse: boolean; table: TextTable }[];
}
export type OverlayPage = RunsPage<OverlayReport, OverlayWords>;

// An interval that leaves out 0 is a difference that is there.
const sideOf = (e: Estimate): string => (e.low <= 0 && e.high >= 0 ? "neutral" : "clear");

const flipped = (e: Estimate): Estimate => ({ estimate: -e.estimate, low: -e.high, high: -e.low });

// Shares when every result has them; all lines of a chart are on one scale.
function chartOf(report: OverlayReport, row: Row, words: OverlayWords["rows"][number]): HTMLElement | null {
  const measured = row.cells.map((cell, i) => ({ cell, run: report.results[i], text: words.table.rows[i] })).filter(({ cell }) => cell.measured);
  if (measured.length === 0) return null;
  const relative = measured.every(({ cell }) => cell.relative && (cell.limit === undefined || cell.limit_relative));
  const shown = (cell: Cell): Estimate => {
    const e = (relative ? cell.relative : cell.absolute) as Estimate;
    return words.higher_is_worse ? e : flipped(e);
  };
  const numbers = measured.flatMap(({ cell }) => [shown(cell).low, shown(cell).high]);
  const scale: Scale = relative ? shareScale : scaleOfMetric(row.metric, numbers);
  const limitOf = (cell: Cell): number | null => (cell.limit !== undefined && Boolean(cell.limit_relative) === relative ? cell.limit / scale.factor : null);
  const rows: ForestRow[] = measured.map(({ cell, run, text }) => {
    const e = shown(cell);
    const change = relative ? `${text[5]} (${text[6]})` : `${text[3]} (${text[4]})`;
    return {
      label: `${run.label} · ${run.source}`, right: thin(change), state: run.valid && cell.verdict ? cell.verdict : sideOf(e),
      estimate: e.estimate / scale.factor, low: e.low / scale.factor, high: e.high / scale.factor, limit: limitOf(cell),
      tip: thin(`${run.label} · ${run.source}\n${run.started_at}, ${run.blocks} blocks\n${text.slice(1).join("\n")}`),
    };
  });
  const message = rows.map((r) => `${r.label}: ${r.right}`).join("; ");
  const axis = `${relative ? "change against the control, %" : `treatment − control, ${scale.unit}`} → for the worse`;
  return forest(rows, { label: `${words.title}. ${message}.`, axis, zero: true, atMost: rows.some((r) => r.limit !== null) });
}

function keysOf(row: Row): Keys {
  const of = (pick: (cell: Cell) => number | undefined) => (i: number) => pick(row.cells[i]);
  return {
    1: of((c) => c.control_value), 2: of((c) => c.treatment_value), 3: of((c) => c.absolute?.estimate), 4: of((c) => c.absolute?.low),
    5: of((c) => c.relative?.estimate), 6: of((c) => c.relative?.low), 7: of((c) => c.limit),
  };
}

function drawRow(page: OverlayPage, i: number, body: HTMLElement): void {
  const words = page.words.rows[i];
  const row = page.report.rows[i];
  const picture = chartOf(page.report, row, words);
  body.append(picture ?? note("Measured in none of these results."), foldedTextTable(words.table, words.title, keysOf(row), true));
}

function drawResults({ report, words }: OverlayPage, body: HTMLElement): void {
  body.append(shownTable(words.results, "Results", { 4: (i) => report.results[i].blocks }));
  body.append(el("ul", {}, ...report.results.map((run) => el("li", {}, `${run.label}: ${run.source}`))));
  if (report.notes.length > 0) body.append(el("h3", {}, "Before you lay one number beside another"), list(report.notes));
}

export function render(page: OverlayPage, root: HTMLElement): void {
  const { report, words } = page;
  const confidence = [...new Set(report.results.map((run) => `${Number((run.confidence * 100).toFixed(4))} %`))].join(", ");
  const rows: Section[] = report.rows.map((row, i) => ({
    id: `overhead-${i + 1}`, title: words.rows[i].title, height: 300,
    shows: thin(`${row.budgeted ? "Held to a budget in at least one result. " : ""}Intervals of ${confidence}, each result's own.`),
    draw: (body) => drawRow(page, i, body),
  }));
  renderSections(page, root, [
    { id: "results", title: "Results", shows: "Which is which: scenario, start, machine, verdict.", height: 240, draw: (body) => drawResults(page, body) },
    ...rows,
    { id: "reading", title: "How to read this", shows: "What is claimed here, and what is not.", height: 100, draw: (body) => body.append(el("p", {}, thin(words.caution))) },
    dataSection(report, "overlay.json"),
  ]);
}
