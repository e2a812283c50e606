/** The request that a redirect asks for. */

import type { Outgoing } from "./outgoing";
import type { ResponseHead } from "./response";
import { headerOf } from "./shownBody";

/** Maximum number of redirects to follow, as browsers do. */
export const MOST_HOPS = 20;

/** Headers that describe a body, which a redirected request may not have. */
const OF_BODY = /^content-(?:type|length|encoding|language|location)\s*:/i;

/** Return the address of a redirect, or undefined if the response is none. */
export function redirectTarget(requested: string, head: ResponseHead): URL | undefined {
  const location = headerOf(head.headers, "location");
  if (!location || ![301, 302, 303, 307, 308].includes(head.status)) return undefined;
  try {
    const target = new URL(location, requested);
    return /^https?:$/.test(target.protocol) ? target : undefined;
  } catch {
    return undefined;
  }
}

/** Return the request to send to the target, as browsers change its method and body. */
export function redirected(draft: Outgoing, status: number, target: URL): Outgoing {
  const path = target.search;
  const keeps =
    status > 303 || draft.method === "HEAD" || (status < 303 && draft.method !== "POST");
  if (keeps) return { ...draft, path };
  const lines = draft.headers.split("\n").filter((line) => !OF_BODY.test(line.trim()));
  return { ...draft, method: "GET", path, headers: lines.join("\n"), body: "" };
}
