// What could make these numbers wrong: warnings, the generator's own audit, steal, drift, too few blocks.
import * as Plot from "@observablehq/plot";
import { el, note } from "../parts";
import { chart, tipStyle } from "../chart";
import { controlOf } from "../arms";
import { bare, count, headed, plural, share, show, thin, time, timeScale } from "../format";
import { foldedTable } from "../table";
import { clockFor, rowsOf } from "./time";
import type { Context } from "../context";
import type { Details, Result } from "../page";

const fewestBlocks = 6;   // the fewest that docs/statistics.md shows to cover

function signsOf({ result, details }: Context): { what: string; found: string; state: string; why: string }[] {
  const worst = <T>(rows: T[], of: (row: T) => number): T | undefined => [...rows].sort((a, b) => of(b) - of(a))[0];
  const late = worst(result.arms.filter((arm) => arm.latency.p50_ns > 0), (arm) => arm.send_lag.p99_ns / arm.latency.p50_ns);
  const stolen = worst(result.arms.filter((arm) => arm.generator.trials > 0), (arm) => arm.generator.steal_share);
  const busy = worst(result.arms.filter((arm) => arm.generator.trials > 0), (arm) => arm.generator.busy_share);
  const signs = [{
    what: "blocks", found: `${count(result.blocks_done)} of ${count(result.blocks_planned)}`, state: result.blocks_done >= fewestBlocks ? "within" : "inconclusive",
    why: `fewer than ${fewestBlocks} blocks make wide intervals that are hardly checked: raise plan.blocks`,
  }];
  if (late) {
    const part = late.send_lag.p99_ns / late.latency.p50_ns;
    signs.push({ what: "send lag", found: thin(`1 % of the calls of ${late.name} were sent ${time(late.send_lag.p99_ns)} or more after they were due, ${share(part)} of the median latency`),
      state: part <= 0.1 ? "within" : "inconclusive", why: "above a tenth of the median the generator is part of what was measured: lower the rate or give it cores" });
  }
  if (stolen) signs.push({ what: "stolen CPU", found: `${share(stolen.generator.steal_share)} of the CPU time in the median window of ${stolen.name}`,
    state: stolen.generator.steal_share <= 0.02 ? "within" : "inconclusive", why: thin("above 2 % a neighbour on the same machine is in the numbers: repeat at a quieter time") });
  if (busy) signs.push({ what: "busy generator", found: `${share(busy.generator.busy_share)} of its threads' time in ${busy.name}`,
    state: busy.generator.busy_share <= 0.8 ? "within" : "inconclusive", why: "near 100 % it is the bottleneck: raise load.workers or lower the rate" });
  const unsure = result.arms.filter((arm) => arm.spans.lost > 0);
  signs.push({ what: "lost spans", found: unsure.length === 0 ? "none" : unsure.slice(0, 3).map((arm) => `${count(arm.spans.lost)} of ${arm.name}`).join(", "),
    state: unsure.length === 0 ? "within" : "inconclusive", why: "an arm that loses spans looks cheaper than it is: raise batch.queue or lower the load" });
  const invalid = details ? details.trials.valid.filter((valid) => !valid).length : 0;
  if (details) signs.push({ what: "trials left out", found: `${count(invalid)} of ${count(details.trials.valid.length)}`, state: invalid === 0 ? "within" : "inconclusive",
    why: "they are not valid and in no comparison: their warnings say why" });
  return signs;
}

function driftChart(result: Result, details: Details): Node[] {
  const control = controlOf(result);
  const rows = rowsOf(details.trials).filter((row) => row.arm === control && row.phase === "blocks" && row.p50 !== null && row.valid);
  if (rows.length < 3) return [];
  const clock = clockFor(Math.max(...rows.map((row) => row.ended)));
  const scale = timeScale(rows.map((row) => row.p50));
  const points = rows.map((row) => ({ x: row.began / clock.factor, y: (row.p50 ?? 0) / scale.factor, tip: `block ${row.block}\np50 of ${control} ${show(row.p50, scale)}` }));
  const low = Math.min(...points.map((p) => p.y));
  const high = Math.max(...points.map((p) => p.y));
  return [el("h3", {}, "Drift of the machine"), chart({
    label: `Median latency of the control ${control} in each block, from ${bare(low * scale.factor, scale)} to ${bare(high * scale.factor, scale)} ${scale.unit}.`,
    key: "The control alone; from five blocks on with a straight line through it and its 95 % band. Blocks cancel a slow drift; a jump within a block they do not.",
    plot: () => ({ height: 220, marginLeft: 62, marginRight: 16, marginTop: 26, marginBottom: 40,
      x: { inset: 8, label: `since the first trial began, ${clock.unit}`, labelAnchor: "center", labelArrow: "none" },
      y: { domain: [low - (high - low) * 0.25, high + (high - low) * 0.25], grid: true, ticks: 5, label: headed("↑ p50 of the control", scale), labelArrow: "none" },
      marks: [points.length < 5 ? null : Plot.linearRegressionY(points, { x: "x", y: "y", stroke: "var(--soft)", fillOpacity: 0.12, ci: 0.95, clip: true }), Plot.dot(points, { x: "x", y: "y", fill: "var(--arm0)", r: 3.5 }),
              Plot.tip(points, Plot.pointer({ x: "x", y: "y", title: "tip", ...tipStyle }))] }),
  })];
}

