// A section: a heading with a link to itself, a line of what it shows, and a body that is made when it comes near.
import { el } from "./parts";
import { whenSeen } from "./lazy";

export interface Section {
  id: string;
  title: string;
  shows: string;
  draw: (body: HTMLElement) => void;
  height?: number;    // about, in pixels: what is kept free until it is drawn
}

export function shell(section: Section): HTMLElement {
  const body = el("div", { class: "body", style: `min-height:${section.height ?? 160}px`, "data-waiting": true });
  const element = el("section", { id: section.id, "aria-labelledby": `${section.id}-title` },
    el("h2", { id: `${section.id}-title` }, section.title,
       el("a", { class: "anchor", href: `#${section.id}`, "aria-label": `Link to the section ${section.title}` }, "#")),
    el("p", { class: "hint" }, section.shows), body);
  whenSeen(element, () => {
    body.removeAttribute("style");
    body.removeAttribute("data-waiting");
    try {
      section.draw(body);
    } catch (error) {
      // One section that cannot be drawn must not take the others with it.
      body.append(el("p", { class: "note exceeded" }, "This section could not be drawn; the numbers are in the downloads at the end of the page."));
      console.error(`section ${section.id}:`, error);
    }
  });
  return element;
}

export function contents(sections: Section[]): HTMLElement {
  const list = el("ol", {});
  const links = new Map<string, HTMLAnchorElement>();
  for (const section of sections) {
    const link = el("a", { href: `#${section.id}` }, section.title);
    links.set(section.id, link);
    list.append(el("li", {}, link));
  }
  // The section that is being read is marked.
  const seen = new Set<string>();
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) entry.isIntersecting ? seen.add(entry.target.id) : seen.delete(entry.target.id);
    const current = sections.find((section) => seen.has(section.id))?.id;
    for (const [id, link] of links) id === current ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
  }, { rootMargin: "-15% 0px -70% 0px" });
  requestAnimationFrame(() => {
    for (const section of sections) {
      const element = document.getElementById(section.id);
      if (element) observer.observe(element);
    }
  });
  const wide = window.matchMedia("(min-width: 1240px)");
  const folded = el("details", { open: wide.matches }, el("summary", {}, "Contents"), list);
  wide.addEventListener("change", () => (folded.open = wide.matches));
  return el("nav", { class: "contents", "aria-label": "Contents" }, folded);
}
