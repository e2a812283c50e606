/** The request: fields, keys, and what the extension proposes for them. */

import { completed, isType, kindOf, withType } from "../core/bodyKind";
import { type BodyKind, type Draft, EMPTY_DRAFT, type Part } from "../core/draft";
import { formatJson } from "../core/json";
import { jsonProblem } from "../core/jsonProblem";
import type { ToForm } from "../core/panel";
import { headerRows, headerText, queryRows, withQuery } from "../core/rows";
import { hasEvent, onEvent, readEvent, setTypes, showEvent } from "./eventEditor";
import { onMethod, readMethod, showMethod } from "./methodChoice";
import { editor, element, type Of, type Receivers, say } from "./page";
import { showPast } from "./pastRequests";
import { RowTable } from "./rowTable";

let functionId = editor.getState()?.id ?? "";
/** Drafts that the user has written, by function; proposals don't replace them. */
let drafts: Readonly<Record<string, Draft>> = editor.getState()?.drafts ?? {};
const MOST_DRAFTS = 50;
/** What the fields show. */
let draft: Draft = EMPTY_DRAFT;
/** Whether the fields show a draft of the function. */
let isFilled = false;
/** Whether the user has chosen the method. */
let isMethodChosen = false;

const path = element<HTMLInputElement>("path");
const body = element<HTMLTextAreaElement>("body");
const kinds = [...document.querySelectorAll<HTMLInputElement>("input[name=kind]")];

const query = new RowTable({
  id: "query",
  word: "parameter",
  onChange: (rows) =>
    change({ path: withQuery(draft.path, rows), off: rows.filter((row) => !row.on) }),
});
const headers = new RowTable({
  id: "headers",
  word: "header",
  names: "header-names",
  onChange: (rows) => change({ headers: headerText(rows), untyped: !rows.some(isType) }),
});
const fields = new RowTable({
  id: "fields",
  word: "field",
  onChange: (parts) => change({ parts }),
  onPick: (index) => say({ kind: "pick", index }),
});

/** Take over what the user has changed, and keep it. */
function change(part: Partial<Draft>): void {
  draft = { ...draft, ...part };
  show();
  keep();
}

function show(): void {
  const kind = kindOf(draft);
  showMethod(draft.method);
  if (path.value !== draft.path) path.value = draft.path;
  if (body.value !== draft.body) body.value = draft.body;
  query.show(queryRows(draft));
  headers.show(headerRows(draft.headers));
  fields.show(draft.parts ?? []);
  for (const radio of kinds) radio.checked = radio.value === kind;
  element("text-body").hidden = kind !== "json" && kind !== "text";
  element("format").hidden = kind !== "json";
  element("fields-body").hidden = kind !== "form" && kind !== "multipart";
  element("add-file").hidden = kind !== "multipart";
  element("event-body").hidden = kind !== "event";
  element("problem").textContent = jsonProblem(draft) ?? "";
}

function showDraft(shown: Draft): void {
  draft = completed(shown);
  isMethodChosen = draft.method !== "GET";
  showEvent(draft.event);
  show();
}

/** Write the body in another way; one that isn't empty is posted. */
function setKind(kind: BodyKind): void {
  const rows = withType(headerRows(draft.headers), kind);
  const isPosted = kind !== "none" && !isMethodChosen && draft.method === "GET";
  change({
    kind,
    headers: headerText(rows),
    untyped: false,
    method: isPosted ? "POST" : draft.method,
    ...(kind === "event" ? { event: readEvent() } : {}),
  });
  if (kind === "event" && !hasEvent()) say({ kind: "events" });
  if ((kind === "form" || kind === "multipart") && !draft.parts?.length) fields.add();
}

/** Save the input, in case the panel is hidden or the window is reloaded. */
function keep(): void {
  const { [functionId]: _, ...others } = drafts;
  const newest = Object.entries(others).slice(1 - MOST_DRAFTS);
  drafts = Object.fromEntries([...newest, [functionId, draft]]);
  saveState();
}

function saveState(): void {
  editor.setState({ id: functionId, drafts });
}

function send(): void {
  if (!element("send").hidden) say({ kind: "send", draft });
}

function showFunction(message: Of<"function">): void {
  setTypes(message.types);
  if (message.id !== functionId || !isFilled) {
    functionId = message.id;
    isFilled = true;
    showDraft(drafts[functionId] ?? message.proposed);
  }
  saveState();
  element("title").textContent = message.title;
  element("base").textContent = message.url;
  element("base").title = message.url;
  element("send").textContent = message.running ? "Send" : "Run and Send";
  showPast(message, (chosen) => {
    showDraft(chosen);
    keep();
  });
}

export const formReceivers: Receivers<ToForm["kind"]> = {
  function: showFunction,
  draft: (message) => {
    isFilled = true;
    showDraft(message.draft);
    keep();
  },
  picked: ({ index, files }) => {
    const [first, ...more] = files;
    if (first === undefined) return;
    if (index === undefined) fields.add(partOf(first));
    else fields.setFile(index, first);
    for (const file of more) fields.add(partOf(file));
  },
};

function partOf(file: string): Part {
  return { name: "file", value: "", on: true, file };
}

element("request").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    send();
  } else if (event.key === "Escape" && !element("cancel").hidden) {
    event.preventDefault();
    say({ kind: "cancel" });
  }
});
onMethod(() => {
  isMethodChosen = true;
  change({ method: readMethod() });
});
onEvent(() => change({ event: readEvent() }));
path.addEventListener("input", () => change({ path: path.value.trim() }));
body.addEventListener("input", () => {
  const typed = completed({ ...draft, body: body.value });
  change({ body: body.value, headers: typed.headers });
});
for (const radio of kinds) {
  radio.addEventListener("change", () => setKind(radio.value as BodyKind));
}
element("add-query").addEventListener("click", () => query.add());
element("add-headers").addEventListener("click", () => headers.add());
element("add-field").addEventListener("click", () => fields.add());
element("add-file").addEventListener("click", () => say({ kind: "pick" }));
element("format").addEventListener("click", () =>
  change({ body: formatJson(draft.body) ?? draft.body }),
);
element("save").addEventListener("click", () => say({ kind: "save", draft }));
element("curl").addEventListener("click", () => say({ kind: "curl", draft }));

/** Show what was kept, and ask for the function. */
export function startForm(): void {
  showDraft(drafts[functionId] ?? EMPTY_DRAFT);
  say({ kind: "ready" });
  path.focus();
}
