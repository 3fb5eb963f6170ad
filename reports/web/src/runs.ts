// What the pages across runs (overlay, comparison, history) share. Their documents are written by reports/overlay_html.cc,
// growth_html.cc and history_html.cc: `report` is what the same command writes with --as json, `words` its sentences and
// tables. Shares are fractions, other numbers the metric's base unit.
import { add, el } from "./parts";
import { saveJson, type Cell } from "./download";
import { thin } from "./format";
import { contents, shell, type Section } from "./section";
import { foldedTable, table, type Column } from "./table";
import { themeButton } from "./theme";

export interface Estimate { estimate: number; low: number; high: number }

export interface Environment {
  host: string; cpu: string; cores: number; kernel: string; compiler: string; build_type: string; versions: Record<string, string>;
}

export interface TextTable { columns: { name: string; left: boolean }[]; rows: string[][] }

export interface RunsPage<Report, Words> { kind: string; version: string; title: string; report: Report; words: Words }

// What a column is sorted by and saved as, where its text does not do.
export type Keys = Record<number, (row: number) => Cell>;

const states = ["within", "exceeded", "inconclusive", "not valid", "risen", "fallen", "steady", "too few results"];
const stateOf: Record<string, string> = {
  within: "within", exceeded: "exceeded", inconclusive: "inconclusive", "not valid": "invalid",
  risen: "exceeded", fallen: "within", steady: "within", "too few results": "inconclusive",
};

interface Row { cells: string[]; index: number }

function columnsOf(source: TextTable, keys: Keys): Column<Row>[] {
  const last = source.columns.length - 1;
  return source.columns.map(({ name, left }, i) => {
    const column: Column<Row> = { title: name, text: (row) => thin(row.cells[i]), left };
    const key = keys[i];
    if (key) column.value = (row) => key(row.index);
    if (i === last && source.rows.some((row) => states.includes(row[last]))) column.state = (row) => stateOf[row.cells[last]] ?? "";
    return column;
  });
}

export function shownTable(source: TextTable, caption: string, keys: Keys = {}): HTMLElement {
  return table(columnsOf(source, keys), source.rows.map((cells, index) => ({ cells, index })), caption);
}

export function foldedTextTable(source: TextTable, caption: string, keys: Keys = {}, open = false): HTMLElement {
  return foldedTable(columnsOf(source, keys), source.rows.map((cells, index) => ({ cells, index })), caption, open);
}

export function list(texts: string[]): HTMLElement {
  return el("ul", {}, ...texts.map((text) => el("li", {}, thin(text))));
}

// Seeds have 64 bits, more than a number of a script: the document has them as texts.
function reportText(report: unknown): string {
  return JSON.stringify(report, null, 1).replace(/^(\s*"seed": )"(\d+)"/gm, "$1$2") + "\n";
}

export function dataSection(report: unknown, file: string): Section {
  return {
    id: "data", title: "Data", shows: "What this page was made of. It comes out of the page itself, without a network; each table saves itself as CSV.", height: 120,
    draw: (body) => body.append(el("p", { class: "tools" }, el("button", { type: "button", onclick: () => saveJson(file, reportText(report)) }, `Save ${file}`))),
  };
}

// The head with its buttons, the contents, the sections and the foot.
export function renderSections(page: RunsPage<unknown, unknown>, root: HTMLElement, sections: Section[]): void {
  const header = document.querySelector("header.head");
  if (header) add(header, el("p", { class: "tools" }, themeButton(), el("button", { type: "button", onclick: () => window.print() }, "Print")));
  root.append(contents(sections), el("div", { class: "column" }, ...sections.map(shell), el("footer", {}, `tracetax ${page.version}`)));
}

export const costKey = (cost: { metric: string; service?: string; phase: string }): string => `${cost.metric}|${cost.service ?? ""}|${cost.phase}`;
