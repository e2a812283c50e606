/** Responses, as the panel shows them. */

import type { Header } from "./draft";

/** How a body is shown. */
export type BodyFormat = "json" | "text" | "hex";

/** Head of a response. */
export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly Header[];
  /** Seconds from the start of the request to the head of the response. */
  readonly seconds: number;
  /** Port of this end of the connection, by which the runner's log entry is recognized. */
  readonly port: number;
}

/** Return a size for display. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Return a duration for display. */
export function durationText(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
}

const ENDINGS: readonly (readonly [RegExp, string])[] = [
  [/json/, "json"],
  [/html/, "html"],
  [/svg/, "svg"],
  [/xml/, "xml"],
  [/csv/, "csv"],
  [/yaml/, "yaml"],
  [/javascript/, "js"],
  [/^text\/css/, "css"],
  [/^text\/markdown/, "md"],
  [/^text\//, "txt"],
  [/^image\/jpeg/, "jpg"],
  [/^image\/(?:png|gif|webp|bmp|avif)/, ""],
  [/pdf/, "pdf"],
  [/gzip/, "gz"],
  [/\bzip\b/, "zip"],
];

/** Return a file name for a response body; the ending follows from the type. */
export function fileNameOf(endpoint: string, contentType: string): string {
  const [type = ""] = contentType.split(";");
  const found = ENDINGS.find(([pattern]) => pattern.test(type.trim()));
  const ending = found ? found[1] || type.trim().slice("image/".length) : "bin";
  const plain = endpoint.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[-.]+/, "") || "response";
  return `${plain}.${type ? ending : "txt"}`;
}
