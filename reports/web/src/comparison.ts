// The page of `tracetax compare`: by how much each overhead grew from the baseline to the result, against what one change may add.
import { badge, el, note } from "./parts";
import { scaleOfMetric, shareScale, thin, type Scale } from "./format";
import { forest, type ForestRow } from "./forest";
import { costKey, dataSection, foldedTextTable, list, renderSections, shownTable, type Estimate, type Environment, type Keys, type RunsPage, type TextTable } from "./runs";

interface Compared { source: string; started_at: string; blocks: number; valid: boolean; environment: Environment }
interface Budget extends Estimate {
  metric: string; arm: string; service?: string; phase: string; limit: number; relative: boolean; allowed: number; measured: boolean; before: number; now: number; verdict: string;
}
interface Overhead { absolute: Estimate; relative?: Estimate }
interface Growth {
  metric: string; service?: string; phase: string; control: string; treatment: string; before: Overhead; now: Overhead; absolute: Estimate; relative?: Estimate;
}
interface GrowthReport { name: string; verdict: string; valid: boolean; baseline: Compared; result: Compared; budgets: Budget[]; growths: Growth[]; notes: string[] }
interface BudgetWords { title: string; sentence: string; explanation: string; allowed: string; higher_is_worse: boolean }
interface ComparisonWords {
  headline: string; tally: string; baseline: string; result: string; act: string[]; budgets: BudgetWords[]; budget_table: TextTable;
  treatments: { name: string; table: TextTable }[]; machines: TextTable;
}
export type ComparisonPage = RunsPage<GrowthReport, ComparisonWords>;

interface Judged { budget: Budget; words: BudgetWords; texts: string[] }

function kindOf(budget: Budget): string {
  return budget.relative ? "relative" : scaleOfMetric(budget.metric, [1]).unit;
}

function scaleOf(group: Judged[]): Scale {
  return group[0].budget.relative ? shareScale : scaleOfMetric(group[0].budget.metric, group.flatMap(({ budget: b }) => [b.low, b.high, b.allowed]));
}

// One chart for each unit.
function perUnit(page: ComparisonPage, draw: (group: Judged[], scale: Scale) => HTMLElement): HTMLElement[] {
  const judged = page.report.budgets.map((budget, i) => ({ budget, words: page.words.budgets[i], texts: page.words.budget_table.rows[i] })).filter(({ budget }) => budget.measured);
  const kinds = [...new Set(judged.map(({ budget }) => kindOf(budget)))];
  kinds.sort((a, b) => Number(b === "relative") - Number(a === "relative"));
  return kinds.map((kind) => {
    const group = judged.filter(({ budget }) => kindOf(budget) === kind);
    return draw(group, scaleOf(group));
  });
}

function growthChart(group: Judged[], scale: Scale): HTMLElement {
  const rows: ForestRow[] = group.map(({ budget: b, words, texts }) => ({
    label: words.title, right: thin(`${texts[4]} (${texts[5]})`), state: b.verdict,
    estimate: b.estimate / scale.factor, low: b.low / scale.factor, high: b.high / scale.factor, limit: b.allowed / scale.factor,
    tip: thin(`${words.title}\nbefore ${texts[2]}, now ${texts[3]}\ngrowth ${texts[4]}\n${texts[5]}\nallowed ${texts[6]}\n${b.verdict}`),
  }));
  const message = rows.map((row) => `${row.label}: ${row.right}, ${row.state}`).join("; ");
  const unit = group[0].budget.relative ? "% of the control's" : scale.unit;
  return forest(rows, { label: `Growth against what one change may add. ${message}.`, axis: `growth of the overhead, ${unit} → for the worse`, zero: true, atMost: true });
}

const flipped = (e: Estimate): Estimate => ({ estimate: -e.estimate, low: -e.high, high: -e.low });

// Two lines for each budget, with the intervals that each result gave by itself.
function overheadChart(page: ComparisonPage, group: Judged[], scale: Scale): HTMLElement | null {
  const rows: ForestRow[] = [];
  for (const { budget, words, texts } of group) {
    const growth = page.report.growths.find((g) => costKey(g) === costKey(budget) && g.treatment === budget.arm);
    if (!growth) continue;
    for (const [when, overhead, text] of [["before", growth.before, texts[2]], ["now", growth.now, texts[3]]] as const) {
      const own = budget.relative ? overhead.relative : overhead.absolute;
      if (!own) continue;
      const e = words.higher_is_worse ? own : flipped(own);
      rows.push({
        label: `${words.title}, ${when}`, right: thin(text), state: when === "now" ? "clear" : "neutral",
        estimate: e.estimate / scale.factor, low: e.low / scale.factor, high: e.high / scale.factor, limit: budget.limit / scale.factor,
        tip: thin(`${words.title}, ${when}\n${text}\n${when === "now" ? page.words.result : page.words.baseline}`),
      });
    }
  }
  if (rows.length === 0) return null;
  const axis = budgetAxis(group, scale);
  return forest(rows, { label: `Overhead before and now. ${rows.map((row) => `${row.label}: ${row.right}`).join("; ")}.`, axis, zero: true, atMost: true });
}

