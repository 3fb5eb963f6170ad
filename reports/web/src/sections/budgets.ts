// The budgets as a forest plot, one for each unit, and what to do about each.
import { add, badge, el, note } from "../parts";
import { onPrint } from "../lazy";
import { forest, type ForestRow } from "../forest";
import { plural, scaleOfMetric, shareScale, thin, type Scale } from "../format";
import { foldedTable, type Column } from "../table";
import type { Budget, Words } from "../page";
import type { Context } from "../context";

interface Row { budget: Budget; words: Words["budgets"][number]; index: number }

const mostRows = 24;
const order: Record<string, number> = { exceeded: 0, inconclusive: 1, within: 2 };

// As words::was_measured.
const wasMeasured = (b: Budget): boolean => b.verdict !== "inconclusive" || b.estimate !== 0 || b.low !== 0 || b.high !== 0;

const nameOf = (row: Row): string => `${row.words.title} · ${row.budget.arm}`;

function roomUsed(b: Budget): number {
  return b.limit > 0 ? b.high / b.limit : b.high;
}

const scaleOf = (b: Budget): Scale => (b.relative ? shareScale : scaleOfMetric(b.metric, [b.limit || b.high]));

// What stands in one chart: the unit in which a reader would write the limit. Bytes beside megabytes would be dots at 0.
const kindOf = (b: Budget): string => (b.relative ? "relative" : scaleOf(b).unit || b.metric);

function axisOf(kind: string, scale: Scale): string {
  const what = kind === "relative" ? "change against the control, %" : `treatment − control, ${scale.unit}`;
  return `${what} → for the worse`;
}

export function rowsOf({ result, words }: Context): Row[] {
  return result.budgets.map((budget, index) => ({ budget, words: words.budgets[index], index }));
}

function forestRow(row: Row, scale: Scale): ForestRow {
  const b = row.budget;
  const w = row.words;
  return {
    label: nameOf(row), right: `room left ${thin(w.room)}`, state: b.verdict,
    estimate: b.estimate / scale.factor, low: b.low / scale.factor, high: b.high / scale.factor, limit: b.limit / scale.factor,
    tip: thin(`${nameOf(row)}\n${w.estimate}\n${w.interval}\nlimit ${w.limit}, room left ${w.room}\n${b.verdict}`),
  };
}

function charts(rows: Row[]): Node[] {
  const kinds = [...new Set(rows.map((row) => kindOf(row.budget)))];
  kinds.sort((a, b) => Number(b === "relative") - Number(a === "relative"));
  return kinds.map((kind) => {
    const group = rows.filter((row) => kindOf(row.budget) === kind);
    const scale = scaleOf(group[0].budget);
    const message = group.map((row) => `${nameOf(row)}: ${row.words.estimate}, ${row.words.interval}, limit ${row.words.limit}: ${row.budget.verdict}`).join("; ");
    return forest(group.map((row) => forestRow(row, scale)), { label: `Budgets against their limits. ${message}.`, axis: axisOf(kind, scale), zero: true, atMost: true });
  });
}

export function drawBudgets(context: Context, body: HTMLElement): void {
  const rows = rowsOf(context);
  if (rows.length === 0) {
    body.append(note("The scenario has no budgets, so nothing is held to a limit. Add “budgets:” to it."));
    return;
  }
  const measured = rows.filter((row) => wasMeasured(row.budget));
  const missing = rows.length - measured.length;
  const pressing = [...measured].sort((a, b) => order[a.budget.verdict] - order[b.budget.verdict] || roomUsed(b.budget) - roomUsed(a.budget));
  const place = el("div", {});
  if (pressing.length <= mostRows) {
    add(place, ...charts(measured));
  } else {
    add(place, ...charts(pressing.slice(0, mostRows)));
    const more = el("button", { type: "button" }, `Draw all ${measured.length} budgets`);
    more.addEventListener("click", () => {
      place.replaceChildren(...charts(measured));
      more.remove();
    });
    body.append(note(`Drawn are the ${mostRows} of ${measured.length} budgets that are exceeded, open or nearest to their limits.`), more);
  }
  if (measured.length > 0) {
    body.append(el("ul", { class: "key" },
      el("li", {}, el("span", { class: "sign within" }, "●"), "within"), el("li", {}, el("span", { class: "sign exceeded" }, "▲"), "exceeded"),
      el("li", {}, el("span", { class: "sign inconclusive" }, "◆"), "inconclusive"),
      el("li", {}, el("span", { class: "sign allowed" }, "■"), "what the budget allows, up to its limit ┃")));
  }
  body.append(place);
  if (missing > 0) body.append(note(`${plural(missing, "budget")} could not be measured and ${missing === 1 ? "has" : "have"} no interval; the table and the next section say why.`, "inconclusive"));
  body.append(foldedTable(columns(context), rows, "Budgets", rows.length <= 12));
}

