/** The request panel: fields, keys, and the response as it arrives. */

import { type Draft, EMPTY_DRAFT, jsonProblem, prettyBody } from "../core/draft";
import { formatJson } from "../core/json";
import type { FromPanel, ToPanel } from "../core/panel";

type Of<Kind extends ToPanel["kind"]> = Extract<ToPanel, { kind: Kind }>;

interface State {
  readonly id: string;
  readonly draft: Draft;
}

declare function acquireVsCodeApi(): {
  postMessage(message: FromPanel): void;
  getState(): State | undefined;
  setState(state: State): void;
};

/** Maximum characters of a response to show; the rest is only counted. */
const MOST_SHOWN = 1_000_000;

const editor = acquireVsCodeApi();
let functionId = editor.getState()?.id ?? "";
let past: readonly Draft[] = [];
/** Whether the user has typed since the page was loaded. */
let touched = false;
let answer = { type: "", text: "", bytes: 0 };

function element<Kind extends HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element ${id}.`);
  return found as Kind;
}

const method = element<HTMLInputElement>("method");
const path = element<HTMLInputElement>("path");
const headers = element<HTMLTextAreaElement>("headers");
const body = element<HTMLTextAreaElement>("body");
const status = element("status");

function readDraft(): Draft {
  return {
    method: method.value.trim().toUpperCase() || "GET",
    path: path.value.trim(),
    headers: headers.value,
    body: body.value,
  };
}

function showDraft(draft: Draft): void {
  method.value = draft.method;
  path.value = draft.path;
  headers.value = draft.headers;
  body.value = draft.body;
  keep();
}

/** Save the input, in case the panel is hidden or the window is reloaded. */
function keep(): void {
  const draft = readDraft();
  editor.setState({ id: functionId, draft });
  element("problem").textContent = jsonProblem(draft) ?? "";
}

function say<Kind extends FromPanel["kind"]>(message: Extract<FromPanel, { kind: Kind }>): void {
  editor.postMessage(message);
}

function send(): void {
  if (!element<HTMLButtonElement>("send").disabled) say({ kind: "send", draft: readDraft() });
}

function setBusy(busy: boolean): void {
  element("send").hidden = busy;
  element("cancel").hidden = !busy;
}

function option(value: string, text: string): HTMLOptionElement {
  const made = document.createElement("option");
  made.value = value;
  made.textContent = text;
  return made;
}

function labelOf(draft: Draft): string {
  const text = draft.body.replace(/\s+/g, " ").trim();
  return `${draft.method} ${draft.path || "/"}${text ? ` · ${text.slice(0, 60)}` : ""}`;
}

function showFunction(message: Of<"function">): void {
  functionId = message.id;
  element("title").textContent = message.title;
  element("base").textContent = message.url || "Not running";
  element<HTMLButtonElement>("send").textContent = message.running ? "Send" : "Run and Send";
  const events = element<HTMLSelectElement>("event");
  const chosen = events.value || message.fitting;
  events.replaceChildren(...message.types.map((type) => option(type.name, type.title)));
  events.value = chosen;
  element("events").hidden = message.fitting === "";
  past = [...message.saved.map((saved) => saved.draft), ...message.history];
  const names = message.saved.map((saved) => `★ ${saved.name}`);
  element<HTMLSelectElement>("past").replaceChildren(
    option("", past.length > 0 ? "Choose…" : "None yet"),
    ...past.map((draft, index) => option(String(index), names[index] ?? labelOf(draft))),
  );
  keep();
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

const receivers: { [Kind in ToPanel["kind"]]: (message: Of<Kind>) => void } = {
  function: showFunction,
  draft: (message) => {
    if (message.proposed && touched) return;
    element("advice").textContent = message.advice;
    element("advice").hidden = !message.advice;
    showDraft(message.draft);
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

function receive<Kind extends ToPanel["kind"]>(message: Of<Kind>): void {
  receivers[message.kind as Kind](message);
}

element("request").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    send();
  }
});
element("request").addEventListener("input", () => {
  touched = true;
  keep();
});
element("cancel").addEventListener("click", () => say({ kind: "cancel" }));
element("format").addEventListener("click", () => {
  body.value = formatJson(body.value) ?? body.value;
  keep();
});
element("fill").addEventListener("click", () =>
  say({
    kind: "sample",
    event: element<HTMLSelectElement>("event").value,
    mode: element<HTMLSelectElement>("mode").value,
  }),
);
element("past").addEventListener("change", (event) => {
  const draft = past[Number((event.target as HTMLSelectElement).value)];
  if (draft) showDraft(draft);
});
element("save").addEventListener("click", () => say({ kind: "save", draft: readDraft() }));
element("curl").addEventListener("click", () => say({ kind: "curl", draft: readDraft() }));
window.addEventListener("message", (event: MessageEvent<ToPanel>) => receive(event.data));

const kept = editor.getState()?.draft;
// Keep what was typed before this script ran.
touched = Boolean(path.value || headers.value || body.value);
if (kept || !touched) showDraft(kept ?? EMPTY_DRAFT);
else keep();
say({ kind: "ready", draft: kept });
path.focus();
