/** The event of a request: its type, the form in which it is sent, and its data. */

import type { EventDraft } from "../core/draft";
import type { SampleType } from "../core/protocol";
import { element, say } from "./page";

const MODES: { readonly [mode: string]: string } = {
  binary: "CloudEvent, binary",
  structured: "CloudEvent, structured",
  protobuf: "CloudEvent, protocol buffers",
  legacy: "1st gen event",
  push: "Pub/Sub push",
};

const choice = element<HTMLButtonElement>("event");
const mode = element<HTMLSelectElement>("mode");
const data = element<HTMLTextAreaElement>("data");
let types: readonly SampleType[] = [];
let name = "";

/** Set the types of events that the function may get. */
export function setTypes(known: readonly SampleType[]): void {
  types = known;
  if (name) showChoice();
}

export function hasEvent(): boolean {
  return name !== "";
}

export function readEvent(): EventDraft {
  return { name, mode: mode.value, data: data.value };
}

export function showEvent(event: EventDraft | undefined): void {
  name = event?.name ?? "";
  showChoice();
  mode.value = event?.mode || (mode.options[0]?.value ?? "");
  data.value = event?.data ?? "";
}

function showChoice(): void {
  const type = types.find((item) => item.name === name);
  choice.textContent = type?.title ?? (name || "Choose an Event…");
  data.placeholder = type?.payload ?? "";
  const chosen = mode.value;
  const modes = type?.modes ?? [];
  mode.replaceChildren(
    ...modes.map((value) => {
      const option = document.createElement("option");
      option.value = value;
      option.textContent = MODES[value] ?? value;
      return option;
    }),
  );
  if (modes.includes(chosen)) mode.value = chosen;
  const together = mode.parentElement;
  if (together) together.hidden = modes.length === 0;
}

/** Call back when the user has changed something. */
export function onEvent(changed: () => void): void {
  choice.addEventListener("click", () => say({ kind: "events" }));
  mode.addEventListener("change", changed);
  data.addEventListener("input", changed);
  element("as-request").addEventListener("click", () => {
    say({ kind: "plain", event: readEvent() });
  });
}
