// The machine, the exact scenario, and the one command that does it again.
import { announce, el, facts, note } from "../parts";
import { save } from "../download";
import { size } from "../format";
import type { Context } from "../context";

// navigator.clipboard does not exist on pages from a disk in every browser; a selection can be copied everywhere.
async function copy(source: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(source.textContent ?? "");
    return true;
  } catch {
    const range = document.createRange();
    range.selectNodeContents(source);
    const selection = window.getSelection();
    selection?.removeAllRanges();
    selection?.addRange(range);
    const done = document.execCommand("copy");
    if (done) selection?.removeAllRanges();
    return done;
  }
}

export function copyable(text: string, what: string): HTMLElement {
  const code = el("pre", { tabindex: 0, role: "region", "aria-label": what }, el("code", {}, text));
  const button = el("button", { type: "button", class: "small" }, `Copy ${what}`);
  button.addEventListener("click", () => {
    void copy(code).then((done) => {
      button.textContent = done ? "Copied" : "Press Ctrl+C";
      announce(done ? `${what} copied` : `${what} selected: press Ctrl+C`);
      setTimeout(() => (button.textContent = `Copy ${what}`), 2500);
    });
  });
  return el("div", { class: "copyable" }, el("p", { class: "tools" }, button), code);
}

export function drawEnvironment({ result, words, details }: Context, body: HTMLElement): void {
  const e = result.environment;
  body.append(facts([["host", e.host], ["processor", e.cpu], ["cores", e.cores > 0 ? e.cores : ""], ["memory", e.memory_bytes > 0 ? size(e.memory_bytes) : ""],
    ["kernel", e.kernel], ["compiler", e.compiler], ["build", e.build_type], ...Object.entries(e.versions), ["started", words.started], ["took", words.took]]));
  body.append(el("h3", {}, "The scenario, as it ran"));
  body.append(details && details.scenario
    ? copyable(details.scenario, "the scenario")
    : note(`It is in the result folder: scenario.resolved.yaml, made from ${result.scenario_file || "the scenario"}.`));
}

// For a POSIX shell.
const quoted = (text: string): string => (/^[\w./:=@%+-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`);

export function drawReproduce({ result, words, details }: Context, body: HTMLElement): void {
  const command = details?.command || `tracetax run ${quoted(result.scenario_file || "SCENARIO")} --seed ${words.seed}`;
  body.append(copyable(command, "the command"));
  if (details?.scenario) {
    body.append(el("p", { class: "tools" }, el("button", { type: "button", class: "small", onclick: () =>
      save("scenario.resolved.yaml", "application/yaml", details.scenario) }, "Save scenario.resolved.yaml")));
  }
  body.append(note("In the result folder, or beside the saved scenario. The same seed draws the same schedules, order of arms and service times; the machine is never the same twice. “tracetax compare” holds two results against each other."));
}
