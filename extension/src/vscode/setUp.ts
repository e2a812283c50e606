/** Gives units an environment: the command, its log, and what to show if it fails. */

import { randomUUID } from "node:crypto";
import {
  type CancellationToken,
  type Disposable,
  EventEmitter,
  type OutputChannel,
  ProgressLocation,
  window,
  workspace,
} from "vscode";
import { ExecuteCommandRequest, type LanguageClient } from "vscode-languageclient/node";
import {
  readOutput,
  readSetUpPlan,
  readSetUpResult,
  SET_UP_OUTPUT,
  SET_UP_PLAN,
  ServerCommand,
  type SetUpPlan,
} from "../core/protocol";
import { type Creation, createEnvironment } from "./createEnvironment";

const SHOW_LOG = "Show Log";

export class EnvironmentSetUp implements Disposable {
  private readonly channel: OutputChannel = window.createOutputChannel("Funclens Set-Up");
  private readonly lines = new EventEmitter<string>();
  private client: LanguageClient | undefined;

  connect(client: LanguageClient): void {
    this.client = client;
    client.onNotification(SET_UP_OUTPUT, (params: unknown) => {
      for (const { text } of readOutput(params).entries) {
        this.channel.append(text);
        this.lines.fire(text.trim().split("\n").at(-1)?.trim() ?? "");
      }
    });
  }

  /** Set up a unit, or all that lack something. Failures are shown, with the log. */
  async run(argument: object): Promise<void> {
    if (!workspace.isTrusted) return;
    try {
      await window.withProgress(
        {
          location: ProgressLocation.Notification,
          title: "Funclens: setting up the environment",
          cancellable: true,
        },
        async (progress, token) => {
          const subscription = this.lines.event((message) => progress.report({ message }));
          try {
            await this.setUp(argument, token);
          } finally {
            subscription.dispose();
          }
        },
      );
    } catch (error) {
      void this.explain(error instanceof Error ? error.message : String(error));
    }
  }

  private async setUp(argument: object, token: CancellationToken): Promise<void> {
    const plan = await this.plan(argument);
    const creation = plan && (await createEnvironment(plan, (line) => this.write(line)));
    if (creation?.cancelled) return;
    if (token.isCancellationRequested) await creation?.end(false);
    else await this.execute(argument, token, creation);
  }

  private async execute(
    argument: object,
    token: CancellationToken,
    creation: Creation | undefined,
  ): Promise<void> {
    const client = this.client;
    if (!client) return;
    const mine = randomUUID();
    const subscription = token.onCancellationRequested(() => {
      void client.sendNotification("window/workDoneProgress/cancel", { token: mine });
    });
    let done = false;
    try {
      const answer: unknown = await client.sendRequest(ExecuteCommandRequest.type, {
        command: ServerCommand.setUp,
        arguments: [{ ...argument, token: mine }],
      });
      done = !readSetUpResult(answer).cancelled;
    } finally {
      subscription.dispose();
      await creation?.end(done);
    }
  }

  dispose(): void {
    this.channel.dispose();
    this.lines.dispose();
  }

  private write(line: string): void {
    this.channel.appendLine(line);
  }

  private async plan(argument: object): Promise<SetUpPlan | undefined> {
    if (!("id" in argument || "unit" in argument)) return undefined;
    try {
      return readSetUpPlan(await this.client?.sendRequest(SET_UP_PLAN, argument));
    } catch {
      return undefined; // the command fails with the same error
    }
  }

  private async explain(message: string): Promise<void> {
    if ((await window.showErrorMessage(message, SHOW_LOG)) === SHOW_LOG) this.channel.show(true);
  }
}
