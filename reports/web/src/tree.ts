// Spans as a tree: in the order in which a reader follows them, and what each spent itself.
import type { Span } from "./page";

export interface Placed { span: Span; depth: number; start: number }

function childrenOf(spans: readonly Span[]): { roots: Span[]; of: Map<string, Span[]> } {
  const known = new Set(spans.map((span) => span.id));
  const of = new Map<string, Span[]>();
  const roots: Span[] = [];
  for (const span of spans) {
    // A parent that did not arrive makes its children roots: they are shown, not hidden.
    if (!known.has(span.parent) || span.parent === span.id) roots.push(span);
    else of.set(span.parent, [...(of.get(span.parent) ?? []), span]);
  }
  return { roots, of };
}

export function inOrder(spans: readonly Span[]): Placed[] {
  const { roots, of } = childrenOf(spans);
  const begin = Math.min(...spans.map((span) => span.start_ns));
  const placed: Placed[] = [];
  const done = new Set<Span>();
  const byStart = (some: Span[]): Span[] => [...some].sort((a, b) => a.start_ns - b.start_ns);
  const walk = (span: Span, depth: number): void => {
    if (done.has(span)) return;
    done.add(span);
    placed.push({ span, depth, start: span.start_ns - begin });
    for (const child of byStart(of.get(span.id) ?? [])) walk(child, depth + 1);
  };
  for (const root of byStart(roots)) walk(root, 0);
  // Spans whose parents form a circle hang from no root.
  for (const span of byStart([...spans])) walk(span, 0);
  return placed;
}

// Service -> the time in which its spans ran and none of their children did.
export function ownTimes(spans: readonly Span[]): Map<string, number> {
  const { of } = childrenOf(spans);
  const own = new Map<string, number>();
  for (const { span } of inOrder(spans)) {
    const end = span.start_ns + span.duration_ns;
    const covered = (of.get(span.id) ?? [])
      .map((child) => [Math.max(child.start_ns, span.start_ns), Math.min(child.start_ns + child.duration_ns, end)])
      .filter(([from, to]) => to > from).sort((a, b) => a[0] - b[0]);
    let inside = 0;
    let reached = span.start_ns;
    for (const [from, to] of covered) {
      inside += Math.max(0, to - Math.max(from, reached));
      reached = Math.max(reached, to);
    }
    own.set(span.service, (own.get(span.service) ?? 0) + span.duration_ns - inside);
  }
  return own;
}
