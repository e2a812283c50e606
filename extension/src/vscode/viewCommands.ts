/** Commands of the view's title and menus that are about units, folders and the filter. */

import { commands, type Disposable, window } from "vscode";
import { unitLines } from "../core/functions";
import { ServerCommand } from "../core/protocol";
import type { TreeNode } from "../core/tree";
import { FILTER_STATES } from "../core/treeFilter";
import { askForFilter } from "./filterInput";
import type { FunctionsView } from "./functionsView";
import { createFunction } from "./newFunction";
import type { LanguageServer } from "./server";
import type { Store } from "./store";

const FILTER = {
  title: "Filter Functions",
  placeholder: "Names or paths, or a state like @failed",
  states: FILTER_STATES,
};

/** Register the commands that the view's menus have for units and folders. */
export function registerViewCommands(
  server: LanguageServer,
  store: Store,
  view: FunctionsView,
): Disposable[] {
  const all: Record<string, (node?: TreeNode) => unknown> = {
    newFunction: (node) => createFunction(server, node && view.folderOf(node)),
    filter: () => askForFilter(view, FILTER),
    changeFilter: () => askForFilter(view, FILTER),
    clearFilter: () => {
      view.filter = "";
    },
    runUnit: (node) => onUnit(store, node, ServerCommand.run),
    debugUnit: (node) => onUnit(store, node, ServerCommand.debug),
    restartUnit: (node) => onUnit(store, node, ServerCommand.restart),
    stopUnit: (node) => onUnit(store, node, ServerCommand.stop),
    revealFolder: async (node) => {
      const folder = node && view.folderOf(node);
      if (folder) await commands.executeCommand("revealInExplorer", folder);
    },
  };
  return Object.entries(all).map(([name, act]) =>
    commands.registerCommand(`funclens.palette.${name}`, act),
  );
}

/** Execute a command with a unit and its first function, which some commands want. */
async function onUnit(store: Store, node: TreeNode | undefined, command: string): Promise<void> {
  const unit = node?.kind === "unit" ? node.unit : await askForUnit(store);
  const fn = store.current.functions.find((one) => one.unit === unit);
  if (fn) await commands.executeCommand(command, { id: fn.id, unit: fn.unit });
}

async function askForUnit(store: Store): Promise<string | undefined> {
  await store.load();
  const chosen = await window.showQuickPick(unitLines(store.current), {
    title: "Choose a Unit",
    placeHolder: "Name or path of a unit",
    matchOnDescription: true,
  });
  return chosen?.unit;
}
