/** Requests as they are sent: bodies as bytes. */

import { randomBytes } from "node:crypto";
import { isType, kindOf } from "./bodyKind";
import type { Draft, Part } from "./draft";
import { encodePairs, headerRows, headerText } from "./rows";

/** A request whose body is ready. */
export type Outgoing = Pick<Draft, "method" | "path" | "headers"> & {
  readonly body: string | Uint8Array;
};

/** Return a boundary that doesn't occur in any body. */
export function newBoundary(): string {
  return `funclens-${randomBytes(12).toString("hex")}`;
}

/** A file of a form. */
export interface PartFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Return the request for a draft that isn't an event; `read` returns a file by its URI. */
export async function outgoing(
  draft: Draft,
  boundary: string,
  read: (file: string) => Promise<PartFile>,
): Promise<Outgoing> {
  const { method, path, headers } = draft;
  const kind = kindOf(draft);
  if (kind === "none") return { method, path, headers, body: "" };
  if (kind === "form" && draft.parts) {
    return { method, path, headers, body: encodePairs(draft.parts) };
  }
  if (kind !== "multipart") return { method, path, headers, body: draft.body };
  const body = await encodeParts(draft.parts ?? [], boundary, read);
  return { method, path, headers: withBoundary(headers, boundary), body };
}

/** Return the bytes of a multipart body, with files exactly as they are. */
export async function encodeParts(
  parts: readonly Part[],
  boundary: string,
  read: (file: string) => Promise<PartFile>,
): Promise<Uint8Array> {
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [];
  for (const part of parts.filter(({ on, name }) => on && name)) {
    if (part.file === "") {
      throw new Error(`Choose a file for the field "${part.name}", or switch the field off.`);
    }
    const file = part.file === undefined ? undefined : await read(part.file);
    const filename = file ? `; filename="${escaped(file.name)}"` : "";
    const type = file ? `Content-Type: ${typeOfFile(file.name)}\r\n` : "";
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${escaped(part.name)}"${filename}\r\n${type}\r\n`;
    pieces.push(encoder.encode(head), file?.bytes ?? encoder.encode(part.value));
    pieces.push(encoder.encode("\r\n"));
  }
  pieces.push(encoder.encode(`--${boundary}--\r\n`));
  return joined(pieces);
}

/** Return headers in which the content type of a form names its boundary. */
export function withBoundary(headers: string, boundary: string): string {
  const rows = headerRows(headers).map((row) =>
    isType(row) && row.on && !/boundary=/i.test(row.value)
      ? { ...row, value: `${row.value}; boundary=${boundary}` }
      : row,
  );
  return headerText(rows);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    result.set(piece, at);
    at += piece.length;
  }
  return result;
}

/** Return a name as browsers write it. */
function escaped(name: string): string {
  return name.replace(/"/g, "%22").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}

const FILE_TYPES: { readonly [ending: string]: string } = {
  csv: "text/csv",
  gif: "image/gif",
  htm: "text/html",
  html: "text/html",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  json: "application/json",
  md: "text/markdown",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  pdf: "application/pdf",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain",
  wav: "audio/wav",
  webp: "image/webp",
  xml: "application/xml",
  zip: "application/zip",
};

/** Return the content type that a file's name suggests. */
export function typeOfFile(name: string): string {
  const ending = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  return FILE_TYPES[ending] ?? "application/octet-stream";
}
