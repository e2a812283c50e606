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
  workspace,
} from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { Installation } from "../core/install";
import { offerFor } from "../core/needs";
import { DEBUG_FAILED, readDebugFailed, ServerCommand } from "../core/protocol";
import type { Store } from "./store";

const INSTALL = "Install in Terminal";
const SET_UP = "Set Up Environment";

/** Show why units fail to load under the debugger, as after a failed run. */
export function showDebugFailures(client: LanguageClient, store: Store): void {
  client.onNotification(DEBUG_FAILED, (params: unknown) => {
    const { id, message } = readDebugFailed(params);
    void explainFailure(store, message, id);
  });
}

/**
 * Show why a command failed. If the unit lacks an environment or a package, offer to
 * set it up, or to install the package in the unit's interpreter and load it again.
 */
export async function explainFailure(
  store: Store,
  message: string,
  functionId: unknown,
): Promise<void> {
  const fn = store.current.functions.find((item) => item.id === functionId);
  const folders = workspace.workspaceFolders?.map((folder) => folder.uri.fsPath) ?? [];
  const offer = fn && offerFor(store.current, fn.unit, folders);
  if (!offer) {
    void window.showErrorMessage(message);
    return;
  }
  const button = offer.kind === "set-up" ? SET_UP : INSTALL;
  if ((await window.showErrorMessage(message, button)) !== button) return;
  if (offer.kind === "set-up") {
    await commands.executeCommand(ServerCommand.setUp, { id: fn.id });
    return;
  }
  if (offer.outside && !(await mayInstallOutside(offer.installation))) return;
  if ((await run(offer.installation)) === 0) {
    await commands.executeCommand(ServerCommand.restart, { id: fn.id });
  }
}

/** Ask before installing into an interpreter that other projects may use, too. */
async function mayInstallOutside({ program, args }: Installation): Promise<boolean> {
  const answer = await window.showWarningMessage(
    "Install into an interpreter outside of this workspace?",
    { modal: true, detail: [program, ...args].join(" ") },
    "Install",
  );
  return answer === "Install";
}

/** Run the installation in a terminal; return its exit code. */
async function run(installation: Installation): Promise<number | undefined> {
  const quote = (value: string) => ({ value, quoting: ShellQuoting.Strong });
  const task = new Task(
    { type: "funclens", unit: installation.unit },
    TaskScope.Workspace,
    `Install packages for ${installation.unit}`,
    "Funclens",
    new ShellExecution(quote(installation.program), installation.args.map(quote)),
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
