/** The output of functions as lines of an output channel. */

import type { OutputEntry } from "./protocol";

/**
 * Return the text to append for a batch of entries.
 *
 * Each line carries its unit, padded so that lines of several units align. Parts
 * of lines are kept until the rest arrives: one instance serves one channel.
 */
export class OutputFormatter {
  private readonly partial = new Map<string, string>();
  private width = 0;

  format(entries: readonly OutputEntry[]): string {
    let text = "";
    for (const entry of entries) {
      const key = `${entry.unit}\0${entry.stream}`;
      const lines = ((this.partial.get(key) ?? "") + entry.text).split("\n");
      this.partial.set(key, lines.pop() ?? "");
      for (const line of lines) text += `${this.prefix(entry.unit)}${line.replace(/\r$/, "")}\n`;
    }
    return text;
  }

  /** Return what is left of unfinished lines: the runner has ended. */
  flush(): string {
    let text = "";
    for (const [key, rest] of this.partial) {
      if (rest) text += `${this.prefix(key.slice(0, key.indexOf("\0")))}${rest}\n`;
    }
    this.partial.clear();
    return text;
  }

  private prefix(unit: string): string {
    this.width = Math.max(this.width, unit.length);
    return unit ? `${unit.padEnd(this.width)} │ ` : "";
  }
}
