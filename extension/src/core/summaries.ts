/** The requests that the runner remembers: kept current, filtered, in words. */

import type { FunctionInfo, RequestSummary, RequestsChanged } from "./protocol";
import type { RequestNode } from "./requestTree";
import { durationText } from "./response";
import type { Icon } from "./treeItems";

/** Number of requests to keep; the runner keeps as many. */
const MOST = 500;

/** Return the list after a change, newest first. */
export function withRequests(
  list: readonly RequestSummary[],
  { reset, requests }: RequestsChanged,
): readonly RequestSummary[] {
  const known = new Set(requests.map(({ id }) => id));
  const kept = reset ? [] : list.filter(({ id }) => !known.has(id));
  // Requests are reported when they complete, not in the order of their arrival.
  return [...requests, ...kept]
    .sort((one, other) =>
      one.receivedAt < other.receivedAt ? 1 : one.receivedAt > other.receivedAt ? -1 : 0,
    )
    .slice(0, MOST);
}

/** What can follow an `@` in a filter, as the question for one says. */
export const REQUEST_STATES = ["failed", "ok", "delivery", "replay", "request", "saved"] as const;

/** Return what tells whether a request fits all words of a filter. */
export function matcherOf(filter: string): (node: RequestNode) => boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return (node) => {
    const { fn, summary } = node;
    const states = summary
      ? [summary.failed ? "failed" : "ok", summary.origin]
      : [node.kind === "saved" ? "saved" : "request"];
    const text = [node.label, node.description, fn.unit, fn.name, summary?.status].join(" ");
    const found = text.toLowerCase();
    return words.every((word) =>
      word.startsWith("@")
        ? states.some((state) => `@${state}`.startsWith(word))
        : found.includes(word),
    );
  };
}

/** Return how a recorded request is listed. */
export function describeSummary(fn: FunctionInfo, summary: RequestSummary) {
  const { method, path, query, status, seconds, origin, failed } = summary;
  const label = `${method} ${pathAt(fn, `${path}${query && `?${query}`}`)}`;
  const result = seconds === null ? "running" : String(status || "no response");
  const words = [
    ...(origin === "request" ? [] : [origin]),
    result,
    ...(seconds === null ? [] : [durationText(seconds)]),
    timeText(summary.receivedAt),
  ];
  return {
    label,
    description: words.join(" · "),
    tooltip: [`${label} → ${result}`, fn.id, summary.receivedAt].join("\n"),
    spoken: `${label}, ${failed ? "failed " : ""}${origin} to ${[fn.endpoint, ...words].join(", ")}`,
    icon: iconOf(summary),
  };
}

/** Return the path of a request below the address, from what follows that of its function. */
export function pathAt({ endpoint }: FunctionInfo, path: string): string {
  const below = path.replace(/^\/(?=$|\?)/, "");
  return `/${endpoint}${/^[^/?]/.test(below) ? "/" : ""}${below}`;
}

function iconOf({ failed, status, seconds }: RequestSummary): Icon {
  if (seconds === null) return { name: "loading~spin" };
  if (failed) return { name: "error", color: "testing.iconFailed" };
  if (status >= 400) return { name: "warning", color: "list.warningForeground" };
  return { name: "pass", color: "testing.iconPassed" };
}

/** Return the local time of a moment, with the day if it isn't today. */
export function timeText(moment: string, now = new Date()): string {
  const at = new Date(moment);
  if (Number.isNaN(at.getTime())) return "";
  const time = at.toTimeString().slice(0, 8);
  if (at.toDateString() === now.toDateString()) return time;
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${time}`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
