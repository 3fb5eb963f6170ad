// Charts of Observable Plot at the width of their box, drawn anew when that changes, with a sentence for those who do not see them.
import * as Plot from "@observablehq/plot";
import { onPrint } from "./lazy";
import { el } from "./parts";

export interface Chart {
  label: string;                                     // the chart's message in words
  plot: (width: number) => Plot.PlotOptions;
  legend?: { domain: string[]; range: string[] };    // names and colours
  key?: string;                                      // what the strokes mean besides their colour
}

const defaults: Plot.PlotOptions = {
  className: "plot",
  style: { background: "transparent", overflow: "visible", fontFamily: "inherit", fontSize: "12px" },
};

export function chart(spec: Chart): HTMLElement {
  const box = el("div", { class: "canvas" });
  const figure = el("figure", { class: "chart" });
  if (spec.legend && spec.legend.domain.length > 1) {
    const legend = Plot.legend({ color: { type: "ordinal", domain: spec.legend.domain, range: spec.legend.range }, className: "legend" });
    for (const swatch of legend.querySelectorAll("svg")) swatch.setAttribute("aria-hidden", "true");
    figure.append(legend);
  }
  figure.append(box);
  if (spec.key) figure.append(el("figcaption", {}, spec.key));
  let drawn = 0;
  const draw = (): void => {
    const width = Math.floor(box.clientWidth);
    if (width < 1 || width === drawn) return;
    drawn = width;
    const svg = Plot.plot({ ...defaults, width, ...spec.plot(width) });
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", spec.label);
    box.replaceChildren(svg);
  };
  new ResizeObserver(draw).observe(box);
  // A printer does not wait for observers.
  onPrint(draw);
  return figure;
}

// Names are the user's and may be long; tooltips and tables have them whole.
export function shortened(text: string, most: number): string {
  const signs = [...text];
  return signs.length <= most ? text : signs.slice(0, Math.max(1, most - 1)).join("") + "…";
}

// About how many signs of the charts' font fit.
export const fitting = (pixels: number): number => Math.max(4, Math.floor(pixels / 6.4));

// Around a text that stands on lines.
export const halo = { stroke: "var(--paper)", strokeWidth: 5 };

export const tipStyle = { fontSize: 12, lineWidth: 28, lineHeight: 1.25, textPadding: 9 };

// Logarithmic where the largest is far above the smallest; else the differences are worth the room.
export function levelAxis(values: readonly number[], label: string): Plot.ScaleOptions {
  const positive = values.filter((value) => value > 0);
  const logarithmic = Math.max(...positive) > 8 * Math.min(...positive);
  return { type: logarithmic ? "log" : "linear", grid: true, nice: true, ticks: 5, tickFormat: logarithmic ? "~g" : undefined, label, labelArrow: "none" };
}

// Of ticks in rising order those that stand `apart` pixels from the one before, so that their labels do not run into each other.
export function spaced(ticks: readonly number[], at: (tick: number) => number, apart: number): number[] {
  const kept: number[] = [];
  for (const tick of ticks) if (kept.length === 0 || at(tick) - at(kept[kept.length - 1]) >= apart) kept.push(tick);
  return kept;
}
