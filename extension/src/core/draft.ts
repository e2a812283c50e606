/** Requests as written in the panel, kept in the history and saved. */

/** One line of a table: a header, a parameter of the query, a field of a form. */
export interface Row {
  readonly name: string;
  readonly value: string;
  /** Whether it is sent. */
  readonly on: boolean;
}

/** A field or a file of a form. */
export interface Part extends Row {
  /** URI of the file to send. */
  readonly file?: string;
}

/** An event, from which the server makes the request. */
export interface EventDraft {
  readonly name: string;
  /** Form in which it is delivered; empty for the usual one. */
  readonly mode: string;
  /** Payload, as text or JSON. */
  readonly data: string;
  /** How it is delivered; once by default. */
  readonly way?: DeliveryWay;
  /** Number of events to shuffle, or of attempts to deliver one. */
  readonly count?: number;
}

export const DELIVERY_WAYS = ["retry", "duplicate", "shuffle"] as const;
export type DeliveryWay = (typeof DELIVERY_WAYS)[number];

export const BODY_KINDS = ["none", "json", "form", "multipart", "text", "event"] as const;
export type BodyKind = (typeof BODY_KINDS)[number];

/** Content of the panel's fields. */
export interface Draft {
  readonly method: string;
  /** Path below the function's route, with query: `/sub/path?x=1`; may be empty. */
  readonly path: string;
  /** One `Name: value` per line; a line with `#` is not sent. */
  readonly headers: string;
  readonly body: string;
  /** How the body is written; by default, what the headers say. */
  readonly kind?: BodyKind;
  /** Fields of a form. */
  readonly parts?: readonly Part[];
  readonly event?: EventDraft;
  /** Parameters of the query that are not sent. */
  readonly off?: readonly Row[];
  /** Whether the user has removed the content type. */
  readonly untyped?: boolean;
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

const MOST_KEPT = 20;

/** Add a request to the front of the history, without duplicates. */
export function remember(history: readonly Draft[], draft: Draft): Draft[] {
  const same = (other: Draft) => JSON.stringify(other) === JSON.stringify(draft);
  return [draft, ...history.filter((other) => !same(other))].slice(0, MOST_KEPT);
}

/** Names that Windows keeps for devices, whatever follows the first period. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/;

/** Return a readable file name for a request in `.funclens/requests`. */
export function fileNameFor(functionId: string, name: string): string {
  const plain = `${functionId} ${name}`.normalize("NFKC").toLowerCase();
  const file = plain.replace(/[^\p{L}\p{N}.]+/gu, "-").replace(/^[-.]+|[-.]+$/g, "");
  return `${DEVICE.test(file) ? `request-${file}` : file}.http`;
}
