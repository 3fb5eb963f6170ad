// What became of every span and every call: nothing disappears.
import { el, note } from "../parts";
import { perArms } from "../arms";
import { count, plainScale, size, thin } from "../format";
import { foldedTable } from "../table";
import { stacked, type Part } from "../stacked";
import type { Context } from "../context";
import type { Arm } from "../page";

const fates = ["not sampled", "received", "lost"];
const colours = ["var(--unsampled)", "var(--part1)", "var(--exceeded)"];

const unsampled = (arm: Arm): number => Math.max(0, arm.spans.started - arm.spans.sampled);

export function drawSpans({ result, words }: Context, body: HTMLElement): void {
  const traced = result.arms.filter((arm) => arm.spans.started > 0 || arm.spans.received > 0);
  if (traced.length === 0) {
    body.append(note("No arm started a span."));
  } else {
    body.append(perArms(result, traced.map((arm) => arm.name), "spans", (arms) => {
      const drawn = arms.names.flatMap((name) => traced.filter((arm) => arm.name === name));
      const parts: Part[] = drawn.flatMap((arm) => [
        { row: arm.name, part: fates[0], value: unsampled(arm) }, { row: arm.name, part: fates[1], value: arm.spans.received },
        { row: arm.name, part: fates[2], value: arm.spans.lost }]);
      return [stacked(parts, {
        label: `Spans started by each arm: ${drawn.map((arm) => `${arm.name} ${count(arm.spans.started)} started, ${count(arm.spans.received)} received, ${count(arm.spans.lost)} lost`).join("; ")}.`,
        axis: "spans started", scale: plainScale, rows: drawn.map((arm) => arm.name), parts: fates, colours, shownValue: (part) => count(part.value),
      })];
    }));
    const lost = traced.filter((arm) => arm.spans.lost > 0);
    body.append(lost.length === 0
      ? note("Every sampled span arrived.", "within")
      : note(`${lost.slice(0, 5).map((arm) => `${arm.name} lost ${count(arm.spans.lost)} of ${count(arm.spans.sampled)} sampled spans`).join("; ")}${lost.length > 5 ? ` and ${lost.length - 5} more arms lost some` : ""}. A span that was lost was never paid for: such an arm looks cheaper than it is.`, "exceeded"));
  }
  const rows = result.arms.map((arm, i) => ({ arm, w: words.arms[i] }));
  body.append(foldedTable([
    { title: "arm", text: ({ arm }) => arm.name, left: true },
    { title: "started", text: ({ arm }) => count(arm.spans.started), value: ({ arm }) => arm.spans.started },
    { title: "not sampled", text: ({ arm }) => count(unsampled(arm)), value: ({ arm }) => unsampled(arm) },
    { title: "sampled", text: ({ arm }) => count(arm.spans.sampled), value: ({ arm }) => arm.spans.sampled },
    { title: "received", text: ({ arm }) => count(arm.spans.received), value: ({ arm }) => arm.spans.received },
    { title: "lost", text: ({ arm }) => count(arm.spans.lost), value: ({ arm }) => arm.spans.lost },
    { title: "exported", text: ({ arm }) => size(arm.spans.bytes), value: ({ arm }) => arm.spans.bytes },
    { title: "bytes a span", text: ({ arm }) => (arm.spans.bytes_per_span === null ? "–" : count(arm.spans.bytes_per_span)), value: ({ arm }) => arm.spans.bytes_per_span },
  ], rows, "Spans"));
  const list = el("dl", { class: "sums" });
  for (const { arm, w } of rows.slice(0, 12)) list.append(el("div", {}, el("dt", {}, arm.name), el("dd", {}, `calls: ${thin(w.calls)}`), el("dd", {}, `spans: ${thin(w.spans)}`)));
  body.append(el("h3", {}, "The sums"), list);
  body.append(foldedTable([
    { title: "arm", text: ({ arm }) => arm.name, left: true },
    ...(["planned", "ok", "tool_error", "protocol_error", "timed_out", "disconnected", "never_sent"] as const).map((key) => ({
      title: key.replace(/_/g, " "), text: ({ arm }: { arm: Arm }) => count(arm.calls[key]), value: ({ arm }: { arm: Arm }) => arm.calls[key] })),
  ], rows, "Calls by outcome"));
}
