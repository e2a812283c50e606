/** What is wrong with a body that should be JSON. */

import { kindOf } from "./bodyKind";
import type { Draft } from "./draft";
import { headerRows } from "./rows";

/** Return what is wrong with a body that is written or declared as JSON, or undefined. */
export function jsonProblem(draft: Draft): string | undefined {
  const kind = kindOf(draft);
  const type = headerRows(draft.headers).find(
    ({ name, on }) => on && name.toLowerCase() === "content-type",
  )?.value;
  const isJson = kind === "json" || (kind === "text" && type?.includes("json"));
  if (!isJson || draft.body.trim() === "") return undefined;
  try {
    JSON.parse(draft.body);
    return undefined;
  } catch (error) {
    return `The body is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}
