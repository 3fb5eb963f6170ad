// The run from its beginning to its end: latency, throughput, who ran when, and what happened within the windows.
import * as Plot from "@observablehq/plot";
import { el, note, select } from "../parts";
import { chart, fitting, levelAxis, shortened, tipStyle } from "../chart";
import { perArms, type Shown } from "../arms";
import { bare, count, headed, show, share, timeScale, type Scale } from "../format";
import { foldedTable } from "../table";
import { rangeOf, type Context } from "../context";
import { drawWithin } from "./within";
import type { Trials } from "../page";

interface Row {
  i: number; number: number; block: number; phase: string; arm: string; began: number; ended: number; p50: number | null; p99: number | null;
  perS: number; calls: number; failed: number; steal: number; valid: boolean; cpu: number | null;
}

export interface Clock { factor: number; unit: string }

export const clockFor = (seconds: number): Clock => (seconds > 5400 ? { factor: 3600, unit: "h" } : seconds > 300 ? { factor: 60, unit: "min" } : { factor: 1, unit: "s" });

export function rowsOf(t: Trials): Row[] {
  return rangeOf(t.number.length).map((i) => ({
    i, number: t.number[i], block: t.block[i], phase: t.phase[i], arm: t.arm[i], began: t.began_s[i], ended: t.began_s[i] + t.window_s[i],
    p50: t.p50_ns[i], p99: t.p99_ns[i], perS: t.per_s[i], calls: t.calls[i], failed: t.failed[i], steal: t.steal[i], valid: t.valid[i], cpu: t.cpu_per_call_ns[i],
  }));
}

const perTime = (rows: Row[], clock: Clock): { block: number; at: number }[] => {
  const first = new Map<number, number>();
  for (const row of rows) first.set(row.block, Math.min(first.get(row.block) ?? Infinity, row.began));
  return [...first].map(([block, at]) => ({ block, at: at / clock.factor }));
};

function charts(rows: Row[], arms: Shown): Node[] {
  const seen = rows.filter((row) => arms.names.includes(row.arm));
  const clock = clockFor(Math.max(...rows.map((row) => row.ended)));
  const boundaries = perTime(rows, clock);
  const scale = timeScale(seen.map((row) => row.p50));
  const end = Math.max(...rows.map((row) => row.ended)) / clock.factor;
  const at = (row: Row): number => (row.began + row.ended) / 2 / clock.factor;
  const x: Plot.ScaleOptions = { domain: [0, end], label: `since the first trial began, ${clock.unit}`, labelAnchor: "center", labelArrow: "none" };
  const tip = (row: Row): string => `${row.arm}, block ${row.block}, ${row.phase}\np50 ${show(row.p50, scale)}, p99 ${show(row.p99, scale)}\n${count(row.calls)} calls, ${bare(row.perS, { factor: 1, unit: "" })} a second${row.failed ? `\n${count(row.failed)} failed` : ""}${row.steal > 0.005 ? `\n${share(row.steal)} of the CPU stolen` : ""}${row.valid ? "" : "\nnot valid, in no comparison"}`;
  const rules = Plot.ruleX(boundaries, { x: "at", stroke: "var(--line)" });
  const every = (width: number): number => Math.max(1, Math.ceil(boundaries.length / (width / 46)));
  // One margin for all three, so that the same time stands at the same place.
  const longest = Math.max(...arms.names.map((name) => Math.min([...name].length, 26)));
  const left = (width: number): number => Math.max(62, Math.min(width * 0.32, 14 + 7 * longest));
  const margins = { marginRight: 16, marginTop: 36 };
  const color = { type: "ordinal" as const, ...arms.legend };
  const dots = (key: "p50" | "p99"): { row: Row; arm: string; at: number; y: number; tip: string }[] =>
    seen.flatMap((row) => (row[key] === null ? [] : [{ row, arm: row.arm, at: at(row), y: (row[key] as number) / scale.factor, tip: tip(row) }]));
  const p50 = dots("p50");
  const p99 = dots("p99");
  const rates = seen.map((row) => ({ arm: row.arm, at: at(row), y: row.perS, valid: row.valid, tip: tip(row) }));
  const order = [...arms.names];
  const opacity = (row: { valid: boolean }): number => (row.valid ? 1 : 0.3);
  const output: Node[] = [chart({
    label: `Latency of every trial over time, ${seen.length} trials in ${boundaries.length} blocks.`,
    legend: arms.legend,
    key: "Filled: median of a window. Ring: its 99th percentile. Upright lines: where a block begins, with its number.",
    plot: (width) => ({
      ...margins, marginLeft: left(width), height: 300, marginBottom: 28, x: { ...x, label: null }, color,
      y: levelAxis([...p50, ...p99].map((dot) => dot.y), headed("↑ latency", scale)),
      marks: [rules,
        Plot.text(boundaries.filter((_, i) => i % every(width) === 0), { x: "at", frameAnchor: "top", dy: -12, dx: 3, textAnchor: "start", text: (b: { block: number }) => String(b.block), fill: "var(--soft)" }),
        Plot.dot(p99, { x: "at", y: "y", stroke: "arm", r: 3 }),
        Plot.dot(p50, { x: "at", y: "y", fill: "arm", r: 3.5 }),
        Plot.tip([...p50, ...p99], Plot.pointer({ x: "at", y: "y", title: "tip", ...tipStyle }))],
    }),
  }), chart({
    label: `Throughput of every trial over time: ${bare(Math.min(...rates.map((r) => r.y)), { factor: 1, unit: "" })} to ${bare(Math.max(...rates.map((r) => r.y)), { factor: 1, unit: "" })} calls a second.`,
    plot: (width) => ({
      ...margins, marginLeft: left(width), height: 180, marginBottom: 28, x: { ...x, label: null }, color,
      y: { grid: true, nice: true, zero: true, ticks: 4, label: "↑ calls a second", labelArrow: "none" },
      marks: [rules, Plot.dot(rates, { x: "at", y: "y", fill: "arm", r: 3.5 }), Plot.tip(rates, Plot.pointer({ x: "at", y: "y", title: "tip", ...tipStyle }))],
    }),
  }), chart({
    label: `Order of the arms: ${order.join(", ")}; each block runs every arm once, in an order drawn from the seed.`,
    key: "The order in which the arms ran; every block draws its own.",
    plot: (width) => ({
      ...margins, height: order.length * 20 + 54, marginTop: 8, marginBottom: 40, x, color,
      marginLeft: left(width),
      y: { type: "band", domain: order, label: null, tickSize: 0, padding: 0.15, tickFormat: (name: string) => shortened(name, fitting(left(width) - 12)) },
      marks: [rules, Plot.barX(seen.map((row) => ({ arm: row.arm, x1: row.began / clock.factor, x2: row.ended / clock.factor, valid: row.valid })),
                              { x1: "x1", x2: "x2", y: "arm", fill: "arm", fillOpacity: opacity, stroke: "arm", strokeOpacity: opacity,
                                // In a long run a window is less than a pixel.
                                strokeWidth: (width - left(width)) * (seen[0].ended - seen[0].began) / clock.factor / end < 2 ? 2 : 0 })],
    }),
  })];
  return output;
}

