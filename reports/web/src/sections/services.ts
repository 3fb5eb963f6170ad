// Where the time and the CPU go, hop by hop, arms side by side; then CPU, memory and network as the kernel counted them.
import { el, note } from "../parts";
import { forest } from "../forest";
import { controlOf, perArms } from "../arms";
import { bare, count, headed, show, sizeScale, thin, timeScale } from "../format";
import { foldedTable } from "../table";
import { partColours, stacked, type Part } from "../stacked";
import { byHop, type Context } from "../context";
import { ownTimes } from "../tree";
import type { Arm, Service } from "../page";

const mostHops = 24;

const here = (service: Service): boolean => service.measured !== "outside";

// The sink is our collector: it is never charged to the system. Nothing is known of what runs elsewhere.
const charged = (arm: Arm): Service[] => arm.services.filter((service) => service.name !== "sink" && here(service));

function outsideNotes(arms: Arm[]): HTMLElement[] {
  const names = new Map<string, string[]>();
  for (const arm of arms) for (const service of arm.services) {
    if (!here(service)) names.set(service.name, [...(names.get(service.name) ?? []), arm.name]);
  }
  return [...names].map(([service, of]) => note(`${service} runs elsewhere${of.length === arms.length ? "" : ` in ${of.join(", ")}`}: `
    + "it is measured from outside only, and its CPU, memory, network and spans are in no number here."));
}

function cpuChart(arms: Arm[]): HTMLElement {
  const hops = byHop(arms.flatMap((arm) => charged(arm).map((service) => service.name)));
  const parts: Part[] = arms.flatMap((arm) => charged(arm).map((service) => ({ row: arm.name, part: service.name, value: service.cpu_per_call_ns })));
  const scale = timeScale(arms.map((arm) => charged(arm).reduce((sum, service) => sum + service.cpu_per_call_ns, 0)));
  return stacked(parts, {
    label: `CPU time per call by service: ${arms.map((arm) => `${arm.name} ${show(charged(arm).reduce((sum, s) => sum + s.cpu_per_call_ns, 0), scale)}`).join("; ")}.`,
    axis: headed("CPU time per call", scale), scale, rows: arms.map((arm) => arm.name), parts: hops, colours: partColours(hops.length),
  });
}

function hopChart({ result, words }: Context, names: string[]): HTMLElement | null {
  const all = result.comparisons.map((c, i) => ({ c, w: words.comparisons[i] }))
    .filter(({ c }) => c.metric === "cpu_per_call" && c.service && c.service !== "sink" && c.phase === "blocks" && names.includes(c.treatment));
  if (all.length === 0) return null;
  const hops = byHop(all.map(({ c }) => c.service ?? ""));
  all.sort((a, b) => hops.indexOf(a.c.service ?? "") - hops.indexOf(b.c.service ?? "") || names.indexOf(a.c.treatment) - names.indexOf(b.c.treatment));
  const scale = timeScale(all.map(({ c }) => c.absolute.estimate));
  return forest(all.slice(0, mostHops).map(({ c, w }) => ({
    label: `${c.service} · ${c.treatment}`, right: thin(w.absolute), limit: null, state: c.absolute.low > 0 || c.absolute.high < 0 ? "clear" : "neutral",
    estimate: c.absolute.estimate / scale.factor, low: c.absolute.low / scale.factor, high: c.absolute.high / scale.factor,
    tip: thin(`${c.service}, ${c.treatment} − ${c.control}\n${w.absolute}\n${w.absolute_interval}`),
  })), {
    label: `What tracing costs each hop in CPU: ${all.slice(0, mostHops).map(({ c, w }) => `${c.service} of ${c.treatment} ${w.absolute}`).join("; ")}.`,
    axis: `CPU per call, treatment − control, ${scale.unit}`, zero: true, atMost: false,
    key: "Blue: the interval leaves out 0, so the difference is there. Grey: it may be noise.",
  });
}

function timeChart({ result, details }: Context): HTMLElement | null {
  const traces = (details?.traces ?? []).filter((trace) => trace.kind === "median" && trace.spans.length > 0);
  if (traces.length === 0) return null;
  const rows = result.arms.map((arm) => arm.name).filter((name) => traces.some((trace) => trace.arm === name)).slice(0, 8);
  const parts: Part[] = rows.flatMap((name) => {
    const trace = traces.find((t) => t.arm === name);
    return trace ? [...ownTimes(trace.spans)].map(([service, ns]) => ({ row: name, part: service, value: ns })) : [];
  });
  const services = [...new Set(parts.map((part) => part.part))];
  const scale = timeScale(traces.map((trace) => trace.duration_ns));
  return stacked(parts, {
    label: `Where the time of one median call goes, by service, in ${rows.join(", ")}.`, axis: headed("own time of the spans", scale), scale, rows, parts: services,
    colours: partColours(services.length), key: "One call of median latency from each arm, by the spans' own time (without that of their children). An example, no statistic.",
  });
}

