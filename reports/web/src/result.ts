// The page of one result: its sections from the verdict to the command that does it again.
import { add, el, facts, note } from "./parts";
import { plural, thin } from "./format";
import { contents, shell, type Section } from "./section";
import { drawActs, drawBudgets } from "./sections/budgets";
import { drawChecks } from "./sections/checks";
import { drawDifferences } from "./sections/differences";
import { drawDoubts } from "./sections/doubts";
import { drawEnvironment, drawReproduce } from "./sections/environment";
import { drawCosts, drawData, drawReading } from "./sections/numbers";
import { drawPercentiles } from "./sections/percentiles";
import { drawRatios } from "./sections/ratios";
import { drawResources, drawServices } from "./sections/services";
import { drawSpans } from "./sections/spans";
import { drawTime } from "./sections/time";
import { drawTraces } from "./sections/traces";
import type { Context } from "./context";
import type { ResultPage } from "./page";

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function sectionsOf(context: Context): Section[] {
  const { words, details } = context;
  const confidence = thin(words.confidence);
  const section = (id: string, title: string, shows: string, draw: (context: Context, body: HTMLElement) => void, height = 200): Section =>
    ({ id, title, shows, height, draw: (body) => draw(context, body) });
  const of = (needed: boolean, ...some: Section[]): Section[] => (needed ? some : []);
  const has = details !== null;
  return [
    section("budgets", "Budgets", `What each treatment may cost at most, against the control, and what it does cost, with its ${confidence} interval.`, drawBudgets, 500),
    section("acts", "Do you have to act?", "What each budget shows, and what to do next.", drawActs, 400),
    ...of(has, section("ratios", "Overhead against sampling ratio", "What sampling more costs: each arm's overhead at the ratio it samples.", drawRatios, 460)),
    section("latency", "Latency by percentile", `${upperFirst(thin(words.latency_caption))}. All windows together, for orientation: the comparison is made block by block.`, drawPercentiles, 540),
    ...of(has, section("differences", "Difference by percentile", `Treatment − control at each percentile: the mean over blocks, and the ${confidence} interval of each point by itself.`, drawDifferences, 560),
               section("time", "Over time", "Every trial in the order in which they ran: latency, throughput, the order of the arms, and what happened within the windows.", drawTime, 1200)),
    section("services", "Where the time and the CPU go", "CPU time per call of each service, from the kernel, arms side by side, and what tracing adds to each hop. The sink is never charged to the system.", drawServices, 900),
    section("resources", "CPU, memory and network", "Of each service, from the kernel: memory at the end of a window, TCP payload per call.", drawResources, 700),
    section("spans", "Spans and calls", "Nothing disappears: every started span and every planned call is somewhere.", drawSpans, 400),
    section("checks", "Checks", "Whether the traces that arrived are those that were asked for, with intervals.", drawChecks, 400),
    ...of(has, section("traces", "Example traces", "A fast, a median, a slow and a failed call as their spans tell it.", drawTraces, 900)),
    section("doubts", "What could make these numbers wrong", "Warnings, and the signs of what spoils such numbers: late calls, stolen CPU, too few blocks, drift.", drawDoubts, 700),
    section("environment", "Environment and scenario", "Numbers of another machine are other numbers; the scenario is the exact one that ran.", drawEnvironment, 500),
    section("reproduce", "How to reproduce it", "One command.", drawReproduce, 140),
    section("costs", "Every number", "All comparisons, with and without a budget, treatment against control, block by block.", drawCosts, 160),
    section("reading", "How to read this", "What the words mean.", drawReading, 500),
    section("data", "Data", "What this page was made of, to save. It comes out of the page itself, without a network.", drawData, 240),
  ];
}

function head({ result, words }: Context): void {
  const header = document.querySelector("body > header");
  if (!header) return;
  add(header, facts([
    ["load", thin(words.load)], ["blocks", `${result.blocks_done} of ${result.blocks_planned}${result.stopped === "decided" ? ", all decided" : ""}`],
    ["window", thin(`${result.window_s} s`)], ["launches", result.launches], ["confidence", thin(words.confidence)], ["seed", words.seed]]));
}

export function render(page: ResultPage, root: HTMLElement): void {
  const context: Context = { page, result: page.result, words: page.words, details: page.details };
  head(context);
  const sections = sectionsOf(context);
  const column = el("div", { class: "column" });
  root.append(contents(sections), column);
  const { warnings, failures } = page.result;
  const spoken = [failures.length > 0 ? plural(failures.length, "failure") : "", warnings.length > 0 ? plural(warnings.length, "warning") : ""].filter(Boolean).join(" and ");
  if (spoken !== "") {
    column.append(el("p", { class: `note ${failures.length > 0 ? "exceeded" : "inconclusive"}` }, `Before you believe the numbers: ${spoken}. `, el("a", { href: "#doubts" }, "Read what could make them wrong.")));
  }
  if (!page.details) {
    column.append(note("details.json was not beside this result, so the sections drawn from it are left out: overhead against sampling ratio, difference by percentile, over time, example traces, and the scenario. “tracetax report FOLDER --as html” makes them from a whole result folder."));
  }
  column.append(...sections.map(shell));
  column.append(el("footer", {}, `${thin(words(context))} · tracetax ${page.version}`));
}

function words({ words: w, result }: Context): string {
  return [w.plan, result.scenario_file, `started ${w.started}`].filter(Boolean).join(" · ");
}
