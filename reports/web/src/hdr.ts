// The HDR scale: a percentile p stands at log10(1 ÷ (1 − p)), so that every further nine gets the same room.
import type * as Plot from "@observablehq/plot";
import { spaced } from "./chart";
import { percentile } from "./format";

const ticks = [0, 50, 90, 99, 99.9, 99.99, 99.999, 99.9999];
const place = (percent: number): number => Math.log10(100 / (100 - percent));

// The slowest call of all has no place of its own there: it stands where the last of `count` calls would, right of all others.
export function hdrX(percent: number, count: number, last: number): number {
  return percent >= 100 ? Math.max(Math.log10(Math.max(count, 1)), last + 0.3) : place(percent);
}

export const lastBelow100 = (percents: readonly number[]): number => Math.max(0, ...percents.filter((p) => p < 100).map(place));

// `pixels`: of the whole chart.
export function hdrScale(largest: number, pixels: number): Plot.ScaleOptions {
  const end = Math.max(largest, 1);
  const at = (x: number): number => x / end * (pixels - 80);
  const [first, ...others] = ticks.map(place).filter((x) => x <= end + 0.001);
  // The median has the right of way before 0 %.
  const kept = spaced(others, at, 54);
  return {
    domain: [0, end], ticks: kept.length > 0 && at(kept[0]) < 40 ? kept : [first, ...kept], grid: true,
    tickFormat: (x: number) => percentile(100 - 100 / 10 ** x), label: "share of the calls that were at most as slow", labelAnchor: "center", labelArrow: "none",
  };
}
