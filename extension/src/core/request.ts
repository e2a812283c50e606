/** Requests as people write them in the panel, keep them and share them. */

import { formatJson } from "./json";

/** What the fields of the panel hold. */
export interface Draft {
  readonly method: string;
  /** Below the function's route, with its query: `/sub/path?x=1`; may be empty. */
  readonly path: string;
  /** One `Name: value` a line. */
  readonly headers: string;
  readonly body: string;
}

export const EMPTY_DRAFT: Draft = { method: "GET", path: "", headers: "", body: "" };

export type Header = readonly [name: string, value: string];

/** How an answer begins. */
export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly Header[];
  /** Seconds from the start of the request to the head of the answer. */
  readonly seconds: number;
}

/** Headers as values, and the first line that is none. */
export interface ParsedHeaders {
  readonly headers: readonly Header[];
  readonly problem?: string;
}

/** Read the lines of the headers; empty lines and lines with `#` are passed over. */
export function parseHeaders(text: string): ParsedHeaders {
  const headers: Header[] = [];
  for (const line of text.split("\n").map((part) => part.trim())) {
    if (line === "" || line.startsWith("#")) continue;
    const found = /^([!#$%&'*+.^_`|~\w-]+)\s*:\s*(.*)$/.exec(line);
    if (!found) {
      return { headers, problem: `Not a header of the form "Name: value": ${line}` };
    }
    headers.push([found[1] ?? "", found[2] ?? ""]);
  }
  return { headers };
}

/** Return the lines of headers. */
export function headerLines(headers: readonly Header[]): string {
  return headers.map(([name, value]) => `${name}: ${value}`).join("\n");
}

/** Say what is wrong with a body that claims to be JSON; undefined when nothing is. */
export function jsonProblem(draft: Draft): string | undefined {
  const type = parseHeaders(draft.headers).headers.find(
    ([name]) => name.toLowerCase() === "content-type",
  )?.[1];
  if (!type?.includes("json") || draft.body.trim() === "") return undefined;
  try {
    JSON.parse(draft.body);
    return undefined;
  } catch (error) {
    return `The body is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Return a body as it is read best: JSON with indentation, all else as it came. */
export function prettyBody(contentType: string, body: string): string {
  return (contentType.includes("json") && formatJson(body)) || body;
}

const MOST_KEPT = 20;

/** Return the history with a request at its front, each request once. */
export function remember(history: readonly Draft[], draft: Draft): Draft[] {
  const same = (other: Draft) => JSON.stringify(other) === JSON.stringify(draft);
  return [draft, ...history.filter((other) => !same(other))].slice(0, MOST_KEPT);
}

/** Return a file name for a request that people see in `.funclens/requests`. */
export function fileNameFor(functionId: string, name: string): string {
  const plain = `${functionId} ${name}`.normalize("NFKC").toLowerCase();
  return `${plain.replace(/[^\p{L}\p{N}.]+/gu, "-").replace(/^[-.]+|[-.]+$/g, "")}.http`;
}
