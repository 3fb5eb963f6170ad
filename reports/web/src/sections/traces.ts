// Example traces as waterfalls: a fast call, a median one, a slow one and a failed one of each arm that keeps traces.
import * as Plot from "@observablehq/plot";
import { el, note, select } from "../parts";
import { chart, fitting, shortened, tipStyle } from "../chart";
import { bare, headed, show, timeScale, type Scale } from "../format";
import { foldedTable } from "../table";
import { inOrder, type Placed } from "../tree";
import { partColours } from "../stacked";
import type { Context } from "../context";
import type { Trace } from "../page";

const kinds: Trace["kind"][] = ["fast", "median", "slow", "failed"];
const mostSpans = 60;
const mostAttributes = 6;

const failed = (placed: Placed): boolean => /error/i.test(placed.span.status);

function tipOf({ span }: Placed, scale: Scale): string {
  const attributes = Object.entries(span.attributes).slice(0, mostAttributes).map(([key, value]) => `${key} = ${shortened(value, 40)}`);
  return [`${span.service}: ${span.name}`, `${show(span.duration_ns, scale)}${span.kind ? `, ${span.kind}` : ""}${span.status ? `, ${span.status}` : ""}`, ...attributes].join("\n");
}

function waterfall(trace: Trace, services: string[], colours: string[], named: boolean): HTMLElement {
  const all = inOrder(trace.spans);
  const placed = all.slice(0, mostSpans);
  const scale = timeScale([trace.duration_ns]);
  const data = placed.map((p, i) => ({ i, service: p.span.service, x1: p.start / scale.factor, x2: (p.start + p.span.duration_ns) / scale.factor, failed: failed(p),
    name: `${"  ".repeat(p.depth)}${p.span.service}: ${p.span.name}${failed(p) ? " ✕" : ""}`, tip: tipOf(p, scale) }));
  const end = Math.max(trace.duration_ns / scale.factor, ...data.map((d) => d.x2));
  const title = `${trace.kind} call, ${show(trace.duration_ns, scale)}`;
  const figure = chart({
    label: `Trace of a ${title}, ${trace.spans.length} spans: ${placed.slice(0, 12).map((p) => `${p.span.service} ${p.span.name} ${show(p.span.duration_ns, scale)}`).join(", ")}.`,
    legend: named ? { domain: services, range: colours } : undefined,
    plot: (width) => {
      // In a narrow column the name stands above its bar, else before it.
      const narrow = width < 620;
      const row = narrow ? 36 : 22;
      const room = narrow ? 8 : Math.min(16 + 6.8 * Math.max(...data.map((d) => d.name.length)), 340, width * 0.4);
      return {
        height: data.length * row + 50, marginLeft: room, marginRight: 14, marginTop: 4, marginBottom: 40,
        x: { domain: [0, end], grid: true, label: `since the trace began, ${scale.unit}`, labelAnchor: "center", labelArrow: "none", ticks: Math.max(3, Math.floor((width - room) / 90)) },
        y: { type: "band", domain: data.map((d) => d.i), axis: null, padding: 0 },
        color: { type: "ordinal", domain: services, range: colours },
        marks: [
          Plot.barX(data, { x1: "x1", x2: "x2", y: "i", insetTop: narrow ? 20 : 4, insetBottom: 4, fill: "service", rx: 2,
                            stroke: (d: { failed: boolean }) => (d.failed ? "var(--exceeded)" : "none"), strokeWidth: 2 }),
          // A span too short for a bar is a line.
          Plot.tickX(data, { x: "x1", y: "i", insetTop: narrow ? 20 : 4, insetBottom: 4, stroke: "service", strokeWidth: 1.5 }),
          Plot.text(data, { y: "i", frameAnchor: "left", dx: narrow ? 0 : -room + 4, dy: narrow ? -9 : 0, textAnchor: "start", fill: "var(--ink)",
                            text: (d: { name: string }) => shortened(d.name.replace(/ /g, "\u00a0"), fitting(narrow ? width - 30 : room - 8)) }),
          Plot.tip(data, Plot.pointerY({ x: (d: { x1: number; x2: number }) => (d.x1 + d.x2) / 2, y: "i", title: "tip", ...tipStyle })),
        ],
      };
    },
  });
  const caption = `${trace.kind} call of ${trace.arm}`;
  return el("div", { class: "trace" }, el("h3", {}, title, " ", el("code", { class: "soft" }, trace.trace_id)), figure,
    all.length > mostSpans ? note(`Drawn are the first ${mostSpans} of ${all.length} spans; the table has all.`) : null,
    foldedTable([
      { title: "service", text: (p) => p.span.service, left: true },
      { title: "span", text: (p) => p.span.name, left: true },
      { title: headed("began", scale), text: (p) => bare(p.start, scale), value: (p) => p.start },
      { title: headed("took", scale), text: (p) => bare(p.span.duration_ns, scale), value: (p) => p.span.duration_ns },
      { title: "kind", text: (p) => p.span.kind, left: true },
      { title: "status", text: (p) => p.span.status, left: true },
      { title: "attributes", text: (p) => Object.entries(p.span.attributes).map(([key, value]) => `${key}=${value}`).join(" "), left: true, wide: true },
    ], all, caption));
}

export function drawTraces({ details }: Context, body: HTMLElement): void {
  const traces = (details?.traces ?? []).filter((trace) => trace.spans.length > 0);
  if (traces.length === 0) {
    body.append(note("No trace was kept: no arm sampled one, or the collector was not ours."));
    return;
  }
  const services = [...new Set(traces.flatMap((trace) => inOrder(trace.spans).map((p) => p.span.service)))];
  const colours = partColours(services.length);
  const arms = [...new Set(traces.map((trace) => trace.arm))];
  const place = el("div", {});
  const put = (arm: string): void => {
    const some = traces.filter((trace) => trace.arm === arm).sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
    const missing = kinds.filter((kind) => !some.some((trace) => trace.kind === kind));
    place.replaceChildren(...some.map((trace, i) => waterfall(trace, services, colours, i === 0)),
                          ...(missing.length > 0 ? [note(`No ${missing.join(" and no ")} call of this arm left a trace.`)] : []));
  };
  if (arms.length > 1) body.append(select("Arm", arms.map((arm) => ({ value: arm, text: arm })), arms[0], put));
  body.append(place);
  put(arms[0]);
}
