/** Requests to the function that were sent or saved, to choose one. */

import type { Draft } from "../core/draft";
import type { Saved } from "../core/panel";
import { element } from "./page";

const select = element<HTMLSelectElement>("past");
let past: readonly Draft[] = [];
let choose: (draft: Draft) => void = () => undefined;

select.addEventListener("change", () => {
  const draft = past[Number(select.value)];
  if (draft && select.value !== "") choose(draft);
});

export function showPast(
  { saved, history }: { readonly saved: readonly Saved[]; readonly history: readonly Draft[] },
  onChoose: (draft: Draft) => void,
): void {
  choose = onChoose;
  past = [...saved.map((item) => item.draft), ...history];
  const names = saved.map((item) => `★ ${item.name}`);
  select.replaceChildren(
    option("", past.length > 0 ? "Choose…" : "None yet"),
    ...past.map((draft, index) => option(String(index), names[index] ?? labelOf(draft))),
  );
}

function option(value: string, text: string): HTMLOptionElement {
  const made = document.createElement("option");
  made.value = value;
  made.textContent = text;
  return made;
}

function labelOf(draft: Draft): string {
  const written = draft.event ? `${draft.event.name} ${draft.event.data}` : draft.body;
  const fields = draft.parts?.map(({ name }) => name).join(", ");
  const text = (fields || written).replace(/\s+/g, " ").trim();
  return `${draft.method} ${draft.path || "/"}${text ? ` · ${text.slice(0, 60)}` : ""}`;
}
