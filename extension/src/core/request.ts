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

/**
 * Return a request as a `.http` file, which other tools can send too.
 *
 * `base` is the function's address now; it stands in a variable that may be edited.
 */
export function toHttpFile(functionId: string, base: string, draft: Draft): string {
  const lines = [
    `# Function: ${functionId}`,
    `@url = ${base}`,
    "",
    `${draft.method} {{url}}${draft.path}`,
    ...(draft.headers.trim() ? [draft.headers.trim()] : []),
    ...(draft.body ? ["", draft.body] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** Read what `toHttpFile` wrote, or a person since; undefined when it is no request. */
export function fromHttpFile(
  text: string,
): { readonly functionId: string; readonly draft: Draft } | undefined {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const functionId = /^# Function: (\S+)/m.exec(text)?.[1];
  const start = lines.findIndex((line) => /^[A-Z]+ \{\{url\}\}/.test(line));
  const found = /^([A-Z]+) \{\{url\}\}(\S*)/.exec(lines[start] ?? "");
  if (!functionId || !found) return undefined;
  const rest = lines.slice(start + 1);
  const gap = rest.indexOf("");
  const headers = gap < 0 ? rest : rest.slice(0, gap);
  const body =
    gap < 0
      ? ""
      : rest
          .slice(gap + 1)
          .join("\n")
          .replace(/\n$/, "");
  return {
    functionId,
    draft: {
      method: found[1] ?? "GET",
      path: found[2] ?? "",
      headers: headers.join("\n").trim(),
      body,
    },
  };
}

/** Return a file name for a request that people see in `.funclens/requests`. */
export function fileNameFor(functionId: string, name: string): string {
  const plain = `${functionId} ${name}`.normalize("NFKC").toLowerCase();
  return `${plain.replace(/[^\p{L}\p{N}.]+/gu, "-").replace(/^[-.]+|[-.]+$/g, "")}.http`;
}
