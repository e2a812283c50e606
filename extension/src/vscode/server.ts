/** Lifecycle of the language server: choose, start, restart, stop. */

import {
  type Disposable,
  EventEmitter,
  type ExtensionContext,
  type LogOutputChannel,
  window,
} from "vscode";
import {
  ExecuteCommandRequest,
  type LanguageClient,
  type Middleware,
} from "vscode-languageclient/node";
import { explainNone, type Resolution, resolveInterpreter } from "../core/interpreter";
import { Coalescer, RestartPolicy } from "../core/restart";
import type { ServerState } from "../core/status";
import { explainMismatch } from "../core/version";
import { choosePython } from "./choosePython";
import { makeClient } from "./client";
import { askInterpreter, fileExists, readSurroundings } from "./interpreters";

const MOST_RESTARTS = 4;
const WITHIN_MS = 3 * 60_000;

export class LanguageServer implements Disposable {
  private current: LanguageClient | undefined;
  private currentState: ServerState = "stopped";
  private resolution: Resolution | undefined;
  private disposed = false;
  private readonly stateEmitter = new EventEmitter<ServerState>();
  private readonly policy = new RestartPolicy(MOST_RESTARTS, WITHIN_MS, Date.now);
  private readonly restarts = new Coalescer(() => this.startAnew());

  readonly onDidChangeState = this.stateEmitter.event;

  constructor(
    private readonly context: ExtensionContext,
    private readonly log: LogOutputChannel,
    private readonly middleware: Middleware,
    /** Called with each new client, before it starts. */
    private readonly connect: (client: LanguageClient) => void,
    /** Called when the server is up again after an unexpected exit. */
    private readonly onReturn: () => void,
  ) {}

  get state(): ServerState {
    return this.currentState;
  }

  /** Description of the server's interpreter; undefined if there is none. */
  get interpreter(): string | undefined {
    const found = this.resolution;
    return found?.kind === "found"
      ? `Python ${found.version.join(".")} (${found.origin})`
      : undefined;
  }

  /** The client while the server is running. */
  get client(): LanguageClient | undefined {
    return this.currentState === "running" ? this.current : undefined;
  }

  /** Execute a command of the server and return its result. */
  async execute(command: string, argument: object): Promise<unknown> {
    if (!this.client) throw new Error("The Funclens language server is not running.");
    return this.client.sendRequest(ExecuteCommandRequest.type, {
      command,
      arguments: [argument],
    });
  }

  /** Start or restart the server; concurrent requests are merged. */
  restart(reason: string): Promise<void> {
    this.log.info(`Starting the language server: ${reason}.`);
    this.policy.reset();
    return this.restarts.request();
  }

  /** Restart only if another interpreter would be chosen now. */
  async reconsider(reason: string): Promise<void> {
    const resolution = await resolveNow();
    const current = this.resolution;
    if (resolution.kind === "none" && current?.kind === "found") return;
    if (isSame(resolution, current)) return;
    await this.restart(reason);
  }

  /** Stop the server and wait until it has exited. */
  async stop(): Promise<void> {
    this.disposed = true;
    await this.stopCurrent();
  }

  dispose(): void {
    void this.stop();
    this.stateEmitter.dispose();
  }

  private async startAnew(): Promise<void> {
    await this.stopCurrent();
    if (this.disposed) return;
    this.setState("starting");
    const resolution = await resolveNow();
    this.resolution = resolution;
    this.logResolution(resolution);
    if (resolution.kind === "none") {
      this.setState("no-interpreter");
      void this.offerInterpreter(explainNone(resolution.rejected));
      return;
    }
    await this.startWith(resolution.python);
  }

  private async startWith(python: string): Promise<void> {
    const version = String(this.context.extension.packageJSON.version);
    const client: LanguageClient = makeClient({
      python,
      extensionPath: this.context.extensionPath,
      extensionVersion: version,
      log: this.log,
      middleware: this.middleware,
      onClosed: () => this.onClosed(client),
    });
    this.current = client;
    this.connect(client);
    try {
      await client.start();
    } catch (error) {
      this.log.error(`The language server failed to start: ${String(error)}`);
      this.onClosed(client);
      return;
    }
    if (this.current !== client) return;
    this.setState("running");
    const mismatch = explainMismatch(version, client.initializeResult?.serverInfo?.version);
    if (mismatch) void this.warn(mismatch);
  }

  /** Handle an unexpected exit of the server. */
  private onClosed(client: LanguageClient): void {
    if (this.current !== client || this.disposed) return;
    this.current = undefined;
    this.setState("stopped");
    if (!this.policy.allowsAfterDeath()) {
      this.log.error("The language server stopped too often; not restarting it.");
      void this.offerRestart();
      return;
    }
    this.log.warn("The language server stopped unexpectedly; restarting it.");
    void this.restarts.request().then(() => {
      if (this.currentState === "running") this.onReturn();
    });
  }

  private async stopCurrent(): Promise<void> {
    const client = this.current;
    this.current = undefined;
    if (!client) return;
    this.setState("stopped");
    try {
      await client.stop();
    } catch (error) {
      this.log.warn(`The language server did not shut down cleanly: ${String(error)}`);
    }
  }

  private setState(state: ServerState): void {
    if (state === this.currentState) return;
    this.log.info(`Language server: ${this.currentState} → ${state}`);
    this.currentState = state;
    this.stateEmitter.fire(state);
  }

  private logResolution(resolution: Resolution): void {
    for (const item of resolution.rejected) {
      this.log.warn(
        `Skipped for the language server: ${item.path} (${item.origin}): ${item.reason}`,
      );
    }
    if (resolution.kind === "found") {
      const version = resolution.version.join(".");
      this.log.info(
        `The language server runs on Python ${version} (${resolution.origin}): ${resolution.python}`,
      );
    }
  }

  private async warn(message: string): Promise<void> {
    if ((await window.showWarningMessage(message, "Show Log")) === "Show Log") this.log.show();
  }

  private async offerRestart(): Promise<void> {
    const answer = await window.showErrorMessage(
      "The Funclens language server stopped several times in a row and will not be restarted. See its log.",
      "Show Log",
      "Restart",
    );
    if (answer === "Show Log") this.log.show();
    if (answer === "Restart") await this.restart("requested after repeated crashes");
  }

  private async offerInterpreter(message: string): Promise<void> {
    const answer = await window.showErrorMessage(message, "Choose Python", "Try Again", "Show Log");
    if (answer === "Choose Python") await choosePython();
    if (answer === "Try Again") await this.restart("requested after no interpreter was found");
    if (answer === "Show Log") this.log.show();
  }
}

async function resolveNow(): Promise<Resolution> {
  return resolveInterpreter(await readSurroundings(), fileExists, askInterpreter);
}

function isSame(one: Resolution, other: Resolution | undefined): boolean {
  return one.kind === "found" && other?.kind === "found" && one.python === other.python;
}
