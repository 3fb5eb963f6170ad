// Numbers as people read them. A chart or a table chooses one unit for all its numbers; the space before it is thin.

export const thinSpace = "\u202f";

export interface Scale { factor: number; unit: string }

const times: Scale[] = [{ factor: 1, unit: "ns" }, { factor: 1e3, unit: "µs" }, { factor: 1e6, unit: "ms" }, { factor: 1e9, unit: "s" }];
const sizes: Scale[] = [{ factor: 1, unit: "B" }, { factor: 1e3, unit: "kB" }, { factor: 1e6, unit: "MB" }, { factor: 1e9, unit: "GB" }];

// The unit in which the median magnitude has one to three digits before the point.
function scaleFor(scales: Scale[], values: Iterable<number | null | undefined>): Scale {
  const sorted = [...values].filter((v): v is number => typeof v === "number" && Number.isFinite(v) && v !== 0).map(Math.abs).sort((a, b) => a - b);
  const middle = sorted.length > 0 ? sorted[Math.floor((sorted.length - 1) / 2)] : 0;
  let chosen = scales[0];
  for (const scale of scales) if (middle / scale.factor >= 0.9995) chosen = scale;
  return chosen;
}

export const timeScale = (values: Iterable<number | null | undefined>): Scale => scaleFor(times, values);
export const sizeScale = (values: Iterable<number | null | undefined>): Scale => scaleFor(sizes, values);
export const shareScale: Scale = { factor: 0.01, unit: "%" };
export const plainScale: Scale = { factor: 1, unit: "" };
export const rateScale: Scale = { factor: 1, unit: "/s" };

const grouped = [0, 1, 2, 3, 4].map((digits) =>
  new Intl.NumberFormat("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }));

// Three significant digits, none of them invented by the unit.
export function digitsFor(value: number): number {
  const size = Math.abs(value);
  return size >= 99.95 || size === 0 ? 0 : size >= 9.995 ? 1 : size >= 0.0995 ? 2 : 3;
}

export function fixed(value: number, digits: number): string {
  const text = grouped[Math.max(0, Math.min(4, digits))].format(value);
  return /^-[0.]+$/.test(text) ? text.slice(1) : text.replace("-", "−");
}

const withUnit = (number: string, unit: string): string => (unit === "" ? number : number + thinSpace + unit);

// "–" stands for what was not measured.
export function show(value: number | null | undefined, scale: Scale): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const scaled = value / scale.factor;
  return withUnit(fixed(scaled, digitsFor(scaled)), scale.unit);
}

export function showSigned(value: number | null | undefined, scale: Scale): string {
  const text = show(value, scale);
  return value !== null && value !== undefined && value > 0 && /[1-9]/.test(text) ? "+" + text : text;
}

// Without its unit, which the heading of a column or an axis carries; with a digit more, since columns are there to be compared.
export function bare(value: number | null | undefined, scale: Scale): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const scaled = value / scale.factor;
  return fixed(scaled, scaled === 0 || Math.abs(scaled) >= 999.5 ? 0 : digitsFor(scaled) + 1);
}

export const time = (ns: number | null | undefined): string => show(ns, timeScale([ns]));
export const size = (bytes: number | null | undefined): string => show(bytes, sizeScale([bytes]));
export const share = (fraction: number | null | undefined): string => show(fraction, shareScale);
export const count = (n: number | null | undefined): string => (n === null || n === undefined ? "–" : fixed(n, 0));
export const plural = (n: number, noun: string): string => `${count(n)} ${noun}${n === 1 ? "" : "s"}`;

// Of a scale's heading: "latency (ms)".
export const headed = (title: string, scale: Scale): string => (scale.unit === "" ? title : `${title} (${scale.unit})`);

// A sentence's numbers keep their units on their line.
export function thin(text: string): string {
  return text.replace(/(\d) (?=(?:ns|µs|ms|s|%|B|kB|MB|GB|pp|\/s)(?![\p{L}\d]))/gu, `$1${thinSpace}`);
}

// 50 %, 99 %, 99.9 %: as many digits as tell it from 100 %.
export function percentile(percent: number): string {
  return `${Number(percent.toFixed(6))}${thinSpace}%`;
}

// "latency.p99_9" -> "latency p99.9", as words::metric_title does.
export function metricTitle(metric: string): string {
  if (metric === "cpu_per_call") return "CPU per call";
  return metric.replace(".", " ").replace("p99_9", "p99.9").replace(/_/g, " ");
}

export function scaleOfMetric(metric: string, values: Iterable<number | null | undefined>): Scale {
  if (/^(latency|service_time)\.|^cpu_per_call$/.test(metric)) return timeScale(values);
  if (/^(memory|network_per_span|network_per_call)$/.test(metric)) return sizeScale(values);
  if (/^(error_rate|spans_lost)$/.test(metric)) return { factor: 0.01, unit: "pp" };
  return metric === "throughput" ? rateScale : plainScale;
}
