// Treatment − control at each percentile, with the band in which the true difference lies.
import * as Plot from "@observablehq/plot";
import { el, note, select } from "../parts";
import { chart, tipStyle } from "../chart";
import { hdrScale, hdrX, lastBelow100 } from "../hdr";
import { controlOf, perArms } from "../arms";
import { headed, percentile, show, showSigned, timeScale, type Scale } from "../format";
import { foldedTable } from "../table";
import { phaseNames, type Context } from "../context";
import type { Difference, Phase } from "../page";

interface Point { percent: number; x: number; estimate: number; low: number; high: number; tip: string }

function pointsOf(difference: Difference, percents: number[], scale: Scale): Point[] {
  const last = lastBelow100(percents.filter((_, i) => difference.estimate_ns[i] !== null));
  return percents.flatMap((percent, i) => {
    const [estimate, low, high] = [difference.estimate_ns[i], difference.low_ns[i], difference.high_ns[i]];
    if (estimate === null || low === null || high === null) return [];
    const name = percent >= 100 ? "the slowest call" : percentile(percent);
    return [{ percent, x: hdrX(percent, 0, last), estimate: estimate / scale.factor, low: low / scale.factor, high: high / scale.factor,
              tip: `${difference.treatment}, ${name}\n${showSigned(estimate, scale)}\n${showSigned(low, scale)} to ${showSigned(high, scale)}` }];
  });
}

function panel(difference: Difference, percents: number[], control: string, colour: string): HTMLElement {
  const scale = timeScale(difference.estimate_ns.concat(difference.high_ns));
  const points = pointsOf(difference, percents, scale);
  const title = el("h3", {}, `${difference.treatment} − ${control}`);
  if (points.length === 0) return el("div", {}, title, note("Too few calls: no percentile has an interval."));
  const middle = points.find((point) => point.percent === 50) ?? points[0];
  // The ends of a tail's band would press everything else flat; they are in the tooltip and in the table.
  const inner = points.filter((point) => point.percent >= 5 && point.percent <= 99);
  const seen = inner.length > 2 ? inner : points;
  const edge = Math.max(...seen.flatMap((point) => [Math.abs(point.low), Math.abs(point.high)])) * 2;
  const domain = [Math.max(-edge, Math.min(0, ...points.map((point) => point.low))), Math.min(edge, Math.max(0, ...points.map((point) => point.high)))];
  return el("div", {}, title, chart({
    label: `Difference of latency by percentile, ${difference.treatment} minus ${control}: ${showSigned(middle.estimate * scale.factor, scale)} at ${percentile(middle.percent)}, interval ${showSigned(middle.low * scale.factor, scale)} to ${showSigned(middle.high * scale.factor, scale)}, over ${difference.blocks} blocks.`,
    plot: (width) => ({
      height: 240, marginLeft: 56, marginBottom: 44, marginTop: 26, marginRight: 20,
      x: hdrScale(Math.max(...points.map((point) => point.x)), width),
      y: { grid: true, clamp: true, domain, nice: true, ticks: 5, label: headed("↑ difference", scale), labelArrow: "none" },
      marks: [
        Plot.areaY(points, { x: "x", y1: "low", y2: "high", fill: colour, fillOpacity: 0.22 }),
        Plot.ruleY([0], { stroke: "var(--soft)", strokeDasharray: "3 3" }),
        Plot.line(points, { x: "x", y: "estimate", stroke: colour, strokeWidth: 2 }),
        Plot.dot(points, { x: "x", y: "estimate", fill: colour, r: 2 }),
        Plot.tip(points, Plot.pointerX({ x: "x", y: "estimate", title: "tip", ...tipStyle })),
      ],
    }),
  }));
}

export function drawDifferences({ result, details }: Context, body: HTMLElement): void {
  const all = details?.differences ?? [];
  if (!details || all.length === 0) {
    body.append(note("Fewer than two blocks could be compared, so no percentile has an interval."));
    return;
  }
  const control = controlOf(result);
  const phases = [...new Set(all.map((difference) => difference.phase))];
  const place = el("div", {});
  const put = (phase: Phase): void => {
    const some = all.filter((difference) => difference.phase === phase);
    place.replaceChildren(perArms(result, some.map((difference) => difference.treatment), "differences", (arms) =>
      [el("div", { class: "panels" }, ...arms.names.flatMap((name) => {
        const found = some.find((difference) => difference.treatment === name);
        return found ? [panel(found, details.percent, control, arms.colour.get(name) ?? "var(--accent)")] : [];
      }))]));
  };
  if (phases.length > 1)
    body.append(select("Windows", phases.map((phase) => ({ value: phase, text: phaseNames[phase] })), phases[0], (phase) => put(phase as Phase)));
  body.append(place);
  put(phases[0]);

  const rows = all.flatMap((difference) => details.percent.flatMap((percent, i) =>
    difference.estimate_ns[i] === null ? [] : [{ difference, percent, i }]));
  const scale = timeScale(all.flatMap((difference) => difference.estimate_ns));
  body.append(foldedTable([
    { title: "treatment", text: (row) => row.difference.treatment, left: true },
    { title: "phase", text: (row) => row.difference.phase, left: true },
    { title: "percentile", text: (row) => percentile(row.percent), value: (row) => row.percent },
    { title: "difference", text: (row) => showSigned(row.difference.estimate_ns[row.i], scale), value: (row) => row.difference.estimate_ns[row.i] },
    { title: "from", text: (row) => show(row.difference.low_ns[row.i], scale), value: (row) => row.difference.low_ns[row.i] },
    { title: "to", text: (row) => show(row.difference.high_ns[row.i], scale), value: (row) => row.difference.high_ns[row.i] },
    { title: "blocks", text: (row) => String(row.difference.blocks), value: (row) => row.difference.blocks },
  ], rows, "Difference by percentile"));
}
