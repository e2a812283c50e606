/** Responses, as the panel shows them. */

import type { Header } from "./draft";
import { formatJson } from "./json";

/** Head of a response. */
export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly Header[];
  /** Seconds from the start of the request to the head of the response. */
  readonly seconds: number;
}

/** Return a body for display: JSON indented, everything else unchanged. */
export function prettyBody(contentType: string, body: string): string {
  return (contentType.includes("json") && formatJson(body)) || body;
}
