// Latency by percentile on the HDR scale, arms over each other, corrected and uncorrected.
import * as Plot from "@observablehq/plot";
import { el, note, select } from "../parts";
import { chart, tipStyle } from "../chart";
import { hdrScale, hdrX, lastBelow100 } from "../hdr";
import { perArms, type Shown } from "../arms";
import { bare, count, headed, percentile, show, timeScale, type Scale } from "../format";
import { foldedTable, type Column } from "../table";
import { phaseNames, type Context } from "../context";
import type { Arm, Curve, Latency, Phase } from "../page";

interface Point { arm: string; percent: number; x: number; y: number; corrected: boolean; tip: string }
interface Curves { percent: number[]; curves: Curve[] }

const summaryPercents = [50, 90, 95, 99, 99.9, 100];
const summary = (l: Latency): number[] => [l.p50_ns, l.p90_ns, l.p95_ns, l.p99_ns, l.p99_9_ns, l.max_ns];

// Without details.json the six percentiles of result.json are still a curve.
function curvesOf({ result, details }: Context): Curves {
  if (details && details.curves.length > 0) return { percent: details.percent, curves: details.curves };
  const curve = (arm: Arm): Curve => ({ arm: arm.name, phase: "blocks", count: arm.latency.count,
    latency_ns: summary(arm.latency), service_time_ns: summary(arm.service_time) });
  return { percent: summaryPercents, curves: result.arms.filter((arm) => arm.latency.count > 0).map(curve) };
}

function pointsOf(curves: Curve[], percent: number[], scale: Scale): Point[] {
  const points: Point[] = [];
  for (const curve of curves) {
    const last = lastBelow100(percent.filter((_, i) => curve.latency_ns[i] !== null));
    for (const corrected of [true, false]) {
      (corrected ? curve.latency_ns : curve.service_time_ns).forEach((ns, i) => {
        if (ns === null || !(ns > 0)) return;
        const name = percent[i] >= 100 ? "the slowest call" : percentile(percent[i]);
        points.push({ arm: curve.arm, percent: percent[i], x: hdrX(percent[i], curve.count, last), y: ns / scale.factor, corrected,
                      tip: `${curve.arm}\n${name}: ${show(ns, scale)}\n${corrected ? "latency, from when it was due" : "service time, from when it was sent"}` });
      });
    }
  }
  return points;
}

function draw(curves: Curve[], percent: number[], arms: Shown): Node[] {
  const chosen = curves.filter((curve) => arms.names.includes(curve.arm));
  const scale = timeScale(chosen.flatMap((curve) => curve.latency_ns));
  const points = pointsOf(chosen, percent, scale);
  if (points.length === 0) return [note("No call was answered, so there is no latency.")];
  const corrected = points.filter((point) => point.corrected);
  const low = Math.min(...points.map((point) => point.y));
  const high = Math.max(...points.map((point) => point.y));
  const logarithmic = high > 10 * low;
  const middle = chosen.map((curve) => `${curve.arm}: median ${show(curve.latency_ns[percent.indexOf(50)], scale)}, 99 % ${show(curve.latency_ns[percent.indexOf(99)], scale)}`);
  return [chart({
    label: `Latency by percentile. ${middle.join("; ")}.`,
    legend: arms.legend,
    key: `Solid: latency, from when a call was due (corrected). Dashed: service time, from when it was sent (uncorrected).${logarithmic ? " Both axes are logarithmic." : ""}`,
    plot: (width) => ({
      height: width < 560 ? 300 : 400, marginLeft: 56, marginBottom: 44, marginTop: 26, marginRight: 20,
      x: hdrScale(Math.max(...points.map((point) => point.x)), width),
      y: { type: logarithmic ? "log" : "linear", grid: true, label: headed("↑ latency", scale), labelArrow: "none", nice: true, ticks: 6, tickFormat: logarithmic ? "~g" : undefined },
      color: { type: "ordinal", ...arms.legend },
      marks: [
        Plot.line(points.filter((point) => !point.corrected), { x: "x", y: "y", z: "arm", stroke: "arm", strokeWidth: 1.5, strokeDasharray: "5 4", strokeOpacity: 0.8 }),
        Plot.line(corrected, { x: "x", y: "y", z: "arm", stroke: "arm", strokeWidth: 2 }),
        Plot.dot(corrected, Plot.pointer({ x: "x", y: "y", fill: "arm", r: 4, maxRadius: 60 })),
        Plot.tip(points, Plot.pointer({ x: "x", y: "y", title: "tip", maxRadius: 60, ...tipStyle })),
      ],
    }),
  })];
}

function columns(percent: number[], curves: Curve[]): Column<Curve & { corrected: boolean }>[] {
  const scale = timeScale(curves.flatMap((curve) => curve.latency_ns));
  const shown = percent.map((p, i) => ({ p, i })).filter(({ p }) => percent.length <= 12 || [1, 10, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100].includes(p));
  const valueAt = (row: Curve & { corrected: boolean }, i: number): number | null => (row.corrected ? row.latency_ns : row.service_time_ns)[i];
  return [
    { title: "arm", text: (row) => row.arm, left: true },
    { title: "measured", text: (row) => (row.corrected ? "latency" : "service time"), left: true },
    { title: "phase", text: (row) => row.phase, left: true },
    { title: "calls", text: (row) => count(row.count), value: (row) => row.count },
    ...shown.map(({ p, i }) => ({ title: headed(p >= 100 ? "slowest" : percentile(p), scale),
      text: (row: Curve & { corrected: boolean }) => bare(valueAt(row, i), scale), value: (row: Curve & { corrected: boolean }) => valueAt(row, i) })),
  ];
}

export function drawPercentiles(context: Context, body: HTMLElement): void {
  const { percent, curves } = curvesOf(context);
  const phases = [...new Set(curves.map((curve) => curve.phase))];
  const place = el("div", {});
  const put = (phase: Phase): void => {
    const some = curves.filter((curve) => curve.phase === phase);
    place.replaceChildren(perArms(context.result, some.map((curve) => curve.arm), "curves", (arms) => draw(some, percent, arms)));
  };
  if (phases.length > 1)
    body.append(select("Windows", phases.map((phase) => ({ value: phase, text: phaseNames[phase] })), phases[0], (phase) => put(phase as Phase)));
  body.append(place);
  if (phases.length > 0) put(phases[0]);
  else body.append(note("No call was answered, so there is no latency."));
  if (phases.length === 0) return;
  if (!context.details) body.append(note("These are the six percentiles of result.json; details.json would have made it a full curve."));
  const rows = curves.flatMap((curve) => [{ ...curve, corrected: true }, { ...curve, corrected: false }]);
  body.append(foldedTable(columns(percent, curves), rows, "Latency by percentile"));
}
