/** Sends one request and reports its response as it arrives. */

import { request as httpRequest } from "node:http";
import { type Header, parseHeaders } from "./draft";
import type { Outgoing } from "./outgoing";
import type { ResponseHead } from "./response";

/** Maximum size of a response's headers. */
const MOST_HEADER_BYTES = 1_048_576;

/** Reported in this order: head, parts, end; or a failure at any time. */
export interface Listener {
  onHead(head: ResponseHead): void;
  /** A part of the body, as it arrived. The next one waits until it is taken. */
  onPart(part: Uint8Array): Promise<void>;
  onEnd(seconds: number): void;
  onFailure(message: string): void;
}

export interface Exchange {
  /** Abort; nothing more is reported. */
  cancel(): void;
}

/**
 * Send a draft to the function at `base`.
 *
 * The path is sent as written; only characters that are invalid in a request line are
 * percent-encoded. `now` is a clock in milliseconds.
 */
export function exchange(
  base: string,
  draft: Outgoing,
  listener: Listener,
  now: () => number,
): Exchange {
  const { headers, problem } = parseHeaders(draft.headers);
  const silent: Exchange = { cancel: () => undefined };
  if (problem) {
    listener.onFailure(problem);
    return silent;
  }
  const url = new URL(base);
  const started = now();
  const seconds = () => (now() - started) / 1000;
  let over = false;
  let taken: Promise<void> = Promise.resolve();
  const fail = (error: Error) => {
    if (!over) listener.onFailure(explain(error));
    over = true;
  };
  const options = {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port,
    method: draft.method,
    path: encoded(url.pathname + withSlash(draft.path)),
    headers: grouped(headers),
    agent: false as const,
    maxHeaderSize: MOST_HEADER_BYTES,
  };
  try {
    const outgoing = httpRequest(options, (incoming) => {
      listener.onHead({
        status: incoming.statusCode ?? 0,
        reason: incoming.statusMessage ?? "",
        headers: pairs(incoming.rawHeaders),
        seconds: seconds(),
        port: incoming.socket.localPort ?? 0,
      });
      incoming.on("data", (part: Buffer) => {
        if (over) return;
        incoming.pause();
        taken = listener.onPart(part).then(() => void incoming.resume(), fail);
      });
      // Comes before the last part is taken, although the stream is paused.
      incoming.on("end", async () => {
        const end = seconds();
        await taken;
        if (!over) listener.onEnd(end);
        over = true;
      });
      incoming.on("error", fail);
    });
    outgoing.maxHeadersCount = 0;
    outgoing.on("error", fail);
    outgoing.end(draft.body);
    return {
      cancel: () => {
        over = true;
        outgoing.destroy();
      },
    };
  } catch (error) {
    fail(error instanceof Error ? error : new Error(String(error)));
    return silent;
  }
}

/** Return the address that a draft for the function at `base` is sent to. */
export function targetOf(base: string, draft: Outgoing): string {
  const url = new URL(base);
  return `${url.origin}${encoded(url.pathname + withSlash(draft.path))}`;
}

function withSlash(path: string): string {
  return path === "" || path.startsWith("/") || path.startsWith("?") ? path : `/${path}`;
}

function encoded(path: string): string {
  return path.replace(/[^\x21-\x7e]+/gu, encodeURIComponent);
}

function grouped(headers: readonly Header[]): Record<string, string | string[]> {
  const result: Record<string, string | string[]> = {};
  for (const [name, value] of headers) {
    const known = result[name];
    result[name] = known === undefined ? value : [known, value].flat();
  }
  return result;
}

function pairs(raw: readonly string[]): Header[] {
  return Array.from({ length: raw.length / 2 }, (_, index) => [
    raw[2 * index] ?? "",
    raw[2 * index + 1] ?? "",
  ]);
}

function explain(error: Error & { readonly code?: string }): string {
  if (error.code === "ECONNREFUSED") {
    return "Connection refused. Run the function, then send the request again.";
  }
  if (error.code === "HPE_HEADER_OVERFLOW") return "The headers of the response exceed 1 MiB.";
  if (error.code?.startsWith("HPE_")) {
    return `The response is not valid HTTP: ${error.message.replace("Parse Error: ", "")}.`;
  }
  if (error.message === "aborted") {
    return "The connection was closed before the response was complete.";
  }
  return `The request failed: ${error.message}`;
}
