// Reads the document of the page and hands it to whoever draws its kind.
import "./licences";
import { el } from "./parts";
import { watchPrinting } from "./lazy";
import { render as renderComparison } from "./comparison";
import { render as renderHistory } from "./history";
import { render as renderOverlay } from "./overlay";
import { render as renderResult } from "./result";
import { themeButton } from "./theme";
import type { Page } from "./page";

type Render = (page: never, root: HTMLElement) => void;

// One line for each kind of page.
const kinds: Record<string, Render> = {
  result: renderResult,
  overlay: renderOverlay,
  comparison: renderComparison,
  history: renderHistory,
};

// A large document is packed: gzip, in base64.
async function documentText(element: HTMLElement): Promise<string> {
  const text = element.textContent ?? "";
  if (element.dataset.packed !== "gzip") return text;
  const bytes = Uint8Array.from(atob(text.trim()), (sign) => sign.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

async function start(): Promise<void> {
  const root = document.getElementById("main");
  const element = document.getElementById("page");
  if (!root || !element) return;
  try {
    const page = JSON.parse(await documentText(element)) as Page;
    const render = kinds[page.kind];
    if (!render) throw new Error(`no page of the kind ${page.kind}`);
    render(page as never, root);
  } catch (error) {
    root.append(el("p", { class: "note exceeded" }, "This page could not be drawn by this browser. The same report as text: tracetax report FOLDER --as text."));
    console.error(error);
  }
  const header = document.querySelector("body > header");
  if (header && !header.querySelector(".theme")) header.append(el("p", { class: "tools" }, themeButton(),
    el("button", { type: "button", onclick: () => window.print() }, "Print")));
  watchPrinting();
  // The place that the address names came into being only now.
  if (location.hash.length > 1) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  document.documentElement.dataset.ready = "true";
}

void start();
