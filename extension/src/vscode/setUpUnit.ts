/** The command that sets up a unit of the user's choice. */

import { commands, window } from "vscode";
import { unitLines } from "../core/needs";
import { ServerCommand } from "../core/protocol";
import type { Store } from "./store";

/** Set up the unit of a tree node, or one that the user picks. */
export async function setUpUnit(store: Store, argument: unknown): Promise<void> {
  const chosen = hasUnit(argument) ? argument.unit : await askForUnit(store);
  if (chosen === undefined) return;
  await commands.executeCommand(ServerCommand.setUp, chosen ? { unit: chosen } : {});
}

function hasUnit(argument: unknown): argument is { readonly unit: string } {
  const { unit } = (argument ?? {}) as { readonly unit?: unknown };
  return typeof unit === "string";
}

/** Let the user pick a unit; an empty name means all that lack something. */
async function askForUnit(store: Store): Promise<string | undefined> {
  await store.load();
  const lines = unitLines(store.current);
  if (lines.length === 0) {
    void window.showInformationMessage("No functions found in this workspace.");
    return undefined;
  }
  const title = "Set Up Environment";
  const chosen = await window.showQuickPick(lines, { title, placeHolder: "Unit to set up" });
  return chosen?.unit;
}
