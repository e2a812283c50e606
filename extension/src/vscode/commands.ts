/**
 * The commands of the palette. Each ends in a command of the server.
 *
 * The server's own ids are registered by vscode-languageclient; these have ids of
 * their own.
 */

import { commands, type Disposable, env, Uri, window } from "vscode";
import { functionLines, functionsAt, urlOf } from "../core/functions";
import { type FunctionInfo, ServerCommand } from "../core/protocol";
import { choosePython } from "./choosePython";
import type { FunctionOutput } from "./output";
import type { LanguageServer } from "./server";
import type { StatusBar } from "./statusBar";
import type { Store } from "./store";

export interface CommandParts {
  readonly server: LanguageServer;
  readonly store: Store;
  readonly output: FunctionOutput;
  readonly statusBar: StatusBar;
  readonly showLog: () => void;
}

/** Register all commands of the palette. */
export function registerCommands(parts: CommandParts): Disposable[] {
  const { server, store } = parts;
  const withFunction =
    (title: string, act: (fn: FunctionInfo) => Thenable<unknown>) => async (argument: unknown) => {
      const fn = await pickFunction(store, title, argument);
      if (fn) await act(fn);
    };
  const onServer = (command: string) => (fn: FunctionInfo) =>
    commands.executeCommand(command, { id: fn.id });
  const table: Record<string, (argument: unknown) => unknown> = {
    runAll: () => commands.executeCommand(ServerCommand.run, {}),
    stop: () => commands.executeCommand(ServerCommand.stop, {}),
    run: withFunction("Run Function", onServer(ServerCommand.run)),
    debug: withFunction("Debug Function", onServer(ServerCommand.debug)),
    restart: withFunction("Restart Function", onServer(ServerCommand.restart)),
    open: withFunction("Open Function in Browser", onServer(ServerCommand.open)),
    copyUrl: withFunction("Copy URL of Function", (fn) => copyUrl(store, fn)),
    openList: () => env.openExternal(Uri.parse(store.current.runner.url)),
    showOutput: () => parts.output.show(),
    showLog: parts.showLog,
    restartServer: () => server.restart("asked for"),
    choosePython,
    actions: () => parts.statusBar.offerActions(),
  };
  return Object.entries(table).map(([name, act]) =>
    commands.registerCommand(`funclens.palette.${name}`, act),
  );
}

/**
 * Return the function that a command is about: the one it was called with, the one
 * the cursor stands in, else the one that a person picks; undefined if they do not.
 */
async function pickFunction(
  store: Store,
  title: string,
  argument: unknown,
): Promise<FunctionInfo | undefined> {
  await store.refresh();
  const listing = store.current;
  const id = (argument as { readonly id?: unknown } | undefined)?.id;
  const named = listing.functions.find((fn) => fn.id === id);
  if (named) return named;
  const editor = window.activeTextEditor;
  const path = editor?.document.uri.fsPath;
  if (editor && path) {
    const [here, ...others] = functionsAt(listing, path, editor.selection.active.line + 1);
    if (here && others.length === 0) return here;
  }
  if (listing.functions.length === 0) {
    void window.showInformationMessage(
      "Funclens found no cloud function in this workspace. Decorate one with @functions_framework.http, or name its file in the setting funclens.include.",
    );
    return undefined;
  }
  const lines = functionLines(listing, path);
  const chosen = await window.showQuickPick(lines, {
    title,
    placeHolder: "Name or path of a function",
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen?.fn;
}

async function copyUrl(store: Store, fn: FunctionInfo): Promise<void> {
  const url = urlOf(store.current, fn);
  if (!url) return;
  const outside = await env.asExternalUri(Uri.parse(url));
  await env.clipboard.writeText(outside.toString(true));
  window.setStatusBarMessage(`Copied ${outside.toString(true)}`, 3000);
}
