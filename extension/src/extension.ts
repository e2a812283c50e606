/** Composition root of the extension. */

import { commands, type ExtensionContext, type LogOutputChannel, window, workspace } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { definitionPath } from "./core/functions";
import { type Listing, ServerCommand } from "./core/protocol";
import { ActiveModule } from "./vscode/activeModule";
import { registerAgentServer } from "./vscode/agentServerProvider";
import { registerCommands } from "./vscode/commands";
import { Debugger } from "./vscode/debug";
import { Deliveries } from "./vscode/deliveries";
import { FunctionsView } from "./vscode/functionsView";
import { showDebugFailures } from "./vscode/installer";
import { registerLaunchJson } from "./vscode/launchJson";
import { makeMiddleware } from "./vscode/middleware";
import { FunctionOutput } from "./vscode/output";
import { onDidChangeChosenInterpreter } from "./vscode/pythonExtensions";
import { showReport } from "./vscode/report";
import { registerRequestCommands } from "./vscode/requestCommands";
import { RequestFailures } from "./vscode/requestFailures";
import { RequestHistory } from "./vscode/requestHistory";
import { RequestPanels } from "./vscode/requestPanels";
import { RequestStore } from "./vscode/requestStore";
import { RequestsView } from "./vscode/requestsView";
import { ResponseDocuments } from "./vscode/responseDocuments";
import { LanguageServer } from "./vscode/server";
import { EnvironmentSetUp } from "./vscode/setUp";
import { StatusBar } from "./vscode/statusBar";
import { Store } from "./vscode/store";
import { registerViewCommands } from "./vscode/viewCommands";
import { Walkthrough } from "./vscode/walkthrough";

let server: LanguageServer | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const log = window.createOutputChannel("Funclens Language Server", { log: true });
  const output = new FunctionOutput();
  const store = new Store();
  const setUp = new EnvironmentSetUp();
  const failures = new RequestFailures();
  const deliveries = new Deliveries();
  const history = new RequestHistory();
  const documents = new ResponseDocuments();
  let wasRunning = false;
  const debugging = new Debugger(log, {
    debug: (id, env) => language.execute(ServerCommand.debug, { id, env }),
    endDebug: async (unit) => {
      if (language.client) await language.execute(ServerCommand.endDebug, { unit });
    },
  });
  const connect = (client: LanguageClient) => {
    store.connect(client);
    output.connect(client);
    setUp.connect(client);
    failures.connect(client);
    deliveries.connect(client);
    history.connect(client);
    showDebugFailures(client, store);
  };
  const language: LanguageServer = new LanguageServer(
    context,
    log,
    makeMiddleware(store, debugging, setUp),
    connect,
    () => void offerToResume(wasRunning, log),
  );
  server = language;
  const activeModule = new ActiveModule(language, store);
  const statusBar = new StatusBar(language, store);
  const setContexts = contextSetter();
  const view = new FunctionsView(store);
  const requests = new RequestStore(context.workspaceState, language);
  const panels = new RequestPanels({
    extensionUri: context.extensionUri,
    server: language,
    store,
    requests,
    debugging,
    failures,
    deliveries,
    history,
    documents,
  });
  const requestsView = new RequestsView(store, requests, history);
  context.subscriptions.push(
    log,
    output,
    store,
    setUp,
    failures,
    deliveries,
    history,
    documents,
    debugging,
    activeModule,
    statusBar,
    panels,
    language,
    view,
    ...registerViewCommands(language, store, view),
    registerLaunchJson(store),
    ...registerAgentServer(context),
    new Walkthrough(context.globalState, store),
    store.onDidChange((listing) => {
      void debugging.follow(listing.runner);
      if (listing.runner.state === "stopped") output.finish();
      setContexts(listing);
    }),
    language.onDidChangeState((state) => {
      void commands.executeCommand("setContext", "funclens.server", state);
      if (state === "running") {
        void store.load();
        void history.load();
      } else {
        if (state === "stopped") wasRunning = store.current.runner.state === "running";
        store.clear();
        history.clear();
      }
    }),
    workspace.onDidGrantWorkspaceTrust(() => language.restart("the workspace is trusted now")),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("funclens.serverPython")) {
        void language.restart("the setting funclens.serverPython changed");
      }
    }),
    onDidChangeChosenInterpreter(() => language.reconsider("another interpreter was chosen")),
    requestsView,
    ...registerRequestCommands({
      server: language,
      panels,
      requests,
      history,
      debugging,
      view: requestsView,
    }),
    ...registerCommands({
      server: language,
      store,
      output,
      activeModule,
      statusBar,
      panels,
      showLog: () => log.show(),
      reportIssue: () => showReport(context, language, store),
    }),
  );
  await language.restart("the extension was activated");
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

/** Tell the user that the server was restarted and the functions were stopped. */
async function offerToResume(wasRunning: boolean, log: LogOutputChannel): Promise<void> {
  const message = "The Funclens language server stopped unexpectedly and was restarted.";
  const answer = wasRunning
    ? await window.showWarningMessage(message, "Run Functions Again", "Show Log")
    : await window.showWarningMessage(message, "Show Log");
  if (answer === "Run Functions Again") await commands.executeCommand(ServerCommand.run, {});
  if (answer === "Show Log") log.show();
}

/** Return what sets the context keys for menus and keybindings, those that changed. */
function contextSetter(): (listing: Listing) => void {
  const known = new Map<string, string>();
  let functions: Listing["functions"] | undefined;
  return (listing) => {
    const contexts: Record<string, unknown> = {
      "funclens.running": listing.runner.state === "running",
    };
    if (functions !== listing.functions) {
      functions = listing.functions;
      contexts["funclens.hasFunctions"] = functions.length > 0;
      contexts["funclens.files"] = [...new Set(functions.map(definitionPath))];
    }
    for (const [name, value] of Object.entries(contexts)) {
      const text = JSON.stringify(value);
      if (known.get(name) === text) continue;
      known.set(name, text);
      void commands.executeCommand("setContext", name, value);
    }
  };
}
