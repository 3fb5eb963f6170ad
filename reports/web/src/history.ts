// The page of `tracetax history`: each overhead over time, its levels, and where it changed.
import { add, el, note } from "./parts";
import { plural, thin } from "./format";
import { trend } from "./trend";
import { dataSection, foldedTextTable, list, renderSections, shownTable, type Estimate, type Environment, type Keys, type RunsPage, type TextTable } from "./runs";
import type { Section } from "./section";

export interface Run { source: string; started_at: string; blocks: number; verdict: string; commit?: string; environment: Environment }
export interface Family { name: string; fingerprint: string; current: boolean; results: Run[] }
export interface Point extends Estimate { result: number }
export interface Segment extends Estimate { first: number; last: number }
export interface Change extends Estimate { after: number; direction: "rise" | "fall" | "unclear"; different: string[] }
export interface Series {
  family: number; metric: string; service?: string; phase: string; control: string; treatment: string; relative: boolean; limit?: number;
  judged: boolean; trend: string; results_needed: number; p_value: number; points: Point[]; segments: Segment[]; changes: Change[];
}
export interface HistoryReport { folder: string; families: Family[]; series: Series[]; skipped: { source: string; why: string }[] }

export interface SeriesWords {
  title: string; origin: string; state: string; sentence: string; act: string; limit: string; points: TextTable;
  changes: { growth: string; interval: string; before: string; after: string }[];
}
export interface HistoryWords {
  headline: string; tally: string; confidence: string; summary: TextTable; changes: TextTable; series: SeriesWords[]; families: string[]; remarks: string[];
}
export type HistoryPage = RunsPage<HistoryReport, HistoryWords>;

function pointKeys(series: Series): Keys {
  const levelOf = (i: number) => series.segments.find((s) => s.first <= i && i <= s.last)?.estimate;
  return { 3: (i) => series.points[i].estimate, 4: (i) => series.points[i].low, 5: levelOf };
}

function drawSeries(page: HistoryPage, series: Series, words: SeriesWords, body: HTMLElement): void {
  body.append(el("p", {}, thin(words.sentence)));
  if (words.act) body.append(note(thin(words.act), "exceeded"));
  if (series.points.length > 0) body.append(trend(series, words, page.report.families[series.family].results, page.words.confidence));
  for (const [k, change] of series.changes.entries()) {
    if (change.different.length === 0) continue;
    body.append(el("h3", {}, `Between ${words.changes[k].before} and ${words.changes[k].after}`), list(change.different));
  }
  body.append(foldedTextTable(words.points, words.title, pointKeys(series)));
}

function drawSummary({ report, words }: HistoryPage, body: HTMLElement): void {
  if (report.series.length === 0) {
    body.append(note("No result has a budget, and no metric was asked for: --metric latency.p50 shows one without a budget.", "inconclusive"));
    return;
  }
  const last = (i: number) => report.series[i].segments[report.series[i].segments.length - 1];
  body.append(shownTable(words.summary, "All overheads", {
    2: (i) => report.series[i].points.length, 3: (i) => last(i)?.estimate, 4: (i) => last(i)?.low, 5: (i) => report.series[i].limit,
  }));
  body.append(list(words.families));
}

// Changes stand in the table with the newest first, over all series.
function drawChanges({ report, words }: HistoryPage, body: HTMLElement): void {
  if (words.changes.rows.length === 0) {
    body.append(note("No overhead changed."));
    return;
  }
  const at = (series: Series, change: Change) => report.families[series.family].results[series.points[change.after].result].started_at;
  const ordered = report.series.flatMap((series) => series.changes.map((change, k) => ({ series, change, k, at: at(series, change) })));
  ordered.sort((a, b) => b.at.localeCompare(a.at));
  body.append(shownTable(words.changes, "All changes", {
    3: (i) => ordered[i].change.estimate, 4: (i) => ordered[i].change.low, 5: (i) => ordered[i].series.segments[ordered[i].k].estimate,
    6: (i) => ordered[i].series.segments[ordered[i].k + 1].estimate,
  }));
}

function drawReading({ report, words }: HistoryPage, body: HTMLElement): void {
  body.append(list(words.remarks));
  if (report.skipped.length === 0) return;
  const skipped: TextTable = { columns: [{ name: "left out", left: true }, { name: "why", left: true }], rows: report.skipped.map((s) => [s.source, s.why]) };
  add(body, foldedTextTable(skipped, `${plural(report.skipped.length, "result")} left out`));
}

export function render(page: HistoryPage, root: HTMLElement): void {
  const { report, words } = page;
  const series: Section[] = report.series.map((one, i) => ({
    id: `series-${i + 1}`, title: words.series[i].title, height: 480,
    shows: `${words.series[i].origin}. ${one.judged ? "It has a budget, and is part of the verdict." : "Shown without a verdict."}`,
    draw: (body) => drawSeries(page, one, words.series[i], body),
  }));
  renderSections(page, root, [
    { id: "overheads", title: "All overheads", shows: "Where each stands now, with the interval of its level, and whether its last change was a rise.", height: 300, draw: (body) => drawSummary(page, body) },
    { id: "changes", title: "Changes", shows: "Between which two results an overhead changed, and by how much. The newest first.", height: 200, draw: (body) => drawChanges(page, body) },
    ...series,
    { id: "reading", title: "How to read this", shows: "What is claimed, and with which chance of a false alarm.", height: 200, draw: (body) => drawReading(page, body) },
    dataSection(report, "history.json"),
  ]);
}
