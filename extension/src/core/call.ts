/** Requests as the language server takes them. */

import { type Draft, parseHeaders } from "./draft";
import type { Outgoing } from "./outgoing";

/** Return the argument of `funclens.call` for a request. */
export function callOf(id: string, request: Outgoing) {
  const { body } = request;
  return {
    id,
    method: request.method,
    path: request.path,
    headers: Object.fromEntries(parseHeaders(request.headers).headers),
    ...(typeof body === "string"
      ? { data: body || null }
      : { base64: Buffer.from(body).toString("base64") }),
  };
}

/** Return the parts of a form, with files by their URIs. */
export function partsOf(draft: Draft) {
  return (draft.parts ?? [])
    .filter(({ on, name }) => on && name)
    .map(({ name, value, file }) => (file === undefined ? { name, value } : { name, file }));
}