export function drawServices(context: Context, body: HTMLElement): void {
  const { result } = context;
  body.append(...outsideNotes(result.arms));
  const known = result.arms.filter((arm) => arm.services.some(here));
  if (known.length === 0) {
    body.append(note("No service was measured."));
    return;
  }
  body.append(perArms(result, known.map((arm) => arm.name), "CPU", (arms) => {
    const drawn = arms.names.flatMap((name) => known.filter((arm) => arm.name === name));
    const hops = hopChart(context, arms.names);
    return [el("h3", {}, "CPU per call, hop by hop"), cpuChart(drawn),
            ...(hops ? [el("h3", {}, `What each hop pays, against ${controlOf(result)}`), hops] : [])];
  }));
  const time = timeChart(context);
  body.append(el("h3", {}, "Time of a median call, hop by hop"),
              time ?? note("Only spans can say which hop a call spent its time in, and no example trace of a median call was kept."));
  const rows = result.comparisons.map((c, i) => ({ c, w: context.words.comparisons[i] })).filter(({ c }) => c.service);
  body.append(foldedTable([
    { title: "service", text: ({ c }) => c.service ?? "", left: true },
    { title: "treatment", text: ({ c }) => c.treatment, left: true },
    { title: "metric", text: ({ w }) => w.title, left: true },
    { title: "control", text: ({ w }) => thin(w.control), value: ({ c }) => c.control_value },
    { title: "with tracing", text: ({ w }) => thin(w.treatment), value: ({ c }) => c.treatment_value },
    { title: "change", text: ({ w }) => thin(w.absolute), value: ({ c }) => c.absolute.estimate },
    { title: "interval", text: ({ w }) => thin(w.absolute_interval), value: ({ c }) => c.absolute.low },
    { title: "relative", text: ({ w }) => thin(w.relative), value: ({ c }) => c.relative?.estimate },
  ], rows, "What each service pays"));
}

function sizes(result: Context["result"], names: string[], what: string, axis: string, valueOf: (s: Service) => number): HTMLElement {
  const arms = names.flatMap((name) => result.arms.filter((arm) => arm.name === name && arm.services.some(here)));
  const hops = byHop(arms.flatMap((arm) => charged(arm).map((service) => service.name)));
  const scale = sizeScale(arms.map((arm) => charged(arm).reduce((sum, s) => sum + valueOf(s), 0)));
  return stacked(arms.flatMap((arm) => charged(arm).map((service) => ({ row: arm.name, part: service.name, value: valueOf(service) }))), {
    label: `${what} by service: ${arms.map((arm) => `${arm.name} ${show(charged(arm).reduce((sum, s) => sum + valueOf(s), 0), scale)}`).join("; ")}.`,
    axis: headed(axis, scale), scale, rows: arms.map((arm) => arm.name), parts: hops, colours: partColours(hops.length),
  });
}

export function drawResources({ result }: Context, body: HTMLElement): void {
  body.append(...outsideNotes(result.arms));
  const known = result.arms.filter((arm) => arm.services.some(here));
  if (known.length === 0) {
    body.append(note("No service was measured."));
    return;
  }
  body.append(perArms(result, known.map((arm) => arm.name), "resources", (arms) => [
    el("h3", {}, "Memory"), sizes(result, arms.names, "Memory (proportional set size at the end of a window)", "memory", (s) => s.memory_bytes),
    el("h3", {}, "Network"), sizes(result, arms.names, "Bytes sent per call", "sent per call", (s) => s.network_sent_bytes_per_call),
  ]));
  const rows = known.flatMap((arm) => arm.services.filter(here).map((service) => ({ arm: arm.name, service })));
  const cpu = timeScale(rows.map((row) => row.service.cpu_per_call_ns));
  const memory = sizeScale(rows.map((row) => row.service.memory_bytes));
  const network = sizeScale(rows.map((row) => row.service.network_sent_bytes_per_call));
  body.append(foldedTable([
    { title: "arm", text: (row) => row.arm, left: true },
    { title: "service", text: (row) => row.service.name, left: true },
    { title: "processes", text: (row) => count(row.service.processes), value: (row) => row.service.processes },
    { title: headed("CPU per call", cpu), text: (row) => bare(row.service.cpu_per_call_ns, cpu), value: (row) => row.service.cpu_per_call_ns },
    { title: headed("memory", memory), text: (row) => bare(row.service.memory_bytes, memory), value: (row) => row.service.memory_bytes },
    { title: headed("sent per call", network), text: (row) => bare(row.service.network_sent_bytes_per_call, network), value: (row) => row.service.network_sent_bytes_per_call },
    { title: headed("received per call", network), text: (row) => bare(row.service.network_received_bytes_per_call, network), value: (row) => row.service.network_received_bytes_per_call },
    { title: "spans received", text: (row) => count(row.service.spans.received), value: (row) => row.service.spans.received },
    { title: "spans lost", text: (row) => count(row.service.spans.lost), value: (row) => row.service.spans.lost },
  ], rows, "CPU, memory and network of each service", rows.length <= 12));
}

