/** Lets the user search the events that a function may get. */

import { type QuickPickItem, QuickPickItemKind, window } from "vscode";
import type { SampleType } from "../core/protocol";

/** Return the name of the event type that the user chooses, or undefined. */
export async function pickEvent(
  types: readonly SampleType[],
  endpoint: string,
): Promise<string | undefined> {
  const fitting = types.filter((type) => type.fits);
  const others = types.filter((type) => !type.fits);
  const items: QuickPickItem[] = [
    { label: `Fits ${endpoint}`, kind: QuickPickItemKind.Separator },
    ...fitting.map(itemOf),
    { label: "Other events", kind: QuickPickItemKind.Separator },
    ...others.map(itemOf),
  ];
  const chosen = await window.showQuickPick(items, {
    title: "Choose an Event",
    placeHolder: "Search by service or name",
    matchOnDescription: true,
  });
  return chosen?.description;
}

function itemOf(type: SampleType): QuickPickItem {
  return { label: type.title, description: type.name };
}
