/** Ways to deliver an event: what the panel offers, and what the server is asked. */

import { type Draft, parseHeaders } from "./draft";
import type { Delivery, DeliveryResponse } from "./protocol";
import { durationText, type ResponseHead } from "./response";

/** Return the argument of `funclens.deliver`. */
export function deliverArgument(id: string, draft: Draft): object {
  const { event, path, headers } = draft;
  const { name, mode, data, way, count } = event ?? { name: "", mode: "", data: "" };
  const number = way === "shuffle" ? { count } : way === "retry" ? { attempts: count } : {};
  return {
    id,
    way,
    event: name,
    data,
    headers: parseHeaders(headers).headers.map((header) => header.join(": ")),
    ...(mode ? { mode } : {}),
    ...(path ? { path } : {}),
    ...(count === undefined ? {} : number),
  };
}

/** Return a delivery as a line, and whether it was good; undefined for a remark. */
export function deliveryLine({ text, status, reason, seconds, error }: Delivery): {
  readonly text: string;
  readonly good?: boolean;
} {
  if (status === null) return { text };
  const result = `${status} ${reason}`.trim();
  const line = `${text}: ${result} · ${durationText(seconds)}${error && ` · ${error}`}`;
  return { text: line, good: status >= 200 && status < 300 };
}

/** Return the head of the last response. */
export function headOf(response: DeliveryResponse): ResponseHead {
  const { status, reason, seconds } = response;
  const headers = response.headers.map(([name = "", value = ""]) => [name, value] as const);
  return { status, reason, headers, seconds, port: 0 };
}

/** Return the bytes of the last response. */
export function bodyOf({ body, base64 }: DeliveryResponse): Uint8Array {
  return Buffer.from(body, base64 ? "base64" : "utf8");
}
