/** The response, shown as it arrives. */

import type { ToResponse } from "../core/panel";
import { prettyBody } from "../core/response";
import { element, type Of, type Receivers, say } from "./page";

/** Maximum characters of a response to show; the rest is only counted. */
const MOST_SHOWN = 1_000_000;

const status = element("status");
let answer = { type: "", text: "", bytes: 0 };

/** Show whether a request is under way, which can be stopped. */
function setBusy(busy: boolean): void {
  element("send").hidden = busy;
  element("cancel").hidden = !busy;
}

function showAnswer(): void {
  element("answer-body").textContent = prettyBody(answer.type, answer.text);
}

function size(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`;
}

function duration(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
}

function showHead({ head }: Of<"head">): void {
  const named = (name: string) => head.headers.find(([known]) => known.toLowerCase() === name);
  answer = { type: named("content-type")?.[1] ?? "", text: "", bytes: 0 };
  status.textContent = `${head.status} ${head.reason} · first byte after ${duration(head.seconds)}`;
  status.className = head.status < 400 ? "good" : "bad";
  element("received").hidden = false;
  element("answer-headers").textContent = head.headers
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");
  showAnswer();
}

export const responseReceivers: Receivers<ToResponse["kind"]> = {
  none: () => {
    status.textContent = "No response yet";
    status.className = "";
    element("received").hidden = true;
    element("answer-body").textContent = "";
    setBusy(false);
  },
  sending: () => {
    status.textContent = "Waiting for response…";
    status.className = "";
    element("received").hidden = true;
    element("answer-body").textContent = "";
    setBusy(true);
  },
  head: showHead,
  part: (message) => {
    answer.bytes += message.bytes;
    answer.text = (answer.text + message.text).slice(0, MOST_SHOWN);
    // While it arrives, it is shown unformatted, because partial JSON is invalid.
    element("answer-body").textContent = answer.text;
  },
  end: (message) => {
    const [result] = (status.textContent ?? "").split(" · ");
    status.textContent = `${result} · ${duration(message.seconds)} · ${size(answer.bytes)}`;
    showAnswer();
    setBusy(false);
  },
  failure: (message) => {
    status.textContent = message.message;
    status.className = "bad";
    setBusy(false);
  },
};

element("cancel").addEventListener("click", () => say({ kind: "cancel" }));
