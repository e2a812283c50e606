/** A table of names and values, in which rows are added, removed and switched off. */

import type { Part } from "../core/draft";
import { element } from "./page";

export interface TableOptions {
  /** Element of the rows. */
  readonly id: string;
  /** Word for one row, in labels. */
  readonly word: string;
  /** List of names to offer. */
  readonly names?: string;
  onChange(rows: readonly Part[]): void;
  /** Ask for another file of a row. */
  onPick?(index: number): void;
}

export class RowTable {
  private rows: Part[] = [];

  constructor(private readonly options: TableOptions) {}

  /** Show rows, unless they are shown already or being edited. */
  show(rows: readonly Part[]): void {
    if (element(this.options.id).contains(document.activeElement)) return;
    const full = this.rows.filter(({ name, value, file }) => name || value || file);
    if (JSON.stringify(full) === JSON.stringify(rows)) return;
    this.rows = [...rows];
    this.draw();
  }

  /** Add a row, and begin to edit it. */
  add(row: Part = { name: "", value: "", on: true }): void {
    this.rows.push(row);
    this.draw();
    this.input(this.rows.length - 1)?.focus();
    if (row.name || row.file) this.changed();
  }

  /** Change one row. */
  update(index: number, change: Partial<Part>): void {
    const row = this.rows[index];
    if (!row) return;
    this.rows[index] = { ...row, ...change };
    this.changed();
  }

  /** Show a file in its row. */
  setFile(index: number, file: string): void {
    this.update(index, { file });
    this.draw();
  }

  private remove(index: number): void {
    this.rows.splice(index, 1);
    this.draw();
    this.changed();
    const next = this.input(Math.min(index, this.rows.length - 1));
    (next ?? element(`add-${this.options.id === "fields" ? "field" : this.options.id}`)).focus();
  }

  private changed(): void {
    this.options.onChange(this.rows.filter(({ name, value, file }) => name || value || file));
  }

  private draw(): void {
    element(this.options.id).replaceChildren(
      ...this.rows.map((row, index) => this.line(row, index)),
    );
  }

  private input(index: number): HTMLInputElement | undefined {
    return (
      element(this.options.id).children[index]?.querySelector<HTMLInputElement>(".name") ??
      undefined
    );
  }

  private line(row: Part, index: number): HTMLElement {
    const line = document.createElement("div");
    const { word, names } = this.options;
    const number = index + 1;
    line.className = row.on ? "row" : "row off";
    const on = input("checkbox", `Send ${word} ${number}`);
    on.checked = row.on;
    on.addEventListener("change", () => {
      line.className = on.checked ? "row" : "row off";
      this.update(index, { on: on.checked });
    });
    const name = input("text", `Name of ${word} ${number}`, "Name");
    name.className = "name";
    name.value = row.name;
    if (names) name.setAttribute("list", names);
    name.addEventListener("input", () => this.update(index, { name: name.value }));
    line.append(on, name, this.valueOf(row, index), this.removal(word, number, index));
    return line;
  }

  private valueOf(row: Part, index: number): HTMLElement {
    const { word } = this.options;
    if (row.file !== undefined) {
      const file = button("choice", fileName(row.file) || "Choose File…");
      file.setAttribute("aria-label", `File of ${word} ${index + 1}: ${file.textContent}`);
      file.title = row.file;
      file.addEventListener("click", () => this.options.onPick?.(index));
      return file;
    }
    const value = input("text", `Value of ${word} ${index + 1}`, "Value");
    value.value = row.value;
    value.addEventListener("input", () => this.update(index, { value: value.value }));
    return value;
  }

  private removal(word: string, number: number, index: number): HTMLElement {
    const removal = button("icon", "✕");
    removal.setAttribute("aria-label", `Remove ${word} ${number}`);
    removal.title = "Remove";
    removal.addEventListener("click", () => this.remove(index));
    return removal;
  }
}

function input(type: string, label: string, placeholder = ""): HTMLInputElement {
  const made = document.createElement("input");
  made.type = type;
  made.spellcheck = false;
  made.placeholder = placeholder;
  made.setAttribute("aria-label", label);
  return made;
}

function button(className: string, text: string): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  made.textContent = text;
  return made;
}

function fileName(uri: string): string {
  const name = uri.slice(uri.lastIndexOf("/") + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
