// Light or dark: as the system says, until the button is pressed; remembered for as long as the page is open.
import { announce, el } from "./parts";

export function themeButton(): HTMLElement {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const isDark = (): boolean => (root.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";
  const button = el("button", { type: "button", class: "theme" });
  const name = (): void => {
    button.textContent = isDark() ? "Light colours" : "Dark colours";
  };
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    name();
    announce(isDark() ? "Dark colours" : "Light colours");
  });
  dark.addEventListener("change", name);
  name();
  return button;
}