function columns({ words }: Context): Column<Row>[] {
  const number = (text: (w: Row["words"]) => string, value: (b: Budget) => number) => ({
    text: (row: Row) => thin(text(row.words)), value: (row: Row) => (wasMeasured(row.budget) ? value(row.budget) : null) });
  return [
    { title: "budget", text: (row) => row.words.title, left: true },
    { title: "arm", text: (row) => row.budget.arm, left: true },
    { title: "verdict", text: (row) => row.budget.verdict, value: (row) => order[row.budget.verdict], state: (row) => row.budget.verdict, left: true },
    { title: "change", ...number((w) => w.estimate, (b) => b.estimate) },
    { title: `${thin(words.confidence)} interval`, ...number((w) => w.interval, (b) => b.low) },
    { title: "limit", text: (row) => thin(row.words.limit), value: (row) => row.budget.limit },
    { title: "room left", ...number((w) => w.room, (b) => b.limit - b.high) },
    { title: "control", text: (row) => thin(row.words.control) },
    { title: "treatment", text: (row) => thin(row.words.treatment) },
  ];
}

function card(row: Row): HTMLElement {
  const w = row.words;
  const list = el("dl", {}, el("dt", {}, "What it shows"), el("dd", {}, thin(w.sentence)));
  if (w.explanation) list.append(el("dd", { class: "soft" }, thin(w.explanation)));
  list.append(el("dt", {}, "Do you have to act?"), el("dd", {}, thin(w.act)));
  return el("article", { class: `card ${row.budget.verdict}` }, el("h3", {}, nameOf(row), " ", badge(row.budget.verdict)), list);
}

export function drawActs(context: Context, body: HTMLElement): void {
  const rows = rowsOf(context);
  if (rows.length === 0) {
    body.append(note(context.result.checks.length > 0 ? "The scenario has no budgets. What to do about its checks stands with them, below." : "The scenario has no budgets and no checks: nothing says what would be too much."));
    return;
  }
  const open = rows.filter((row) => row.budget.verdict !== "within");
  const within = rows.filter((row) => row.budget.verdict === "within");
  open.sort((a, b) => order[a.budget.verdict] - order[b.budget.verdict] || a.index - b.index);
  const cards = (some: Row[]): HTMLElement => el("div", { class: "cards" }, ...some.map(card));
  if (rows.length <= 12) {
    body.append(cards([...open, ...within]));
    return;
  }
  const first = open.slice(0, 12);
  if (first.length > 0) body.append(cards(first));
  const folded = (title: string, some: Row[]): void => {
    if (some.length === 0) return;
    const details = el("details", { "data-long": some.length > 40 }, el("summary", {}, title));
    const fill = (): void => {
      if (details.childElementCount === 1) details.append(cards(some));
    };
    details.addEventListener("toggle", () => {
      if (details.open) fill();
    });
    if (!details.hasAttribute("data-long")) onPrint(fill);
    body.append(details);
  };
  folded(`${plural(open.length - first.length, "more budget")} not within`, open.slice(12));
  folded(`${plural(within.length, "budget")} within: nothing to do`, within);
}
