/** Requests as written in the panel, kept in the history and saved. */

/** Content of the panel's fields. */
export interface Draft {
  readonly method: string;
  /** Path below the function's route, with query: `/sub/path?x=1`; may be empty. */
  readonly path: string;
  /** One `Name: value` per line. */
  readonly headers: string;
  readonly body: string;
}

export const EMPTY_DRAFT: Draft = { method: "GET", path: "", headers: "", body: "" };

export type Header = readonly [name: string, value: string];

/** Parsed headers, and the first invalid line. */
export interface ParsedHeaders {
  readonly headers: readonly Header[];
  readonly problem?: string;
}

/** Parse header lines, skipping empty lines and lines with `#`. */
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

/** Return headers as lines. */
export function headerLines(headers: readonly Header[]): string {
  return headers.map(([name, value]) => `${name}: ${value}`).join("\n");
}

/** Return what is wrong with a body declared as JSON, or undefined. */
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

const MOST_KEPT = 20;

/** Add a request to the front of the history, without duplicates. */
export function remember(history: readonly Draft[], draft: Draft): Draft[] {
  const same = (other: Draft) => JSON.stringify(other) === JSON.stringify(draft);
  return [draft, ...history.filter((other) => !same(other))].slice(0, MOST_KEPT);
}

/** Return a readable file name for a request in `.funclens/requests`. */
export function fileNameFor(functionId: string, name: string): string {
  const plain = `${functionId} ${name}`.normalize("NFKC").toLowerCase();
  return `${plain.replace(/[^\p{L}\p{N}.]+/gu, "-").replace(/^[-.]+|[-.]+$/g, "")}.http`;
}
