// Every comparison there is, how to read all this, and the data themselves.
import { el, note } from "../parts";
import { fileName, saveCsv, saveJson, type Cell } from "../download";
import { thin } from "../format";
import { foldedTable, type Column } from "../table";
import { rowsOf } from "./time";
import type { Context } from "../context";
import type { Comparison, ResultPage, Words } from "../page";

interface Row { c: Comparison; w: Words["comparisons"][number] }

function columns(words: Words): Column<Row>[] {
  const interval = `${thin(words.confidence)} interval`;
  return [
    { title: "metric", text: ({ w }) => w.title, value: ({ c }) => c.metric, left: true },
    { title: "treatment", text: ({ c }) => c.treatment, left: true },
    { title: "control", text: ({ w }) => thin(w.control), value: ({ c }) => c.control_value },
    { title: "with tracing", text: ({ w }) => thin(w.treatment), value: ({ c }) => c.treatment_value },
    { title: "change", text: ({ w }) => thin(w.absolute), value: ({ c }) => c.absolute.estimate },
    { title: interval, text: ({ w }) => thin(w.absolute_interval), value: ({ c }) => c.absolute.low },
    { title: "relative", text: ({ w }) => thin(w.relative), value: ({ c }) => c.relative?.estimate },
    { title: `${interval} of it`, text: ({ w }) => thin(w.relative_interval), value: ({ c }) => c.relative?.low },
    { title: "blocks", text: ({ c }) => String(c.blocks), value: ({ c }) => c.blocks },
  ];
}

export function drawCosts({ result, words }: Context, body: HTMLElement): void {
  const rows = result.comparisons.map((c, i) => ({ c, w: words.comparisons[i] }));
  body.append(foldedTable(columns(words), rows.filter(({ c }) => !c.service), "Every metric of the whole system"),
              foldedTable(columns(words), rows.filter(({ c }) => c.service), "Every metric of each service"));
}

export function drawReading({ words }: Context, body: HTMLElement): void {
  const list = el("dl", { class: "read" });
  for (const { word, meaning } of words.reading) list.append(el("dt", {}, word), el("dd", {}, thin(meaning)));
  body.append(list);
}

// With the seed in all its digits, which a double has not.
export function resultText(page: ResultPage): string {
  return JSON.stringify(page.result, null, 1).replace(/^ "seed": .*$/m, ` "seed": ${page.words.seed},`) + "\n";
}

const estimateCells = (e: { estimate: number; low: number; high: number } | undefined): Cell[] => [e?.estimate, e?.low, e?.high];

export function drawData({ page, result, details }: Context, body: HTMLElement): void {
  const name = fileName(result.name);
  const list = el("ul", { class: "downloads" });
  const offer = (file: string, what: string, write: (file: string) => void): void => {
    list.append(el("li", {}, el("button", { type: "button", onclick: () => write(file) }, `Save ${file}`), " ", el("span", { class: "soft" }, what)));
  };
  if (page.digits) body.append(note(`To keep this page small its numbers have ${page.digits} digits; result.json of the result folder has all of them.`));
  offer(`${name}.result.json`, "the whole result (tracetax report reads it)", (file) => saveJson(file, resultText(page)));
  offer(`${name}.comparisons.csv`, "every comparison; times in ns, sizes in bytes, shares as fractions", (file) =>
    saveCsv(file, ["metric", "service", "phase", "control", "treatment", "control_value", "treatment_value", "absolute", "absolute_low", "absolute_high", "relative", "relative_low", "relative_high", "confidence", "blocks"],
      result.comparisons.map((c) => [c.metric, c.service, c.phase, c.control, c.treatment, c.control_value, c.treatment_value, ...estimateCells(c.absolute), ...estimateCells(c.relative), c.confidence, c.blocks])));
  offer(`${name}.budgets.csv`, "budgets and their verdicts", (file) =>
    saveCsv(file, ["metric", "arm", "service", "phase", "limit", "relative", "estimate", "low", "high", "verdict", "blocks_needed", "detail"],
      result.budgets.map((b) => [b.metric, b.arm, b.service, b.phase, b.limit, b.relative, ...estimateCells(b), b.verdict, b.blocks_needed, b.detail])));
  if (details) {
    offer(`${name}.details.json`, "what the charts are drawn from", (file) => saveJson(file, JSON.stringify(details) + "\n"));
    offer(`${name}.trials.csv`, "one row a trial, in the order in which they ran", (file) =>
      saveCsv(file, ["number", "block", "phase", "arm", "began_s", "calls", "failed", "per_s", "p50_ns", "p99_ns", "cpu_per_call_ns", "steal", "valid"],
        rowsOf(details.trials).map((r) => [r.number, r.block, r.phase, r.arm, r.began, r.calls, r.failed, r.perS, r.p50, r.p99, r.cpu, r.steal, r.valid])));
    offer(`${name}.percentiles.csv`, "the curves; ns", (file) =>
      saveCsv(file, ["arm", "phase", "percent", "latency_ns", "service_time_ns"],
        details.curves.flatMap((curve) => details.percent.map((percent, i) => [curve.arm, curve.phase, percent, curve.latency_ns[i], curve.service_time_ns[i]]))));
  }
  body.append(list);
}
