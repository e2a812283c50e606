/** Requests as the language server takes them. */

import { type Draft, parseHeaders } from "./draft";

/** Return the argument of `funclens.call` for a draft. */
export function callOf(id: string, draft: Draft) {
  return {
    id,
    method: draft.method,
    path: draft.path,
    headers: Object.fromEntries(parseHeaders(draft.headers).headers),
    data: draft.body || null,
  };
}
