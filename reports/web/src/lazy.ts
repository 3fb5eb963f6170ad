// Work that waits until somebody looks: what is far below is drawn when it comes near, and everything before printing.

const waiting = new Map<Element, () => void>();
const beforePrinting: (() => void)[] = [];
let observer: IntersectionObserver | null = null;

export function whenSeen(element: Element, draw: () => void): void {
  waiting.set(element, draw);
  observer ??= new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) drawNow(entry.target);
  }, { rootMargin: "600px 0px" });
  observer.observe(element);
}

export function drawNow(element: Element): void {
  const draw = waiting.get(element);
  if (!draw) return;
  waiting.delete(element);
  observer?.unobserve(element);
  draw();
}

export function drawAll(): void {
  for (const element of [...waiting.keys()]) drawNow(element);
}

export function onPrint(prepare: () => void): void {
  beforePrinting.push(prepare);
}

// Opens what is folded for the printer, and folds it again.
export function watchPrinting(): void {
  let opened: HTMLDetailsElement[] = [];
  window.addEventListener("beforeprint", () => {
    drawAll();
    for (const prepare of beforePrinting) prepare();
    opened = [...document.querySelectorAll<HTMLDetailsElement>("details:not([open]):not([data-long])")];
    for (const details of opened) details.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
    opened = [];
  });
}
