/** Which function a command is about. */

import { window } from "vscode";
import { functionLines, functionOfFile, functionsAt } from "../core/functions";
import type { FunctionInfo } from "../core/protocol";
import type { Store } from "./store";

/**
 * Return the function that a command is about: the one it was called with, the one
 * the cursor stands in, else the one that a person picks; undefined if they do not.
 *
 * What is done to a whole unit takes any function of the open file: `unitIsEnough`.
 */
export async function pickFunction(
  store: Store,
  title: string,
  argument: unknown,
  options: { readonly unitIsEnough?: boolean } = {},
): Promise<FunctionInfo | undefined> {
  await store.load();
  const listing = store.current;
  const id = (argument as { readonly id?: unknown } | undefined)?.id;
  const named = listing.functions.find((fn) => fn.id === id);
  if (named) return named;
  const editor = window.activeTextEditor;
  const path = editor?.document.uri.fsPath;
  if (editor && path) {
    const [here, ...others] = functionsAt(listing, path, editor.selection.active.line + 1);
    if (here && others.length === 0) return here;
    const any = options.unitIsEnough ? functionOfFile(listing, path) : undefined;
    if (any) return any;
  }
  return askForFunction(store, title);
}

/** Let a person pick a function by its name or path, wherever the cursor is. */
export async function askForFunction(
  store: Store,
  title: string,
): Promise<FunctionInfo | undefined> {
  const listing = store.current;
  if (listing.functions.length === 0) {
    void window.showInformationMessage(
      "No functions found in this workspace. Decorate one with @functions_framework.http, or add its file to the setting funclens.include.",
    );
    return undefined;
  }
  const lines = functionLines(listing, window.activeTextEditor?.document.uri.fsPath);
  const chosen = await window.showQuickPick(lines, {
    title,
    placeHolder: "Name or path of a function",
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen?.fn;
}
