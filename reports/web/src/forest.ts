// Intervals under each other on one axis: estimate, interval, and a limit where there is one.
import * as Plot from "@observablehq/plot";
import { chart, fitting, halo, shortened, tipStyle } from "./chart";

export interface ForestRow {
  label: string;
  right: string;             // what stands at the end of the line: the room left
  estimate: number; low: number; high: number;
  limit: number | null;
  state: string;             // within, exceeded, inconclusive, clear, neutral: colour and sign
  tip: string;
}

export interface ForestLook { label: string; axis: string; zero: boolean; atMost: boolean; key?: string }

const rowHeight = 46;
const states = ["within", "exceeded", "inconclusive", "clear", "neutral"];
const colours = ["var(--within)", "var(--exceeded)", "var(--inconclusive)", "var(--accent)", "var(--soft)"];
const signs = ["circle", "triangle", "diamond", "circle", "circle"];

// From the smallest to the largest of what must be seen. An interval that is very much longer ends at the edge.
export function extent(rows: Pick<ForestRow, "estimate" | "low" | "high" | "limit">[], zero: boolean): [number, number] {
  const anchors = rows.flatMap((row) => [row.estimate, ...(row.limit === null ? [] : [row.limit])]).concat(zero ? [0] : []);
  let low = Math.min(...anchors);
  let high = Math.max(...anchors);
  const span = high > low ? high - low : Math.abs(high) || 1;
  low = Math.max(Math.min(low, ...rows.map((row) => row.low)), low - 1.5 * span);
  high = Math.min(Math.max(high, ...rows.map((row) => row.high)), high + 1.5 * span);
  const room = (high > low ? high - low : span) * 0.04;
  return [low - room, high + room];
}

export function forest(rows: ForestRow[], look: ForestLook): HTMLElement {
  const domain = extent(rows, look.zero);
  const data = rows.map((row, i) => ({ ...row, i }));
  const limited = data.filter((row) => row.limit !== null);
  return chart({
    label: look.label,
    key: look.key,
    plot: (width) => {
      return {
        height: rows.length * rowHeight + 52,
        marginTop: 6, marginBottom: 42, marginLeft: 8, marginRight: 12,
        x: { domain, clamp: true, label: look.axis, grid: true, ticks: Math.max(3, Math.floor(width / 95)), labelAnchor: "center", labelArrow: "none" },
        y: { type: "band", domain: data.map((row) => row.i), axis: null, padding: 0 },
        color: { type: "ordinal", domain: states, range: colours },
        symbol: { type: "ordinal", domain: states, range: signs },
        marks: [
          look.atMost ? Plot.barX(limited, { x1: domain[0], x2: "limit", y: "i", insetTop: 24, insetBottom: 8, fill: "var(--allowed)" }) : null,
          look.zero ? Plot.ruleX([0], { stroke: "var(--soft)", strokeDasharray: "3 3" }) : null,
          Plot.ruleY(data, { x1: "low", x2: "high", y: "i", dy: 8, stroke: "state", strokeWidth: 5, strokeOpacity: 0.55 }),
          Plot.tickX(limited, { x: "limit", y: "i", insetTop: 22, insetBottom: 6, stroke: "var(--ink)", strokeWidth: 2.5 }),
          Plot.dot(data, { x: "estimate", y: "i", dy: 8, r: 5, fill: "state", stroke: "var(--paper)", symbol: "state" }),
          Plot.text(data, { y: "i", frameAnchor: "left", textAnchor: "start", dy: -12, fill: "var(--ink)", ...halo, fontWeight: 600,
                            text: (row: ForestRow) => shortened(row.label, fitting((width - 40) / 1.12) - row.right.length) }),
          Plot.text(data, { y: "i", frameAnchor: "right", textAnchor: "end", dy: -12, fill: "var(--soft)", ...halo,
                            text: (row: ForestRow) => shortened(row.right, fitting(width * 0.5)) }),
          Plot.tip(data, Plot.pointerY({ x: "estimate", y: "i", title: "tip", dy: 8, ...tipStyle })),
        ],
      };
    },
  });
}
