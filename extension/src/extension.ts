/** Puts the parts together; holds no logic of its own. */

import { commands, type ExtensionContext, window, workspace } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { ServerCommand } from "./core/protocol";
import { registerCommands } from "./vscode/commands";
import { Debugger } from "./vscode/debug";
import { FunctionsView } from "./vscode/functionsView";
import { makeMiddleware } from "./vscode/middleware";
import { FunctionOutput } from "./vscode/output";
import { onDidChangeChosenInterpreter } from "./vscode/pythonExtensions";
import { RequestPanels } from "./vscode/requestPanel";
import { RequestStore } from "./vscode/requestStore";
import { LanguageServer } from "./vscode/server";
import { StatusBar } from "./vscode/statusBar";
import { Store } from "./vscode/store";

let server: LanguageServer | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const log = window.createOutputChannel("Funclens Language Server", { log: true });
  const output = new FunctionOutput();
  const store = new Store();
  const debugging = new Debugger(log, async (unit) => {
    if (server?.client) await commands.executeCommand(ServerCommand.endDebug, { unit });
  });
  const connect = (client: LanguageClient) => {
    store.connect(client);
    output.connect(client);
  };
  const language = new LanguageServer(context, log, makeMiddleware(store, debugging), connect);
  server = language;
  const statusBar = new StatusBar(language, store);
  const panels = new RequestPanels({
    extensionUri: context.extensionUri,
    server: language,
    store,
    requests: new RequestStore(context.workspaceState),
  });
  context.subscriptions.push(
    log,
    output,
    store,
    debugging,
    statusBar,
    panels,
    language,
    new FunctionsView(store),
    store.onDidChange((listing) => {
      void debugging.follow(listing.runner);
      if (listing.runner.state === "stopped") output.finish();
      void commands.executeCommand(
        "setContext",
        "funclens.running",
        listing.runner.state === "running",
      );
    }),
    language.onDidChangeState((state) => {
      void commands.executeCommand("setContext", "funclens.server", state);
      if (state === "running") void store.refresh();
      else store.clear();
    }),
    workspace.onDidGrantWorkspaceTrust(() => language.restart("the workspace is trusted now")),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("funclens.serverPython")) {
        void language.restart("the setting funclens.serverPython changed");
      }
    }),
    onDidChangeChosenInterpreter(() => language.restart("another interpreter was chosen")),
    ...registerCommands({
      server: language,
      store,
      output,
      statusBar,
      panels,
      showLog: () => log.show(),
    }),
  );
  await language.restart("the extension was activated");
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