function trialTable(rows: Row[]): HTMLElement {
  const scale: Scale = timeScale(rows.map((row) => row.p50));
  const cpu: Scale = timeScale(rows.map((row) => row.cpu));
  return foldedTable([
    { title: "trial", text: (row) => String(row.number), value: (row) => row.number },
    { title: "block", text: (row) => String(row.block), value: (row) => row.block },
    { title: "phase", text: (row) => row.phase, left: true },
    { title: "arm", text: (row) => row.arm, left: true },
    { title: "began (s)", text: (row) => row.began.toFixed(1), value: (row) => row.began },
    { title: "calls", text: (row) => count(row.calls), value: (row) => row.calls },
    { title: "failed", text: (row) => count(row.failed), value: (row) => row.failed },
    { title: "calls a second", text: (row) => bare(row.perS, { factor: 1, unit: "" }), value: (row) => row.perS },
    { title: headed("p50", scale), text: (row) => bare(row.p50, scale), value: (row) => row.p50 },
    { title: headed("p99", scale), text: (row) => bare(row.p99, scale), value: (row) => row.p99 },
    { title: headed("CPU per call", cpu), text: (row) => bare(row.cpu, cpu), value: (row) => row.cpu },
    { title: "stolen", text: (row) => share(row.steal), value: (row) => row.steal },
    { title: "valid", text: (row) => (row.valid ? "yes" : "no"), left: true },
  ], rows, "Every trial");
}

export function drawTime({ result, details }: Context, body: HTMLElement): void {
  const rows = details ? rowsOf(details.trials) : [];
  if (!details || rows.length === 0) {
    body.append(note("No trial was finished."));
    return;
  }
  const phases = [...new Set(rows.map((row) => row.phase))];
  const place = el("div", {});
  const put = (phase: string): void => {
    const some = rows.filter((row) => row.phase === phase);
    place.replaceChildren(perArms(result, some.map((row) => row.arm), "trials", (arms) => charts(some, arms)));
  };
  if (phases.length > 1)
    body.append(select("Windows", phases.map((phase) => ({ value: phase, text: phase === "pairs" ? "all arms at once (pairs)" : "each arm alone (blocks)" })), phases[0], put));
  body.append(place);
  put(phases[0]);
  drawWithin(result, details, rows, body);
  body.append(trialTable(rows));
}