function stealChart(details: Details): Node[] {
  const rows = rowsOf(details.trials);
  if (rows.every((row) => row.steal < 0.001)) return [];
  const clock = clockFor(Math.max(...rows.map((row) => row.ended)));
  const points = rows.map((row) => ({ x: row.began / clock.factor, y: row.steal * 100, tip: `${row.arm}, block ${row.block}\n${share(row.steal)} stolen` }));
  return [el("h3", {}, "CPU time taken by the hypervisor"), chart({
    label: `Stolen CPU time of every trial, at most ${share(Math.max(...rows.map((row) => row.steal)))}.`, key: "Level line: 2 %, above which a trial is warned of.",
    plot: () => ({ height: 180, marginLeft: 62, marginRight: 16, marginTop: 26, marginBottom: 40,
      x: { label: `since the first trial began, ${clock.unit}`, labelAnchor: "center", labelArrow: "none" }, y: { grid: true, nice: true, zero: true, ticks: 4, label: "↑ stolen (%)", labelArrow: "none" },
      marks: [Plot.ruleY([2], { stroke: "var(--inconclusive)" }), Plot.dot(points, { x: "x", y: "y", fill: "var(--soft)", r: 2.5 }),
              Plot.tip(points, Plot.pointer({ x: "x", y: "y", title: "tip", ...tipStyle }))] }),
  })];
}

export function drawDoubts(context: Context, body: HTMLElement): void {
  const { result, details } = context;
  for (const failure of result.failures) body.append(note(thin(failure), "exceeded"));
  const doubts = new Set(result.doubts);
  for (const warning of [...result.warnings].sort((a, b) => Number(doubts.has(b)) - Number(doubts.has(a)))) body.append(note(thin(warning), "inconclusive"));
  for (const warning of result.environment.warnings) if (!result.warnings.includes(warning)) body.append(note(thin(warning), "inconclusive"));
  if (result.failures.length + result.warnings.length === 0) body.append(note("The run warned of nothing.", "within"));
  else if (doubts.size > 0) body.append(note(`${plural(doubts.size, "warning")} put the numbers themselves in doubt${result.strict ? "; with --strict nothing is within while there are any" : "; --strict would have withheld “within”"}.`));
  body.append(foldedTable([
    { title: "what", text: (sign) => sign.what, left: true },
    { title: "found", text: (sign) => sign.found, left: true, wide: true },
    { title: "in order?", text: (sign) => (sign.state === "within" ? "yes" : "look"), state: (sign) => sign.state, left: true },
    { title: "why it matters", text: (sign) => sign.why, left: true, wide: true },
  ], signsOf(context), "What is known to spoil such numbers", true));
  if (details) body.append(...driftChart(result, details), ...stealChart(details));
  const audited = result.arms.filter((arm) => arm.generator.trials > 0);
  if (audited.length === 0) return;
  const lag = timeScale(audited.map((arm) => arm.send_lag.p50_ns));
  const work = timeScale(audited.map((arm) => arm.generator.working_ns_per_call));
  body.append(el("h3", {}, "The generator's own audit"),
    note(`Whether the load was the one that was asked for, as the first hop saw it. The generator ${result.pacing.reason || "slept between calls"}.`),
    foldedTable([
      { title: "arm", text: (arm) => arm.name, left: true },
      { title: "arrivals a second", text: ({ generator: g }) => (g.arrivals.count ? g.arrivals.rate_per_s.toFixed(1) : "–"), value: ({ generator: g }) => (g.arrivals.count ? g.arrivals.rate_per_s : null) },
      { title: "planned", text: ({ generator: g }) => (g.arrivals.count ? g.arrivals.planned_per_s.toFixed(1) : "–"), value: ({ generator: g }) => (g.arrivals.count ? g.arrivals.planned_per_s : null) },
      { title: "variation of gaps", text: ({ generator: g }) => (g.arrivals.count ? g.arrivals.variation.toFixed(2) : "–"), value: ({ generator: g }) => (g.arrivals.count ? g.arrivals.variation : null) },
      { title: "planned variation", text: ({ generator: g }) => (g.arrivals.count ? g.arrivals.planned_variation.toFixed(2) : "–"), value: ({ generator: g }) => (g.arrivals.count ? g.arrivals.planned_variation : null) },
      { title: headed("send lag p50", lag), text: (arm) => bare(arm.send_lag.p50_ns, lag), value: (arm) => arm.send_lag.p50_ns },
      { title: headed("send lag p99", lag), text: (arm) => bare(arm.send_lag.p99_ns, lag), value: (arm) => arm.send_lag.p99_ns },
      { title: headed("CPU per call", work), text: ({ generator: g }) => bare(g.working_ns_per_call, work), value: ({ generator: g }) => g.working_ns_per_call },
      { title: headed("spun per call", work), text: ({ generator: g }) => bare(g.spun_ns_per_call, work), value: ({ generator: g }) => g.spun_ns_per_call },
      { title: "busy", text: ({ generator: g }) => share(g.busy_share), value: ({ generator: g }) => g.busy_share },
      { title: "stolen", text: ({ generator: g }) => share(g.steal_share), value: ({ generator: g }) => g.steal_share },
      { title: "preempted a second", text: ({ generator: g }) => bare(g.preempted_per_s, { factor: 1, unit: "" }), value: ({ generator: g }) => g.preempted_per_s },
    ], audited, "The generator's audit"));
}
