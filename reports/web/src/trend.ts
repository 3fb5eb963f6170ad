// One overhead over time: results as points with intervals, levels as lines with bands, changes as labelled rules.
import * as Plot from "@observablehq/plot";
import { el } from "./parts";
import { chart, fitting, shortened, tipStyle } from "./chart";
import { scaleOfMetric, shareScale, thin, type Scale } from "./format";
import type { Run, Series, SeriesWords } from "./history";

interface Dot { at: Date; estimate: number; low: number; high: number; tip: string }
interface Level { from: Date; to: Date; level: number; low: number; high: number }
interface Rule { at: Date; label: string; state: string; late: boolean }

const stateOf = { rise: "exceeded", fall: "within", unclear: "inconclusive" } as const;

// A limit far above all that was measured would press the series flat.
const showsLimit = (limit: number, low: number, high: number): boolean => limit >= low - 2 * (high - low) && limit <= high + 2 * (high - low);

const between = (a: Date, b: Date): Date => new Date((a.getTime() + b.getTime()) / 2);

function dotsOf(series: Series, words: SeriesWords, runs: Run[], scale: Scale): Dot[] {
  return series.points.map((point, i) => {
    const run = runs[point.result];
    const row = words.points.rows[i];
    return {
      at: new Date(run.started_at), estimate: point.estimate / scale.factor, low: point.low / scale.factor, high: point.high / scale.factor,
      tip: thin([run.started_at, run.commit ? `commit ${run.commit.slice(0, 12)}` : "", row[3], row[4], `${run.blocks} blocks`, shortened(run.source, 56)].filter(Boolean).join("\n")),
    };
  });
}

// A level reaches to half way towards the neighbouring segments.
function levelsOf(series: Series, dots: Dot[], scale: Scale): Level[] {
  return series.segments.map((segment) => ({
    from: segment.first === 0 ? dots[0].at : between(dots[segment.first - 1].at, dots[segment.first].at),
    to: segment.last === dots.length - 1 ? dots[segment.last].at : between(dots[segment.last].at, dots[segment.last + 1].at),
    level: segment.estimate / scale.factor, low: segment.low / scale.factor, high: segment.high / scale.factor,
  }));
}

function rulesOf(series: Series, words: SeriesWords, dots: Dot[]): Rule[] {
  const span = dots[dots.length - 1].at.getTime() - dots[0].at.getTime();
  return series.changes.map((change, k) => {
    const at = between(dots[change.after - 1].at, dots[change.after].at);
    return { at, label: thin(words.changes[k].growth), state: stateOf[change.direction], late: at.getTime() - dots[0].at.getTime() > 0.8 * span };
  });
}

// From the smallest to the largest of what must be seen; an interval that is very much longer ends at the edge.
function domainOf(dots: Dot[], levels: Level[], limit: number | null): [number, number] {
  const anchors = [...dots.map((dot) => dot.estimate), ...levels.flatMap((level) => [level.low, level.high]), ...(limit === null ? [] : [limit])];
  const least = Math.min(...anchors);
  const most = Math.max(...anchors);
  const span = most > least ? most - least : Math.abs(most) || 1;
  const low = Math.max(Math.min(least, ...dots.map((dot) => dot.low)), least - span);
  const high = Math.min(Math.max(most, ...dots.map((dot) => dot.high)), most + span);
  const room = (high - low || span) * 0.05;
  return [low - room, high + 2.5 * room];
}

function message(series: Series, words: SeriesWords): string {
  const changes = series.changes.map((change, k) => `${change.direction} of ${words.changes[k].growth} (${words.changes[k].interval}) between ${words.changes[k].before} and ${words.changes[k].after}`);
  return `${words.title} over ${series.points.length} results. ${words.sentence}${changes.length > 0 ? ` Changes: ${changes.join("; ")}.` : ""}`;
}

export function trend(series: Series, words: SeriesWords, runs: Run[], confidence: string): HTMLElement {
  const all = series.points.flatMap((point) => [point.estimate, point.low, point.high]);
  const scale = series.relative ? shareScale : scaleOfMetric(series.metric, all);
  const dots = dotsOf(series, words, runs, scale);
  const levels = levelsOf(series, dots, scale);
  const rules = rulesOf(series, words, dots);
  const estimates = dots.map((dot) => dot.estimate);
  const wanted = series.limit === undefined ? null : series.limit / scale.factor;
  const limit = wanted !== null && showsLimit(wanted, Math.min(...estimates, 0), Math.max(...estimates)) ? wanted : null;
  const domain = domainOf(dots, levels, limit);
  const unit = series.relative ? "% of the control's" : scale.unit;
  const far = wanted !== null && limit === null ? ` The limit, ${thin(words.limit)}, lies beyond the chart.` : "";
  const figure = chart({
    label: message(series, words),
    key: `Points: results, with their ${thin(confidence)} intervals. Lines: levels, with bands of the same confidence. Dashed: changes.${far}`,
    plot: (width) => ({
      height: width < 560 ? 300 : 360, marginLeft: 56, marginRight: 16, marginTop: 26, marginBottom: 34,
      x: { type: "utc", label: null, ticks: Math.max(2, Math.floor(width / 110)) },
      y: { domain, clamp: true, grid: true, label: `overhead, ${unit}`, labelArrow: "none", ticks: 6 },
      color: { type: "ordinal", domain: ["within", "exceeded", "inconclusive"], range: ["var(--within)", "var(--exceeded)", "var(--inconclusive)"] },
      marks: [
        Plot.rect(levels, { x1: "from", x2: "to", y1: "low", y2: "high", fill: "var(--accent)", fillOpacity: 0.16 }),
        domain[0] <= 0 && domain[1] >= 0 ? Plot.ruleY([0], { stroke: "var(--soft)", strokeDasharray: "2 3" }) : null,
        limit === null ? null : Plot.ruleY([limit], { stroke: "var(--ink)", strokeWidth: 1.5 }),
        limit === null ? null : Plot.text([limit], { y: (value: number) => value, frameAnchor: "left", textAnchor: "start", dx: 4, dy: -8, fill: "var(--ink)", text: () => `limit ${thin(words.limit)}` }),
        Plot.ruleX(dots, { x: "at", y1: "low", y2: "high", stroke: "var(--soft)", strokeOpacity: 0.55, strokeWidth: 1.5 }),
        Plot.link(levels, { x1: "from", x2: "to", y1: "level", y2: "level", stroke: "var(--accent)", strokeWidth: 2.5 }),
        Plot.ruleX(rules, { x: "at", stroke: "state", strokeWidth: 1.5, strokeDasharray: "5 4" }),
        ...[false, true].map((late) => Plot.text(rules.filter((rule) => rule.late === late), {
          x: "at", frameAnchor: "top", textAnchor: late ? "end" : "start", dx: late ? -5 : 5, dy: 2, fill: "state", fontWeight: 600,
          text: (rule: Rule) => shortened(rule.label, fitting(width / 4)),
        })),
        Plot.dot(dots, { x: "at", y: "estimate", r: dots.length > 120 ? 2 : 3.5, fill: "var(--ink)", stroke: "var(--paper)", strokeWidth: 0.75 }),
        Plot.tip(dots, Plot.pointerX({ x: "at", y: "estimate", title: "tip", ...tipStyle })),
      ],
    }),
  });
  return el("div", {}, figure);
}
