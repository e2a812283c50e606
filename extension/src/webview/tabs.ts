/** The tabs of the response: one is chosen, arrow keys move between those that are shown. */

import { element } from "./page";

const NAMES = ["body", "preview", "headers", "log", "exception", "timing", "received"] as const;

export type TabName = (typeof NAMES)[number];

const tab = (name: TabName) => element<HTMLButtonElement>(`tab-${name}`);

export function chooseTab(chosen: TabName): void {
  for (const name of NAMES) {
    const isChosen = name === chosen;
    tab(name).setAttribute("aria-selected", String(isChosen));
    tab(name).tabIndex = isChosen ? 0 : -1;
    element(`view-${name}`).hidden = !isChosen;
  }
}

export function chosenTab(): TabName {
  return NAMES.find((name) => tab(name).getAttribute("aria-selected") === "true") ?? "body";
}

/** Show or hide a tab; the body takes the place of one that is hidden. */
export function offerTab(name: TabName, isOffered: boolean): void {
  tab(name).hidden = !isOffered;
  if (!isOffered && chosenTab() === name) chooseTab("body");
}

export function titleTab(name: TabName, title: string): void {
  tab(name).textContent = title;
}

for (const name of NAMES) {
  tab(name).addEventListener("click", () => chooseTab(name));
  tab(name).addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const offered = NAMES.filter((other) => !tab(other).hidden);
    const at = (offered.indexOf(name) + step + offered.length) % offered.length;
    const next = offered[at] ?? "body";
    chooseTab(next);
    tab(next).focus();
  });
}
