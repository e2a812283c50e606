/** Kinds of bodies and their content types. */

import type { BodyKind, Draft, Row } from "./draft";
import { formRows, headerRows, headerText } from "./rows";

const TYPES: { readonly [Kind in BodyKind]: string } = {
  none: "",
  json: "application/json",
  form: "application/x-www-form-urlencoded",
  multipart: "multipart/form-data",
  text: "text/plain; charset=utf-8",
  event: "",
};

/** Return how a draft's body is written. */
export function kindOf(draft: Draft): BodyKind {
  if (draft.kind) return draft.kind;
  if (draft.event) return "event";
  const type = typeOf(headerRows(draft.headers))?.value.toLowerCase() ?? "";
  if (type.startsWith(TYPES.form)) return "form";
  if (type.startsWith(TYPES.multipart) && draft.parts) return "multipart";
  if (draft.body === "") return "none";
  if (type.includes("json")) return "json";
  return type === "" && looksLikeJson(draft.body) ? "json" : "text";
}

/**
 * Return a draft with its kind and content type filled in.
 *
 * A body that parses as JSON gets its content type, unless the user has removed it.
 */
export function completed(draft: Draft): Draft {
  const kind = kindOf(draft);
  const parts = kind === "form" ? (draft.parts ?? formRows(draft.body)) : draft.parts;
  const rows = headerRows(draft.headers);
  const isTyped = draft.untyped || kind !== "json" || typeOf(rows) !== undefined;
  const headers = isTyped ? draft.headers : headerText(withType(rows, kind));
  return { ...draft, kind, headers, ...(parts ? { parts } : {}) };
}

/** Return header rows with the content type of a kind, in place of another kind's. */
export function withType(rows: readonly Row[], kind: BodyKind): Row[] {
  const automatic = new Set(Object.values(TYPES).filter(Boolean));
  const kept = rows.filter(
    (row) => !isType(row) || !automatic.has(row.value.replace(/;\s*boundary=.*$/, "")),
  );
  const value = TYPES[kind];
  if (!value || typeOf(kept)) return kept;
  return [...kept, { name: "Content-Type", value, on: true }];
}

export function isType(row: Row): boolean {
  return row.name.toLowerCase() === "content-type";
}

function typeOf(rows: readonly Row[]): Row | undefined {
  return rows.find(isType);
}

function looksLikeJson(body: string): boolean {
  if (!/^\s*[[{]/.test(body)) return false;
  try {
    JSON.parse(body);
    return true;
  } catch {
    return false;
  }
}
