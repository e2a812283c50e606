/** What both parts of the request panel share: the editor's API and its elements. */

import type { Draft } from "../core/draft";
import type { FromPanel, ToPanel } from "../core/panel";

export type Of<Kind extends ToPanel["kind"]> = Extract<ToPanel, { kind: Kind }>;

/** Handlers of messages, one for each kind. */
export type Receivers<Kinds extends ToPanel["kind"]> = {
  [Kind in Kinds]: (message: Of<Kind>) => void;
};

export interface State {
  /** Function that is shown. */
  readonly id: string;
  /** What was typed, by function. */
  readonly drafts: Readonly<Record<string, Draft>>;
}

declare function acquireVsCodeApi(): {
  postMessage(message: FromPanel): void;
  getState(): State | undefined;
  setState(state: State): void;
};

export const editor = acquireVsCodeApi();

export function say(message: FromPanel): void {
  editor.postMessage(message);
}

export function element<Kind extends HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element ${id}.`);
  return found as Kind;
}
