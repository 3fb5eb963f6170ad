// What sampling more costs: overhead against the sampling ratio of the arms that have one.
import * as Plot from "@observablehq/plot";
import { el, note, select } from "../parts";
import { extent } from "../forest";
import { chart, spaced, tipStyle } from "../chart";
import { headed, metricTitle, scaleOfMetric, share, shareScale, showSigned, thin, type Scale } from "../format";
import { foldedTable } from "../table";
import type { Context } from "../context";
import type { Comparison, Estimate } from "../page";

interface Point { ratio: number; comparison: Comparison; shown: Estimate; tip: string; x: number; estimate: number; low: number; high: number }

const keyOf = (c: Comparison): string => `${c.metric}|${c.phase}`;
const phaseOf = (phase: string): string => (phase === "pairs" ? " (pairs)" : "");

function draw({ result }: Context, of: Comparison[], ratios: Map<string, number>): HTMLElement {
  const { metric, phase } = of[0];
  const budgets = result.budgets.filter((b) => b.metric === metric && b.phase === phase && !b.service);
  // On the scale of its budget, where there is one.
  const relative = of.every((c) => c.relative) && !(budgets.length > 0 && budgets.every((b) => !b.relative));
  const estimateOf = (c: Comparison): Estimate => (relative && c.relative ? c.relative : c.absolute);
  const scale: Scale = relative ? shareScale : scaleOfMetric(metric, of.map((c) => c.absolute.estimate));
  const points: Point[] = of.map((c) => {
    const shown = estimateOf(c);
    const ratio = ratios.get(c.treatment) ?? 0;
    return { ratio, comparison: c, shown, x: ratio * 100, estimate: shown.estimate / scale.factor, low: shown.low / scale.factor, high: shown.high / scale.factor,
             tip: `${c.treatment}\nsamples ${share(ratio)}\n${showSigned(shown.estimate, scale)}\n${showSigned(shown.low, scale)} to ${showSigned(shown.high, scale)}` };
  }).sort((a, b) => a.ratio - b.ratio);
  const distinct = [...new Set(points.map((point) => point.x))];
  const limits = [...new Set(budgets.filter((b) => b.relative === relative).map((b) => b.limit / scale.factor))];
  const domain = extent(points.map((point) => ({ ...point, limit: limits[0] ?? null })), true);
  const title = metricTitle(metric) + phaseOf(phase);
  return chart({
    label: `Overhead of ${title} against the sampling ratio: ${points.map((p) => `${share(p.ratio)} sampled, ${showSigned(p.shown.estimate, scale)}`).join("; ")}.`,
    key: limits.length > 0 ? "Upright bars: intervals. Level line: the limit of a budget." : "Upright bars: intervals.",
    plot: (width) => ({
      height: width < 560 ? 280 : 340, marginLeft: 60, marginBottom: 44, marginTop: 26, marginRight: 24,
      // The root leaves room for 0, which a logarithm has not.
      x: { type: "sqrt", domain: [0, Math.max(...distinct, 1)], ticks: spaced(distinct, (x) => Math.sqrt(x / Math.max(...distinct, 1)) * (width - 110), 44), grid: true,
           inset: 14, tickFormat: (x: number) => String(Number(x.toPrecision(3))), label: "traces sampled, % (root scale)", labelAnchor: "center", labelArrow: "none" },
      y: { domain, clamp: true, grid: true, ticks: 6, label: headed(`↑ ${title}, change`, scale), labelArrow: "none" },
      marks: [
        Plot.ruleY([0], { stroke: "var(--soft)", strokeDasharray: "3 3" }),
        Plot.ruleY(limits, { stroke: "var(--ink)", strokeWidth: 2 }),
        distinct.length === points.length ? Plot.line(points, { x: "x", y: "estimate", stroke: "var(--accent)", strokeOpacity: 0.5 }) : null,
        Plot.ruleX(points, { x: "x", y1: "low", y2: "high", stroke: "var(--accent)", strokeWidth: 4, strokeOpacity: 0.5 }),
        Plot.dot(points, { x: "x", y: "estimate", fill: "var(--accent)", stroke: "var(--paper)", r: 5 }),
        Plot.tip(points, Plot.pointer({ x: "x", y: "estimate", title: "tip", maxRadius: 80, ...tipStyle })),
      ],
    }),
  });
}

export function drawRatios(context: Context, body: HTMLElement): void {
  const { result, words, details } = context;
  const ratios = new Map((details?.ratios ?? []).map(({ arm, ratio }) => [arm, ratio]));
  const of = result.comparisons.map((c, i) => ({ c, w: words.comparisons[i] })).filter(({ c }) => !c.service && ratios.has(c.treatment));
  const keys = [...new Set(of.map(({ c }) => keyOf(c)))];
  if (keys.length === 0) {
    body.append(note("No treatment of this scenario has a head sampling ratio, so there is no curve of overhead against it."));
    return;
  }
  // What has a budget comes first: its author cares.
  const budgeted = new Set(result.budgets.filter((b) => !b.service).map((b) => `${b.metric}|${b.phase}`));
  const ordered = [...keys.filter((key) => budgeted.has(key)), ...keys.filter((key) => !budgeted.has(key))];
  const place = el("div", {});
  const put = (key: string): void => place.replaceChildren(draw(context, of.map(({ c }) => c).filter((c) => keyOf(c) === key), ratios));
  body.append(select("Metric", ordered.map((key) => {
    const [metric, phase] = key.split("|");
    return { value: key, text: metricTitle(metric) + phaseOf(phase) };
  }), ordered[0], put), place);
  put(ordered[0]);
  body.append(foldedTable([
    { title: "arm", text: (row) => row.c.treatment, left: true },
    { title: "sampled", text: (row) => share(ratios.get(row.c.treatment)), value: (row) => ratios.get(row.c.treatment) },
    { title: "metric", text: (row) => row.w.title, left: true },
    { title: "change", text: (row) => thin(row.w.absolute), value: (row) => row.c.absolute.estimate },
    { title: "interval", text: (row) => thin(row.w.absolute_interval), value: (row) => row.c.absolute.low },
    { title: "relative", text: (row) => thin(row.w.relative), value: (row) => row.c.relative?.estimate },
    { title: "relative interval", text: (row) => thin(row.w.relative_interval), value: (row) => row.c.relative?.low },
  ], of, "Overhead against sampling ratio"));
}
