// Parts of a whole side by side: one bar for each row, stacked in the order of the parts.
import * as Plot from "@observablehq/plot";
import { note } from "./parts";
import { chart, fitting, shortened, tipStyle } from "./chart";
import { show, type Scale } from "./format";

export interface Part { row: string; part: string; value: number }

export interface StackLook {
  label: string; axis: string; scale: Scale; rows: string[]; parts: string[]; colours: string[]; key?: string;
  shownValue?: (part: Part) => string;
}

export const partColours = (n: number): string[] => Array.from({ length: n }, (_, i) => `var(--part${i % 8})`);

export function stacked(parts: Part[], look: StackLook): HTMLElement {
  const shownValue = look.shownValue ?? ((part: Part) => show(part.value, look.scale));
  const totals = new Map<string, number>();
  for (const part of parts) totals.set(part.row, (totals.get(part.row) ?? 0) + part.value);
  const ends = new Map<string, number>();
  const data = look.rows.flatMap((row) => look.parts.flatMap((name) => {
    const part = parts.find((p) => p.row === row && p.part === name);
    if (!part || !(part.value > 0)) return [];
    const from = ends.get(row) ?? 0;
    ends.set(row, from + part.value);
    return [{ row, part: name, x1: from / look.scale.factor, x2: (from + part.value) / look.scale.factor,
              tip: `${row}\n${name}: ${shownValue(part)}\nof ${show(totals.get(row), look.scale)}` }];
  }));
  if (data.length === 0) return note("Nothing of it was measured.");
  const sums = look.rows.map((row) => ({ row, x: (totals.get(row) ?? 0) / look.scale.factor, text: show(totals.get(row), look.scale) }));
  return chart({
    label: look.label, key: look.key, legend: { domain: look.parts, range: look.colours },
    plot: (width) => {
      const room = Math.min(width * 0.34, 14 + 7 * Math.max(...look.rows.map((row) => Math.min([...row].length, 28))));
      return {
        height: look.rows.length * 30 + 58, marginLeft: room, marginRight: 74, marginTop: 8, marginBottom: 42,
        x: { grid: true, zero: true, label: look.axis, labelAnchor: "center", labelArrow: "none", ticks: Math.max(3, Math.floor((width - room) / 90)) },
        y: { type: "band", domain: look.rows, label: null, tickSize: 0, padding: 0.25, tickFormat: (row: string) => shortened(row, fitting(room - 12)) },
        color: { type: "ordinal", domain: look.parts, range: look.colours },
        marks: [
          Plot.barX(data, { x1: "x1", x2: "x2", y: "row", fill: "part", stroke: "var(--paper)", strokeWidth: 0.75 }),
          Plot.text(sums, { x: "x", y: "row", text: "text", textAnchor: "start", dx: 6, fill: "var(--soft)" }),
          Plot.tip(data, Plot.pointer({ x: (d: { x1: number; x2: number }) => (d.x1 + d.x2) / 2, y: "row", title: "tip", maxRadius: 120, ...tipStyle })),
        ],
      };
    },
  });
}
