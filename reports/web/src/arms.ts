// Which arms a chart draws, and in which colours. More than eight curves are a tangle: then the control and those whose budgets
// are at risk are drawn, and the reader chooses another one; tables hold all.
import { el, select } from "./parts";
import type { Budget, Result } from "./page";

export const mostArms = 8;
const palette = Array.from({ length: mostArms }, (_, i) => `var(--arm${i})`);
export const otherColour = "var(--soft)";

export const controlOf = (result: Result): string => result.arms.find((arm) => arm.role === "control")?.name ?? result.arms[0]?.name ?? "";

// How much of its budget an interval's upper end has used up; above 1 it is over.
function used(budget: Budget): number {
  if (budget.verdict === "exceeded") return 1e6;
  if (budget.verdict === "inconclusive") return 1e3;
  return budget.limit > 0 ? budget.high / budget.limit : 0;
}

export function armsAtRisk(result: Result): string[] {
  const risk = new Map<string, number>();
  for (const budget of result.budgets) risk.set(budget.arm, Math.max(risk.get(budget.arm) ?? 0, used(budget)));
  const control = controlOf(result);
  return result.arms.map((arm) => arm.name).filter((name) => name !== control)
    .map((name, i) => ({ name, i, risk: risk.get(name) ?? -1 }))
    .sort((a, b) => b.risk - a.risk || a.i - b.i).map((arm) => arm.name);
}

export interface Shown { names: string[]; colour: Map<string, string>; legend: { domain: string[]; range: string[] } }

function shown(names: string[], control: string): Shown {
  const colour = new Map<string, string>();
  let next = 1;
  for (const name of names) colour.set(name, name === control ? palette[0] : palette[next++ % mostArms]);
  return { names, colour, legend: { domain: names, range: names.map((name) => colour.get(name) ?? otherColour) } };
}

// `draw` makes what is shown for the chosen arms; `available` are those it has data of.
export function perArms(result: Result, available: Iterable<string>, what: string, draw: (arms: Shown) => Node[]): HTMLElement {
  const has = new Set(available);
  const control = controlOf(result);
  const all = result.arms.map((arm) => arm.name).filter((name) => has.has(name));
  const box = el("div", {});
  const place = el("div", {});
  const put = (names: string[]): void => place.replaceChildren(...draw(shown(names, control)));
  if (all.length <= mostArms) {
    put(all);
  } else {
    const risky = armsAtRisk(result).filter((name) => has.has(name)).slice(0, mostArms - 1);
    const usual = all.filter((name) => name === control || risky.includes(name));
    const options = [{ value: "", text: `${has.has(control) ? "the control and " : ""}the ${risky.length} nearest to their budgets` },
                     ...all.filter((name) => name !== control).map((name) => ({ value: name, text: has.has(control) ? `the control and ${name}` : name }))];
    box.append(select(`Of ${all.length} arms, ${what} of`, options, "", (value) =>
      put(value === "" ? usual : all.filter((name) => name === control || name === value))));
    put(usual);
  }
  box.append(place);
  return box;
}
