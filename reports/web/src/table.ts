// Tables that can be sorted by each column, scroll inside their own box and can be saved as CSV.
import { announce, el } from "./parts";
import { saveCsv, fileName, type Cell } from "./download";

export interface Column<Row> {
  title: string;
  text: (row: Row) => string;
  value?: (row: Row) => Cell;     // what is sorted by and written to the CSV; the text where it is left out
  left?: boolean;                 // texts; numbers are aligned right
  state?: (row: Row) => string;   // shown as a verdict's badge
  wide?: boolean;                 // may wrap
}

const rowsAtOnce = 200;

function compare(a: Cell, b: Cell): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), "en", { numeric: true });
}

const isEmpty = (value: Cell): boolean => value === null || value === undefined || value === "" || Number.isNaN(value);

export function table<Row>(columns: Column<Row>[], rows: readonly Row[], caption: string): HTMLElement {
  const valueOf = (column: Column<Row>, row: Row): Cell => (column.value ? column.value(row) : column.text(row));
  const body = el("tbody");
  const headers: HTMLTableCellElement[] = [];

  const fill = (ordered: readonly Row[]): void => {
    const lines = ordered.map((row) => {
      const line = el("tr");
      columns.forEach((column, i) => {
        const text = column.text(row);
        const kind = [column.left ? "l" : "", column.wide ? "wide" : text.length <= 28 ? "short" : "", i === 0 ? "name" : ""].filter(Boolean).join(" ");
        const state = column.state?.(row);
        const content = state ? el("span", { class: `badge ${state}` }, text) : text;
        line.append(el(i === 0 ? "th" : "td", { class: kind || null, scope: i === 0 ? "row" : null }, content));
      });
      return line;
    });
    body.replaceChildren(...lines);
  };

  const sortBy = (index: number): void => {
    const down = headers[index].getAttribute("aria-sort") === "ascending";
    const column = columns[index];
    const keyed = rows.map((row) => ({ row, key: valueOf(column, row) }));
    // What was not measured comes last in both directions.
    keyed.sort((a, b) => isEmpty(a.key) || isEmpty(b.key) ? Number(isEmpty(a.key)) - Number(isEmpty(b.key))
                                                          : (down ? -1 : 1) * compare(a.key, b.key));
    headers.forEach((header, i) => (i === index ? header.setAttribute("aria-sort", down ? "descending" : "ascending") : header.removeAttribute("aria-sort")));
    fill(keyed.map((k) => k.row));
    announce(`${caption}: sorted by ${column.title}, ${down ? "descending" : "ascending"}`);
  };

  const head = el("tr");
  columns.forEach((column, i) => {
    const header = el("th", { scope: "col", class: column.left ? "l" : null },
                      el("button", { type: "button", onclick: () => sortBy(i) }, column.title));
    headers.push(header);
    head.append(header);
  });
  fill(rows);
  const save = el("button", { type: "button", class: "small", onclick: () =>
    saveCsv(fileName(caption) + ".csv", columns.map((c) => c.title), rows.map((row) => columns.map((c) => valueOf(c, row)))) }, "Save as CSV");
  return el("div", { class: "table" },
            el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
               el("table", {}, el("caption", { class: "unseen" }, caption), el("thead", {}, head), body)),
            el("p", { class: "tools" }, save));
}

// The table of a chart, folded. A long one is not made before it is opened, and is left out when the page is printed.
export function foldedTable<Row>(columns: Column<Row>[], rows: readonly Row[], caption: string, open = false): HTMLElement {
  const long = rows.length > rowsAtOnce;
  const details = el("details", { class: "numbers", open: open && !long, "data-long": long },
                     el("summary", {}, `Table: ${caption} (${rows.length} row${rows.length === 1 ? "" : "s"})`));
  if (rows.length === 0) return el("p", { class: "note" }, `${caption}: there is nothing to show.`);
  if (!long) {
    details.append(table(columns, rows, caption));
  } else {
    details.addEventListener("toggle", () => {
      if (details.open && details.childElementCount === 1) details.append(table(columns, rows, caption));
    });
  }
  return details;
}
