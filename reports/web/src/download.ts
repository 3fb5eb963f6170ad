// Files out of the page's own data: Blob URLs, so that it works from a disk and without a network.
import { el } from "./parts";

export type Cell = string | number | boolean | null | undefined;

// RFC 4180; a cell that a spreadsheet would take for a formula is kept from being one.
export function csv(header: string[], rows: Cell[][]): string {
  const cell = (value: Cell): string => {
    if (value === null || value === undefined || (typeof value === "number" && !Number.isFinite(value))) return "";
    let text = String(value);
    if (typeof value === "string" && /^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d.]/.test(text)) text = "'" + text;
    return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  return [header, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

export function save(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = el("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads the Blob after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export const saveCsv = (name: string, header: string[], rows: Cell[][]): void =>
  save(name, "text/csv;charset=utf-8", csv(header, rows));
export const saveJson = (name: string, text: string): void => save(name, "application/json", text);

// A name that every file system takes.
export const fileName = (text: string): string => text.replace(/[^\w.-]+/g, "-").replace(/^[-.]+|-+$/g, "").slice(0, 80) || "tracetax";
