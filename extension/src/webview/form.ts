/** The request: fields, keys, and what the extension proposes for them. */

import { type Draft, EMPTY_DRAFT, jsonProblem } from "../core/draft";
import { formatJson } from "../core/json";
import type { ToForm } from "../core/panel";
import { editor, element, type Of, type Receivers, say } from "./page";

let functionId = editor.getState()?.id ?? "";
let past: readonly Draft[] = [];
/** Drafts that the user has written, by function; proposals don't replace them. */
let drafts: Readonly<Record<string, Draft>> = editor.getState()?.drafts ?? {};
const MOST_DRAFTS = 50;
const method = element<HTMLInputElement>("method");
const path = element<HTMLInputElement>("path");
const headers = element<HTMLTextAreaElement>("headers");
const body = element<HTMLTextAreaElement>("body");

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
  check();
}

/** Return whether something was typed, perhaps before this script ran. */
function isTyped(): boolean {
  return Boolean(path.value || headers.value || body.value);
}

function check(): void {
  element("problem").textContent = jsonProblem(readDraft()) ?? "";
}

/** Save the input, in case the panel is hidden or the window is reloaded. */
function keep(): void {
  const { [functionId]: _, ...others } = drafts;
  const newest = Object.entries(others).slice(1 - MOST_DRAFTS);
  drafts = Object.fromEntries([...newest, [functionId, readDraft()]]);
  saveState();
  check();
}

function saveState(): void {
  editor.setState({ id: functionId, drafts });
}

function send(): void {
  if (!element<HTMLButtonElement>("send").disabled) say({ kind: "send", draft: readDraft() });
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
  if (message.id !== functionId) {
    const isFirst = functionId === "";
    functionId = message.id;
    element("advice").hidden = true;
    if (isFirst && isTyped()) keep();
    else showDraft(drafts[functionId] ?? EMPTY_DRAFT);
  }
  saveState();
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
}

export const formReceivers: Receivers<ToForm["kind"]> = {
  function: showFunction,
  draft: (message) => {
    if (message.proposed && drafts[functionId]) return;
    element("advice").textContent = message.advice;
    element("advice").hidden = !message.advice;
    showDraft(message.draft);
    if (!message.proposed) keep();
  },
};

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
element("request").addEventListener("input", keep);
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
  if (!draft) return;
  showDraft(draft);
  keep();
});
element("save").addEventListener("click", () => say({ kind: "save", draft: readDraft() }));
element("curl").addEventListener("click", () => say({ kind: "curl", draft: readDraft() }));

/** Show what was kept, and ask for the function. */
export function startForm(): void {
  const kept = drafts[functionId];
  if (kept) showDraft(kept);
  say({ kind: "ready" });
  path.focus();
}
