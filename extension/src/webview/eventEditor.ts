/** The event of a request: its type, the form in which it is sent, and its data. */

import { DELIVERY_WAYS, type EventDraft } from "../core/draft";
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
const way = element<HTMLSelectElement>("way");
const count = element<HTMLInputElement>("count");
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
  const chosen = DELIVERY_WAYS.find((one) => one === way.value);
  const number = Number.parseInt(count.value, 10);
  return {
    ...{ name, mode: mode.value, data: data.value },
    ...(chosen ? { way: chosen } : {}),
    ...(chosen && chosen !== "duplicate" && number > 0 ? { count: number } : {}),
  };
}

export function showEvent(event: EventDraft | undefined): void {
  name = event?.name ?? "";
  showChoice();
  mode.value = event?.mode || (mode.options[0]?.value ?? "");
  data.value = event?.data ?? "";
  way.value = event?.way ?? "";
  count.value = event?.count === undefined ? "" : String(event.count);
  showWay();
}

/** Show the number that a way to deliver needs. */
function showWay(): void {
  element("count-line").hidden = way.value !== "retry" && way.value !== "shuffle";
  element("count-label").textContent = way.value === "retry" ? "Attempts, at most" : "Events";
  element("way-note").hidden = way.value !== "shuffle";
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
  way.addEventListener("change", () => {
    showWay();
    changed();
  });
  count.addEventListener("input", changed);
  data.addEventListener("input", changed);
  element("as-request").addEventListener("click", () => {
    say({ kind: "plain", event: readEvent() });
  });
}
