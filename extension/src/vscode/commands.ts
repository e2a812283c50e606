/**
 * Commands of the palette. Most of them execute a command of the server.
 *
 * vscode-languageclient registers the server's command ids; these have different
 * ids. `funclens.send`, `funclens.showLogs` and `funclens.copyCurl` are client commands:
 * the server's lenses refer to them because the extension declares them.
 */

import {
  ConfigurationTarget,
  commands,
  type Disposable,
  env,
  Uri,
  window,
  workspace,
} from "vscode";
import { definitionPath, urlOf } from "../core/functions";
import {
  CURL,
  type FunctionInfo,
  HTTP_REQUEST,
  type ResponseInfo,
  readCurl,
  readHttpRequest,
  ServerCommand,
} from "../core/protocol";
import { savedDraft } from "../core/savedDraft";
import type { ActiveModule } from "./activeModule";
import { choosePython } from "./choosePython";
import type { FunctionOutput } from "./output";
import { askForFunction, pickFunction, pickResponded, pickScheduled } from "./pickFunction";
import type { RequestPanels } from "./requestPanels";
import type { LanguageServer } from "./server";
import { setUpUnit } from "./setUpUnit";
import type { StatusBar } from "./statusBar";
import type { Store } from "./store";

export interface CommandParts {
  readonly server: LanguageServer;
  readonly store: Store;
  readonly output: FunctionOutput;
  readonly activeModule: ActiveModule;
  readonly statusBar: StatusBar;
  readonly panels: RequestPanels;
  readonly showLog: () => void;
  readonly reportIssue: () => Promise<void>;
}

/** Register all commands of the extension. */
export function registerCommands(parts: CommandParts): Disposable[] {
  const palette = Object.entries({ ...aboutFunctions(parts), ...aboutAll(parts) });
  return [
    ...palette.map(([name, act]) => commands.registerCommand(`funclens.palette.${name}`, act)),
    commands.registerCommand("funclens.send", sendOrShow(parts)),
    commands.registerCommand("funclens.copyCurl", (at) => said(() => copyCurl(parts.server, at))),
    commands.registerCommand("funclens.showLogs", () => parts.output.show()),
    commands.registerCommand("funclens.save", (at) => save(parts.store, at)),
  ];
}

type Handler = (argument: unknown) => unknown;
type Act = (fn: FunctionInfo) => unknown;

function forFunction(store: Store, title: string, act: Act, modules?: ActiveModule): Handler {
  return async (argument) => {
    const fn = await pickFunction(store, title, argument, modules);
    if (fn) await act(fn);
  };
}

function send({ store, panels }: CommandParts): Handler {
  return forFunction(store, "Send Request to Function", (fn) => panels.show(fn));
}

/** Show the panel of a function; a request of a `.http` file is sent immediately. */
function sendOrShow(parts: CommandParts): Handler {
  const show = send(parts);
  return async (argument) => {
    if (!isInFile(argument)) {
      await show(argument);
      return;
    }
    await said(async () => {
      const answer: unknown = await parts.server.client?.sendRequest(HTTP_REQUEST, argument);
      const request = readHttpRequest(answer);
      const fn = parts.store.current.functions.find((one) => one.id === request.id);
      if (fn) parts.panels.show(fn, savedDraft(request));
    });
  };
}

/** Run an operation of the server and show its error. */
async function said(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    void window.showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}

/** Return whether the argument locates a request in a `.http` file. */
function isInFile(argument: unknown): boolean {
  return typeof argument === "object" && argument !== null && "uri" in argument;
}

