// Elements, made without markup: what comes from a scenario is text and stays text.

export type Child = Node | string | number | null | undefined | false;
export type Attributes = Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>;

export function el<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.replace(/^on/, ""), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  add(element, ...children);
  return element;
}

export function add(parent: Element, ...children: Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

export function badge(state: string): HTMLElement {
  return el("span", { class: `badge ${state}` }, state === "invalid" ? "not valid" : state);
}

// Name and value side by side; what has no value is left out.
export function facts(entries: [string, string | number | null | undefined][]): HTMLElement {
  const list = el("dl", { class: "facts" });
  for (const [name, value] of entries)
    if (value !== null && value !== undefined && value !== "") list.append(el("div", {}, el("dt", {}, name), el("dd", {}, value)));
  return list;
}

export function note(text: string, state = ""): HTMLElement {
  return el("p", { class: `note ${state}` }, text);
}

// A labelled <select>; `changed` gets the chosen value.
export function select(label: string, options: { value: string; text: string }[], chosen: string, changed: (value: string) => void): HTMLElement {
  const box = el("select", {});
  for (const option of options) box.append(el("option", { value: option.value, selected: option.value === chosen }, option.text));
  box.addEventListener("change", () => changed(box.value));
  return el("label", { class: "choice" }, el("span", {}, label), box);
}

// Says something to a screen reader (and to nobody else), e.g. that a text was copied.
export function announce(text: string): void {
  let live = document.getElementById("live");
  if (!live) {
    live = el("div", { id: "live", class: "unseen", "aria-live": "polite" });
    document.body.append(live);
  }
  live.textContent = text;
}
