/** Tables of a request, as text and back: headers, query, form. */

import type { Draft, Part, Row } from "./draft";

const HEADER = /^(#\s*)?([!#$%&'*+.^_`|~\w-]+)\s*:\s*(.*)$/;

/** Return the rows of header lines. */
export function headerRows(text: string): Row[] {
  const rows: Row[] = [];
  for (const line of text.split("\n").map((part) => part.trim())) {
    const found = HEADER.exec(line);
    if (found) rows.push({ name: found[2] ?? "", value: found[3] ?? "", on: !found[1] });
    else if (line !== "" && !line.startsWith("#")) rows.push({ name: line, value: "", on: true });
  }
  return rows;
}

/** Return rows as header lines. */
export function headerText(rows: readonly Row[]): string {
  return rows
    .filter(({ name, value }) => name || value)
    .map(({ name, value, on }) => `${on ? "" : "# "}${name}: ${value}`)
    .join("\n");
}

/** Return the parameters in the query of a path, then those that are not sent. */
export function queryRows(draft: Pick<Draft, "path" | "off">): Row[] {
  return [...pairs(queryOf(draft.path)), ...(draft.off ?? [])];
}

/** Return a path with the parameters that are sent. */
export function withQuery(path: string, rows: readonly Row[]): string {
  const [plain = ""] = path.split("?", 1);
  const query = encodePairs(rows);
  return query ? `${plain}?${query}` : plain;
}

function queryOf(path: string): string {
  const at = path.indexOf("?");
  return at < 0 ? "" : path.slice(at + 1);
}

/** Return the fields of an URL-encoded body. */
export function formRows(body: string): Part[] {
  return pairs(body);
}

/** Return the fields that are sent as an URL-encoded body. */
export function encodePairs(rows: readonly Row[]): string {
  return rows
    .filter(({ name, value, on }) => on && (name || value))
    .map(({ name, value }) => (value ? `${encode(name)}=${encode(value)}` : encode(name)))
    .join("&");
}

function pairs(text: string): Row[] {
  return text
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const at = pair.indexOf("=");
      const [name, value] = at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
      return { name: decode(name), value: decode(value), on: true };
    });
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/%20/g, "+").replace(/%2F/g, "/").replace(/%3A/g, ":");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, " "));
  } catch {
    return text;
  }
}