function aboutFunctions(parts: CommandParts): Record<string, Handler> {
  const { server, store, activeModule: modules } = parts;
  const withFunction = (title: string, act: Act) => forFunction(store, title, act);
  const withRequest = (title: string, act: Act) => async (argument: unknown) => {
    const none = "There is no request to replay. Send one first.";
    const fits = (response: ResponseInfo) => response.canReplay;
    const fn = await pickResponded(store, title, argument, fits, none);
    if (fn) await act(fn);
  };
  const onServer =
    (command: string, more: object = {}) =>
    (fn: FunctionInfo) =>
      commands.executeCommand(command, { id: fn.id, ...more });
  return {
    run: withFunction("Run Function", onServer(ServerCommand.run)),
    debug: forFunction(store, "Debug Function", onServer(ServerCommand.debug), modules),
    setUp: (argument) => setUpUnit(store, argument),
    restart: forFunction(store, "Restart Function", onServer(ServerCommand.restart), modules),
    send: send(parts),
    runNow: async (argument) => {
      const fn = await pickScheduled(store, "Run Scheduled Function Now", argument);
      if (fn) await onServer(ServerCommand.call, { event: "auto" })(fn);
    },
    open: withFunction("Open Function in Browser", onServer(ServerCommand.open)),
    replay: withRequest("Replay Last Request", onServer(ServerCommand.replay)),
    debugReplay: withRequest("Debug Last Request", onServer(ServerCommand.debug, { replay: true })),
    showFailure: async (argument) => {
      const fn = await pickResponded(
        store,
        "Go to Failed Line",
        argument,
        (response) => response.hasPlace,
        "No request has failed at a known line.",
      );
      if (fn) await onServer(ServerCommand.showFailure)(fn);
    },
    copyUrl: withFunction("Copy Function URL", (fn) => copyUrl(store, fn)),
    copyCurl: withFunction("Copy curl Command for Function", (fn) =>
      copyCurl(server, { id: fn.id }),
    ),
    goTo: async () => {
      const fn = await askForFunction(store, "Go to Function");
      if (fn) await commands.executeCommand(ServerCommand.show, { id: fn.id });
    },
  };
}

function aboutAll(parts: CommandParts): Record<string, Handler> {
  const { server, store } = parts;
  return {
    runAll: () => commands.executeCommand(ServerCommand.run, {}),
    stop: () => commands.executeCommand(ServerCommand.stop, {}),
    openList: () => env.openExternal(Uri.parse(store.current.runner.url)),
    showOutput: () => parts.output.show(),
    showLog: parts.showLog,
    reportIssue: parts.reportIssue,
    restartServer: () => server.restart("asked for"),
    choosePython,
    toggleLenses,
    useEmulators: () => setEmulators(true),
    leaveEmulators: () => setEmulators(false),
    actions: () => parts.statusBar.offerActions(),
  };
}

/** Save the file that defines a function. */
async function save(store: Store, argument: unknown): Promise<void> {
  const id = (argument as { readonly id?: unknown } | undefined)?.id;
  const fn = store.current.functions.find((one) => one.id === id);
  if (fn) await workspace.save(Uri.file(definitionPath(fn)));
}

async function copyUrl(store: Store, fn: FunctionInfo): Promise<void> {
  await store.addresses();
  const url = urlOf(store.shown, fn);
  if (url) await copy(url);
}

/** `what` is a function, or the request of a `.http` file. */
async function copyCurl(server: LanguageServer, what: unknown): Promise<void> {
  if (!server.client) return;
  const { curl } = readCurl(await server.client.sendRequest(CURL, what));
  if (curl) await copy(curl);
  else void window.showInformationMessage("No sample request for this function.");
}

async function copy(text: string): Promise<void> {
  await env.clipboard.writeText(text);
  window.setStatusBarMessage(`Copied: ${text}`, 4000);
}

async function toggleLenses(): Promise<void> {
  const configuration = workspace.getConfiguration("funclens");
  const shown = configuration.get<boolean>("codeLens", true);
  await configuration.update("codeLens", !shown, ConfigurationTarget.Global);
}

/** Deliver events of emulators from now on, or not; the runner restarts. */
async function setEmulators(isOn: boolean): Promise<void> {
  const configuration = workspace.getConfiguration("funclens");
  await configuration.update("emulators", isOn, ConfigurationTarget.Workspace);
}
