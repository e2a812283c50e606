/** Determines the function for a command. */

import { window } from "vscode";
import {
  type FunctionLine,
  functionLines,
  functionOfFile,
  functionOfUnits,
  functionsAt,
  isScheduled,
  respondedLines,
} from "../core/functions";
import type { FunctionInfo, ResponseInfo } from "../core/protocol";
import type { ActiveModule } from "./activeModule";
import type { Store } from "./store";

/**
 * Return the function for a command: its argument, the function at
 * the cursor, or one that the user picks; undefined if they cancel.
 *
 * With `modules`, any function of the only unit that loads the open file will do.
 */
export async function pickFunction(
  store: Store,
  title: string,
  argument: unknown,
  modules?: ActiveModule,
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
    const any = modules && functionOfFile(listing, path);
    if (any) return any;
    const units = modules && here === undefined ? await modules.unitsOf(editor.document.uri) : [];
    const loading = functionOfUnits(listing, units);
    if (loading) return loading;
  }
  return askForFunction(store, title);
}

/** Let the user pick a function by name or path. */
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
  return choose(functionLines(listing, window.activeTextEditor?.document.uri.fsPath), title);
}

/** Return a function with a schedule: the argument, or one that the user picks. */
export async function pickScheduled(
  store: Store,
  title: string,
  argument: unknown,
): Promise<FunctionInfo | undefined> {
  await store.load();
  const listing = store.current;
  const id = (argument as { readonly id?: unknown } | undefined)?.id;
  const named = listing.functions.find((fn) => fn.id === id);
  if (named) return named;
  const path = window.activeTextEditor?.document.uri.fsPath;
  const lines = functionLines(listing, path).filter(({ fn }) => isScheduled(fn));
  if (lines.length > 0) return choose(lines, title);
  void window.showInformationMessage(
    "No function has a schedule. It comes from on_schedule, from a Cloud Scheduler job in a deploy file, or from the setting funclens.triggers.",
  );
  return undefined;
}

/**
 * Return a function whose last response fits: the argument, the function at the cursor, or one
 * that the user picks. With none, `none` is said.
 */
export async function pickResponded(
  store: Store,
  title: string,
  argument: unknown,
  fits: (response: ResponseInfo) => boolean,
  none: string,
): Promise<FunctionInfo | undefined> {
  await store.load();
  const listing = store.current;
  const id = (argument as { readonly id?: unknown } | undefined)?.id;
  const named = listing.functions.find((fn) => fn.id === id);
  if (named) return named;
  const editor = window.activeTextEditor;
  const path = editor?.document.uri.fsPath;
  const lines = respondedLines(listing, path, fits);
  if (lines.length === 0) {
    void window.showInformationMessage(none);
    return undefined;
  }
  if (editor && path) {
    const at = functionsAt(listing, path, editor.selection.active.line + 1);
    const [here, ...others] = lines.filter(({ fn }) => at.includes(fn));
    if (here && others.length === 0) return here.fn;
  }
  return choose(lines, title);
}

async function choose(
  lines: readonly FunctionLine[],
  title: string,
): Promise<FunctionInfo | undefined> {
  const chosen = await window.showQuickPick(lines, {
    title,
    placeHolder: "Name or path of a function",
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen?.fn;
}
