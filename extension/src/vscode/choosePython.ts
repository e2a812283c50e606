/** Lets the user choose the interpreter of the language server. */

import { ConfigurationTarget, window, workspace } from "vscode";

/** Ask for an interpreter and save it in the user's settings. */
export async function choosePython(): Promise<void> {
  const [chosen] =
    (await window.showOpenDialog({
      title: "Choose Python 3.10 or later for the Funclens language server",
      openLabel: "Use This Python",
      canSelectMany: false,
    })) ?? [];
  if (!chosen) return;
  await workspace
    .getConfiguration("funclens")
    .update("serverPython", chosen.fsPath, ConfigurationTarget.Global);
}
