// What a page is made of: the document in <script id="page">, written by reports/page.cc (result) and its neighbours.
// Times are integer nanoseconds and shares fractions unless a name says otherwise.
// `result` is result.json word for word (schema tracetax.result/1, docs/results.md).

export type Verdict = "within" | "exceeded" | "inconclusive";
export type State = Verdict | "invalid";
export type Phase = "blocks" | "pairs";

export interface Estimate { estimate: number; low: number; high: number }

export interface Latency {
  count: number; mean_ns: number; trimmed_mean_ns: number; p50_ns: number; p90_ns: number; p95_ns: number; p99_ns: number;
  p99_9_ns: number; max_ns: number;
}

export interface Calls {
  planned: number; sent: number; ok: number; tool_error: number; protocol_error: number; timed_out: number;
  disconnected: number; never_sent: number;
}

export interface Spans {
  started: number; sampled: number; received: number; lost: number; bytes: number; bytes_per_span: number | null;
}

export interface Service {
  name: string; measured?: string; processes: number; cpu_ns: number; cpu_per_call_ns: number; memory_bytes: number;
  network_sent_bytes_per_call: number; network_received_bytes_per_call: number; spans: Spans;
}

export interface Generator {
  trials: number;
  arrivals: { count: number; rate_per_s: number; planned_per_s: number; variation: number; planned_variation: number;
    fit_distance: number; fit_p: number; delay_p50_ns: number; delay_p99_ns: number };
  working_ns_per_call: number; spun_ns_per_call: number; busy_share: number; steal_share: number; preempted_per_s: number;
}

export interface Arm {
  name: string; role: string; calls: Calls; latency: Latency; service_time: Latency;
  send_lag: { p50_ns: number; p99_ns: number }; throughput_per_s: number; error_rate: number; services: Service[];
  spans: Spans; generator: Generator;
}

export interface Comparison {
  metric: string; service?: string; phase: Phase; control: string; treatment: string;
  control_value: number; treatment_value: number; absolute: Estimate; relative?: Estimate; confidence: number; blocks: number;
  smallest_effect?: number;
}

export interface Budget {
  metric: string; arm: string; service?: string; phase: Phase; limit: number; relative: boolean;
  estimate: number; low: number; high: number; verdict: Verdict; resolvable: boolean; blocks_needed: number; detail: string;
}

export interface Check {
  name: string; arm: string; unit: string; expects: string; expected: number; observed: number; low: number; high: number;
  verdict: Verdict; detail: string;
}

export interface Environment {
  host: string; cpu: string; cores: number; kernel: string; compiler: string; build_type: string; memory_bytes: number;
  versions: Record<string, string>; warnings: string[];
}

export interface Result {
  name: string; description: string; scenario_file: string; verdict: Verdict; valid: boolean; finished: boolean;
  failures: string[]; started_at: string; duration_ns: number; blocks_least?: number; blocks_planned: number;
  blocks_done: number; launches: number; looks: { blocks: number; level: number; undecided: number }[]; stopped?: string;
  window_s: number; load: string; pacing: { reason: string }; environment: Environment; arms: Arm[];
  comparisons: Comparison[]; budgets: Budget[]; checks: Check[]; warnings: string[]; doubts: string[]; strict?: boolean;
}

// details.json (schema "tracetax.details/1"), what a picture needs beyond result.json. Columns, not rows: it must stay small.
// null in a column: that quantile has too few calls behind it, or was not measured.
export interface Curve {
  arm: string; phase: Phase; count: number;
  latency_ns: (number | null)[];         // corrected: from when the call was due
  service_time_ns: (number | null)[];    // uncorrected: from when it was sent
}

export interface Difference {            // treatment - control at each percentile, means over blocks
  treatment: string; phase: Phase; blocks: number; confidence: number;
  estimate_ns: (number | null)[]; low_ns: (number | null)[]; high_ns: (number | null)[];
}

export interface Trials {                // every trial, in the order in which they ran; one array each
  number: number[]; block: number[]; launch: number[]; position: number[]; phase: string[]; arm: string[];
  began_s: number[];                     // since the first trial began, seconds
  window_s: number[]; calls: number[]; failed: number[]; per_s: number[];
  p50_ns: (number | null)[]; p99_ns: (number | null)[]; cpu_per_call_ns: (number | null)[];
  steal: number[]; valid: boolean[];
}

export interface Timeline {              // within windows; a point is step_s of one trial; empty when there would be too many
  step_s: number; trial: number[]; at_s: number[]; calls: number[]; p50_ns: (number | null)[]; max_ns: (number | null)[];
  export_bytes: (number | null)[];       // OTLP bytes that reached the sink in that step
}

export interface Span {
  id: string; parent: string; service: string; name: string; kind: string; status: string; start_ns: number;
  duration_ns: number; attributes: Record<string, string>;
}

export interface Trace { arm: string; kind: "fast" | "median" | "slow" | "failed"; trace_id: string; duration_ns: number; spans: Span[] }

export interface Details {
  percent: number[];                     // the grid of all curves, e.g. 1, 5, 10, 25, 50, …, 99.9, …, 100
  curves: Curve[];
  differences: Difference[];
  trials: Trials;
  timeline: Timeline;
  ratios: { arm: string; ratio: number }[];  // head sampling ratio of the arms that have one (0 for always_off, 1 for always_on)
  traces: Trace[];
  scenario: string;                      // scenario.resolved.yaml
  command: string;                       // how to run it again, one line
}

// Sentences are made once, in C++ (reports/words.h), so that all reports say the same.
export interface Words {
  headline: string; tally: string; state: State;
  confidence: string;                    // "95 %"
  plan: string; load: string; latency_caption: string; environment: string; started: string; took: string;
  seed: string;                          // in digits: as a number it would lose its last ones
  budgets: { title: string; sentence: string; explanation: string; act: string; control: string; treatment: string;
    estimate: string; interval: string; limit: string; room: string }[];
  checks: { title: string; expected: string; observed: string; interval: string; act: string }[];
  comparisons: { title: string; control: string; treatment: string; absolute: string; absolute_interval: string;
    relative: string; relative_interval: string }[];
  arms: { calls: string; spans: string }[];          // one for each of result.arms
  reading: { word: string; meaning: string }[];      // how to read this
}

export interface ResultPage { kind: "result"; version: string; result: Result; words: Words; details: Details | null;
  digits?: number;                       // of the doubles, in a document that would be too large with all
}

// Every page, whatever it shows; main.ts knows who draws which kind.
export interface Page { kind: string; version: string }
