// What every section is drawn from.
import type { Details, Result, ResultPage, Words } from "./page";

export interface Context { page: ResultPage; result: Result; words: Words; details: Details | null }

export const rangeOf = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

// The hops in the order in which a call passes them; the collector at the end.
export function byHop(names: Iterable<string>): string[] {
  const rank = (name: string): number => (name === "router" ? 0 : name === "gateway" ? 1 : name === "sink" ? 9 : 2);
  return [...new Set(names)].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b, "en"));
}

export const phaseNames: Record<string, string> = { blocks: "each arm alone (blocks)", pairs: "all arms at once (pairs)" };