function budgetAxis(group: Judged[], scale: Scale): string {
  return `${group[0].budget.relative ? "overhead, % of the control's" : `overhead, ${scale.unit}`} → for the worse`;
}

function budgetKeys({ report: { budgets } }: ComparisonPage): Keys {
  const of = (pick: (b: Budget) => number) => (i: number) => (budgets[i].measured ? pick(budgets[i]) : null);
  return { 2: of((b) => b.before), 3: of((b) => b.now), 4: of((b) => b.estimate), 5: of((b) => b.low), 6: (i) => budgets[i].allowed };
}

function drawGrowth(page: ComparisonPage, body: HTMLElement): void {
  if (page.report.budgets.length === 0) {
    body.append(note("The result has no budgets, so no growth is held to anything.", "inconclusive"));
    return;
  }
  body.append(...perUnit(page, growthChart), foldedTextTable(page.words.budget_table, "Growth of each budget", budgetKeys(page), true));
}

function drawOverheads(page: ComparisonPage, body: HTMLElement): void {
  const charts = perUnit(page, (group, scale) => overheadChart(page, group, scale) ?? el("div"));
  body.append(...(charts.length > 0 ? charts : [note("No budget was measured in both results.")]));
}

function drawActs(page: ComparisonPage, body: HTMLElement): void {
  body.append(list(page.words.act));
  const cards = page.report.budgets.map((budget, i) => {
    const words = page.words.budgets[i];
    const facts = el("dl", {}, el("dt", {}, "What it shows"), el("dd", {}, thin(words.sentence)));
    if (words.explanation) facts.append(el("dd", { class: "soft" }, thin(words.explanation)));
    return el("article", { class: `card ${budget.verdict}` }, el("h3", {}, words.title, " ", badge(budget.verdict)), facts);
  });
  body.append(el("div", { class: "cards" }, ...cards));
}

function drawEverything({ report, words }: ComparisonPage, body: HTMLElement): void {
  if (words.treatments.length === 0) body.append(note("The two results have no overhead in common."));
  for (const { name, table } of words.treatments) {
    const of = report.growths.filter((growth) => growth.treatment === name);
    body.append(foldedTextTable(table, `Every cost of ${name}`, {
      1: (i) => of[i].before.absolute.estimate, 2: (i) => of[i].now.absolute.estimate, 3: (i) => of[i].absolute.estimate, 4: (i) => of[i].absolute.low,
      5: (i) => of[i].relative?.estimate, 6: (i) => of[i].relative?.low,
    }));
  }
}

function drawMachines({ report, words }: ComparisonPage, body: HTMLElement): void {
  body.append(el("p", {}, `Baseline: ${words.baseline}`), el("p", {}, `Result: ${words.result}`));
  if (report.notes.length > 0) body.append(list(report.notes));
  body.append(shownTable(words.machines, "Machines and versions"));
}

export function render(page: ComparisonPage, root: HTMLElement): void {
  renderSections(page, root, [
    { id: "growth", title: "What changed", shows: "Overhead now − overhead before, with its interval, against what one change may add. What changed in both arms is in neither overhead.", height: 420, draw: (body) => drawGrowth(page, body) },
    { id: "acts", title: "Do you have to act?", shows: "What to do next, and what each budget shows.", height: 300, draw: (body) => drawActs(page, body) },
    { id: "overheads", title: "Overhead before and now", shows: "What each result found by itself. Two intervals that overlap do not say that nothing changed; the growth above does.", height: 420, draw: (body) => drawOverheads(page, body) },
    { id: "machines", title: "The two results", shows: "Their machines and builds, and what a reader must know before believing the numbers.", height: 300, draw: (body) => drawMachines(page, body) },
    { id: "everything", title: "Every number", shows: "The growth of every cost that both results have, with a budget or without.", height: 120, draw: (body) => drawEverything(page, body) },
    dataSection(page.report, "growth.json"),
  ]);
}
