/** Formats the output of functions for an output channel. */

import type { OutputEntry } from "./protocol";

/**
 * Formats batches of entries.
 *
 * Each line starts with its unit, padded so that lines align. Unfinished
 * lines are buffered until the rest arrives, so use one instance per channel.
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
      const sign = entry.stream === "request" ? "▸ " : "";
      for (const line of lines) {
        text += `${this.prefix(entry.unit)}${sign}${readable(line.replace(/\r$/, ""))}\n`;
      }
    }
    return text;
  }

  /** Return the buffered lines after the runner stopped. */
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

/** Fields of structured logs that are not shown. */
const MACHINERY = /^(logging\.googleapis\.com\/|time$|timestamp$)/;

/**
 * Return a readable form of a structured log line: severity, message, other fields.
 *
 * A line that isn't a JSON object with a message is returned unchanged.
 */
export function readable(line: string): string {
  if (!line.startsWith("{")) return line;
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return line;
  }
  const { message, severity, ...rest } = json as Record<string, unknown>;
  if (typeof message !== "string") return line;
  const more = Object.entries(rest)
    .filter(([name]) => !MACHINERY.test(name))
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  const level = typeof severity === "string" ? [severity.padEnd(7)] : [];
  return [...level, message.trimEnd(), ...more].join(" ");
}

/** A location in a file that a line of output mentions. */
export interface PlaceInLine {
  /** Range of the link text in the line. */
  readonly start: number;
  readonly end: number;
  readonly path: string;
  /** 1-based. */
  readonly line: number;
}

/** Return the locations in a line of a traceback. */
export function placesIn(line: string): PlaceInLine[] {
  return [...line.matchAll(/File "((?:\/|[A-Za-z]:\\)[^"]+)", line (\d+)/g)].map((found) => ({
    start: found.index,
    end: found.index + found[0].length,
    path: found[1] ?? "",
    line: Number(found[2]),
  }));
}
