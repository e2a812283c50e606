/** Makes what the panel shows of a recorded request, a draft of it, and its response. */

import { STATUS_CODES } from "node:http";
import type { Draft } from "./draft";
import type { RecordedMessage, RequestDetail, RequestSummary } from "./protocol";
import type { RecordedView, TimingRow, TraceRow } from "./recordedView";
import { durationText, type ResponseHead, sizeText } from "./response";
import { timeText } from "./summaries";

const MOST_SHOWN = 200_000;
const DEEPEST = 20;
const PHASES = [
  ["queued", "Waiting for a worker"],
  ["loading", "Starting and loading the unit"],
  ["function", "Function, until the first byte"],
  ["streaming", "Streaming the response"],
] as const;

/** Return what the panel shows; `others` are those that the trace is looked for in. */
export function recordedView(
  detail: RequestDetail,
  others: readonly RequestSummary[],
): RecordedView {
  const { exception } = detail;
  return {
    title: titleOf(detail),
    timing: timingRows(detail),
    exception: exception ? `${exception.type}: ${exception.message}` : "",
    frames: (exception?.frames ?? []).map((frame) => ({
      place: `${baseName(frame.file)}:${frame.line}`,
      function: frame.function,
      source: frame.source.trim(),
      isUser: frame.isUser,
      locals: Object.entries(frame.locals),
    })),
    request: detail.request ? requestText(detail, detail.request) : "",
    trace: traceRows(detail, others),
  };
}

function titleOf(detail: RequestDetail): string {
  const { delivery } = detail;
  const origin = delivery
    ? `delivery of ${delivery.source}, attempt ${delivery.attempt}`
    : detail.replayOf
      ? "replay"
      : "";
  return [timeText(detail.receivedAt), origin].filter(Boolean).join(" · ");
}

function timingRows({ timing }: RequestDetail): TimingRow[] {
  const whole = PHASES.reduce((sum, [name]) => sum + timing[name], 0);
  let start = 0;
  return PHASES.map(([phase, name]) => {
    const length = whole > 0 ? timing[phase] / whole : 0;
    const row = { name, text: durationText(timing[phase]), start, length };
    start += length;
    return row;
  });
}

function requestText(detail: RequestDetail, message: RecordedMessage): string {
  const head = [
    `${detail.method} ${message.target || detail.path}`,
    ...message.headers.map(([name, value]) => `${name}: ${value}`),
  ];
  const body = message.text ?? (message.base64 ? `${sizeText(message.size)} of binary data` : "");
  const cut = message.truncated
    ? `\n… the first ${sizeText(body.length)} of ${sizeText(message.size)}`
    : "";
  return `${head.join("\n")}${body && `\n\n${body.slice(0, MOST_SHOWN)}`}${cut}`;
}

/** Return the requests of a trace, each below the one that caused it. */
function traceRows(detail: RequestSummary, others: readonly RequestSummary[]): TraceRow[] {
  const { traceId } = detail;
  const all = others.filter((one) => traceId && one.traceId === traceId);
  if (all.length < 2) return [];
  const bySpan = new Map(all.map((one) => [one.spanId, one]));
  const depthOf = (one: RequestSummary): number => {
    let depth = 0;
    for (
      let parent = bySpan.get(one.parentId);
      parent && depth < DEEPEST;
      parent = bySpan.get(parent.parentId)
    ) {
      depth++;
    }
    return depth;
  };
  return [...all]
    .sort((one, other) => one.receivedAt.localeCompare(other.receivedAt))
    .map((one) => ({
      id: one.id,
      text: `${one.function} ${one.method} ${one.path} · ${one.status || "no response"}`,
      depth: depthOf(one),
      isShown: one.id === detail.id,
    }));
}

/** Return the head of a recorded response, or undefined if there was none. */
export function recordedHead({
  response,
  status,
  seconds,
}: RequestDetail): ResponseHead | undefined {
  if (!response) return undefined;
  const headers = response.headers.map(([name = "", value = ""]) => [name, value] as const);
  const code = response.status || status;
  const reason = STATUS_CODES[code] ?? "";
  return { status: code, reason, headers, seconds: seconds ?? 0, port: 0 };
}

/** Return the body of a message, as much of it as is known. */
export function recordedBody({ text, base64 }: RecordedMessage): Uint8Array {
  return base64 === null ? Buffer.from(text ?? "") : Buffer.from(base64, "base64");
}

/** Return the draft of a recorded request; undefined if its bytes aren't known. */
export function recordedDraft({ draft }: RequestDetail): Draft | undefined {
  return draft ? { ...draft } : undefined;
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}
