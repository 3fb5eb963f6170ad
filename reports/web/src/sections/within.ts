// Inside of the windows of one block: latency step by step, and when spans were exported.
import * as Plot from "@observablehq/plot";
import { el, note, select } from "../parts";
import { chart, levelAxis, tipStyle } from "../chart";
import { perArms, type Shown } from "../arms";
import { headed, show, sizeScale, timeScale } from "../format";
import { foldedTable } from "../table";
import { rangeOf } from "../context";
import type { Details, Result } from "../page";

interface Step { trial: number; arm: string; block: number; phase: string; at: number; calls: number; p50: number | null; max: number | null; bytes: number | null }

function stepsOf(details: Details): Step[] {
  const { timeline: t, trials } = details;
  const index = new Map(trials.number.map((number, i) => [number, i]));
  return rangeOf(t.trial.length).flatMap((i) => {
    const trial = index.get(t.trial[i]);
    return trial === undefined ? [] : [{ trial: t.trial[i], arm: trials.arm[trial], block: trials.block[trial], phase: trials.phase[trial],
      at: t.at_s[i], calls: t.calls[i], p50: t.p50_ns[i], max: t.max_ns[i], bytes: t.export_bytes[i] }];
  });
}

function charts(steps: Step[], step: number, arms: Shown): Node[] {
  const seen = steps.filter((s) => arms.names.includes(s.arm));
  const scale = timeScale(seen.map((s) => s.p50));
  const bytes = sizeScale(seen.map((s) => s.bytes));
  const end = Math.max(...seen.map((s) => s.at)) + step;
  const x: Plot.ScaleOptions = { domain: [0, end], label: "since the window began, s", labelAnchor: "center", labelArrow: "none" };
  const color = { type: "ordinal" as const, ...arms.legend };
  const margins = { marginLeft: 62, marginRight: 16, marginTop: 28, marginBottom: 40 };
  const middle = seen.flatMap((s) => (s.p50 === null ? [] : [{ key: `${s.arm} ${s.trial}`, arm: s.arm, at: s.at + step / 2, y: s.p50 / scale.factor,
    tip: `${s.arm}, ${s.at.toFixed(2)} s\nmedian ${show(s.p50, scale)}, slowest ${show(s.max, scale)}\n${s.calls} calls` }]));
  const slowest = seen.flatMap((s) => (s.max === null || s.max <= 0 ? [] : [{ arm: s.arm, at: s.at + step / 2, y: s.max / scale.factor,
    tip: `${s.arm}, ${s.at.toFixed(2)} s\nslowest ${show(s.max, scale)}` }]));
  const sent = seen.filter((s) => (s.bytes ?? 0) > 0);
  // Arms beside each other within a step: each of them had the step for itself.
  const exporters = arms.names.filter((name) => sent.some((s) => s.arm === name));
  const part = step / Math.max(1, exporters.length);
  const exported = sent.map((s) => ({ arm: s.arm, x1: s.at + part * exporters.indexOf(s.arm), x2: s.at + part * (exporters.indexOf(s.arm) + 1), y: (s.bytes ?? 0) / bytes.factor,
    tip: `${s.arm}, ${s.at.toFixed(2)} s\n${show(s.bytes, bytes)} exported` }));
  const output: Node[] = [];
  if (middle.length > 0) {
    output.push(chart({
      label: `Latency within the windows, in steps of ${step} s.`, legend: arms.legend,
      key: `Line: median of the calls due in a step of ${step} s. Rings: the slowest of them.`,
      plot: () => ({ ...margins, height: 260, x, color, y: levelAxis([...middle, ...slowest].map((dot) => dot.y), headed("↑ latency", scale)),
        marks: [Plot.line(middle, { x: "at", y: "y", z: "key", stroke: "arm", strokeWidth: 1.5 }), Plot.dot(middle, { x: "at", y: "y", fill: "arm", r: 2.5 }), Plot.dot(slowest, { x: "at", y: "y", stroke: "arm", r: 2.2 }),
                Plot.tip([...middle, ...slowest], Plot.pointer({ x: "at", y: "y", title: "tip", ...tipStyle }))] }),
    }));
  }
  if (exported.length > 0) {
    output.push(chart({
      label: `Export bursts: OTLP bytes that reached the sink in each step of ${step} s.`,
      key: "Export bursts: bytes that reached the sink in each step, arms side by side. A latency that rises with them is the exporter's doing.",
      plot: () => ({ ...margins, height: 190, x, color, y: { grid: true, nice: true, ticks: 4, label: headed("↑ exported", bytes), labelArrow: "none" },
        marks: [Plot.rectY(exported, { x1: "x1", x2: "x2", y1: 0, y2: "y", fill: "arm" }), Plot.ruleY([0], { stroke: "var(--line)" }),
                Plot.tip(exported, Plot.pointerX({ px: (d: { x1: number; x2: number }) => (d.x1 + d.x2) / 2, x: (d: { x1: number; x2: number }) => (d.x1 + d.x2) / 2, y: "y", title: "tip", ...tipStyle }))] }),
    }));
  } else {
    output.push(note("Nothing was exported within these windows, or it was not seen when."));
  }
  return output;
}

export function drawWithin(result: Result, details: Details, trials: { number: number }[], body: HTMLElement): void {
  const steps = stepsOf(details);
  body.append(el("h3", {}, "Within the windows"));
  if (steps.length === 0) {
    body.append(note(`With ${trials.length} trials there would be too many points to keep; the rows of each call are in trials/ of the result folder.`));
    return;
  }
  const keys = [...new Set(steps.map((s) => `${s.block}|${s.phase}`))];
  const place = el("div", {});
  const put = (key: string): void => {
    const some = steps.filter((s) => `${s.block}|${s.phase}` === key);
    place.replaceChildren(perArms(result, some.map((s) => s.arm), "windows", (arms) => charts(some, details.timeline.step_s, arms)));
  };
  body.append(select("Block", keys.map((key) => {
    const [block, phase] = key.split("|");
    return { value: key, text: `block ${block}${phase === "pairs" ? " (pairs)" : ""}` };
  }), keys[0], put), place);
  put(keys[0]);
  const scale = timeScale(steps.map((s) => s.p50));
  const bytes = sizeScale(steps.map((s) => s.bytes));
  body.append(foldedTable([
    { title: "trial", text: (s) => String(s.trial), value: (s) => s.trial },
    { title: "block", text: (s) => String(s.block), value: (s) => s.block },
    { title: "arm", text: (s) => s.arm, left: true },
    { title: "from (s)", text: (s) => s.at.toFixed(2), value: (s) => s.at },
    { title: "calls", text: (s) => String(s.calls), value: (s) => s.calls },
    { title: "median", text: (s) => show(s.p50, scale), value: (s) => s.p50 },
    { title: "slowest", text: (s) => show(s.max, scale), value: (s) => s.max },
    { title: "exported", text: (s) => show(s.bytes, bytes), value: (s) => s.bytes },
  ], steps, "Steps within the windows"));
}
