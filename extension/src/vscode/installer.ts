/** Installs missing packages of a unit in a terminal, after asking, and loads it again. */

import {
  commands,
  ShellExecution,
  ShellQuoting,
  Task,
  TaskPanelKind,
  TaskRevealKind,
  TaskScope,
  tasks,
  window,
} from "vscode";
import { type Installation, installationFor } from "../core/install";
import { ServerCommand } from "../core/protocol";
import type { Store } from "./store";

const INSTALL = "Install in Terminal";

/**
 * Show why a command failed; if a package is missing, offer to install
 * it in the unit's interpreter and load the unit again.
 */
export async function explainFailure(
  store: Store,
  message: string,
  functionId: unknown,
): Promise<void> {
  const fn = store.current.functions.find((item) => item.id === functionId);
  const installation = fn && installationFor(store.current.runner, fn.unit);
  if (!installation) {
    void window.showErrorMessage(message);
    return;
  }
  if ((await window.showErrorMessage(message, INSTALL)) !== INSTALL) return;
  if ((await run(installation)) === 0) {
    await commands.executeCommand(ServerCommand.restart, { id: fn.id });
  }
}

/** Run the installation in a terminal; return its exit code. */
async function run(installation: Installation): Promise<number | undefined> {
  const quote = (value: string) => ({ value, quoting: ShellQuoting.Strong });
  const task = new Task(
    { type: "funclens", unit: installation.unit },
    TaskScope.Workspace,
    `Install packages for ${installation.unit}`,
    "Funclens",
    new ShellExecution(quote(installation.python), installation.args.map(quote)),
  );
  task.presentationOptions = { reveal: TaskRevealKind.Always, panel: TaskPanelKind.Dedicated };
  const execution = await tasks.executeTask(task);
  return new Promise((resolve) => {
    const listener = tasks.onDidEndTaskProcess((event) => {
      if (event.execution !== execution) return;
      listener.dispose();
      resolve(event.exitCode);
    });
  });
}
