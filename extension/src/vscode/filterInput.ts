/** Asks for the words that a view is filtered by, while the view follows. */

import { type QuickInputButton, ThemeIcon, window } from "vscode";

const CLEAR: QuickInputButton = { iconPath: new ThemeIcon("clear-all"), tooltip: "Clear Filter" };

/** A view whose content can be filtered. */
export interface Filtered {
  filter: string;
}

export interface FilterTexts {
  readonly title: string;
  readonly placeholder: string;
  /** What can follow an `@`. */
  readonly states: readonly string[];
}

/** Filter while the user types; Escape brings the filter back that was there. */
export function askForFilter(view: Filtered, texts: FilterTexts): void {
  const before = view.filter;
  const input = window.createInputBox();
  let isAccepted = false;
  input.title = texts.title;
  input.placeholder = texts.placeholder;
  input.prompt = `States: ${texts.states.map((state) => `@${state}`).join(", ")}`;
  input.value = before;
  input.buttons = [CLEAR];
  input.onDidChangeValue((value) => {
    view.filter = value.trim();
  });
  input.onDidTriggerButton(() => {
    isAccepted = true;
    view.filter = "";
    input.hide();
  });
  input.onDidAccept(() => {
    isAccepted = true;
    input.hide();
  });
  input.onDidHide(() => {
    if (!isAccepted) view.filter = before;
    input.dispose();
  });
  input.show();
}
