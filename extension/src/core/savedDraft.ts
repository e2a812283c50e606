/** Drafts of the requests in `.http` files. */

import type { Draft } from "./draft";
import type { HttpPart } from "./protocol";

/** Return the draft of a request; one with files is edited as a form. */
export function savedDraft(
  saved: Pick<Draft, "method" | "path" | "headers" | "body"> & {
    readonly parts: readonly HttpPart[];
  },
): Draft {
  const { method, path, headers, body, parts } = saved;
  if (parts.length === 0) return { method, path, headers, body };
  return {
    method,
    path,
    // Each request has its own boundary.
    headers: headers.replace(/(multipart\/form-data)\s*;.*/i, "$1"),
    body,
    kind: "multipart",
    parts: parts.map(({ name, value, file }) => ({
      name,
      value: value ?? "",
      on: true,
      ...(file === null ? {} : { file }),
    })),
  };
}
