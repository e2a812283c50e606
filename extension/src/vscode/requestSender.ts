/** Sends the request of a panel and reports the response to its page. */

import { commands } from "vscode";
import { callOf } from "../core/call";
import type { Draft } from "../core/draft";
import { type Exchange, exchange } from "../core/exchange";
import { urlOf } from "../core/functions";
import type { FromResponse, ToResponse } from "../core/panel";
import { type FunctionInfo, SENDING, SENT, ServerCommand } from "../core/protocol";
import type { PanelParts } from "./requestPanel";

export class RequestSender {
  private running: Exchange | undefined;
  /** Messages about the last response, sent again when the page is reloaded. */
  private told: ToResponse[] = [];

  constructor(
    private readonly id: string,
    private readonly parts: PanelParts,
    private readonly tell: (message: ToResponse) => Promise<void>,
    private readonly onSent: () => Promise<void>,
  ) {}

  async receive(message: FromResponse): Promise<void> {
    switch (message.kind) {
      case "cancel":
        this.hangUp();
        await this.note({ kind: "failure", message: "Canceled before the response was complete." });
        break;
    }
  }

  /** Show the last response, or that there is none. */
  async tellAgain(): Promise<void> {
    await this.tell({ kind: "none" });
    for (const earlier of this.told) await this.tell(earlier);
  }

  async send(draft: Draft): Promise<void> {
    const fn = this.fn();
    if (!fn) return;
    this.running?.cancel();
    this.told = [];
    await this.note({ kind: "sending" });
    const { requests, server, store } = this.parts;
    if (store.current.runner.state !== "running") {
      // The command shows its own errors.
      await commands.executeCommand(ServerCommand.run, { id: fn.id });
    }
    const url = urlOf(store.current, fn);
    if (!url) {
      await this.note({ kind: "failure", message: "The function is not running." });
      return;
    }
    await server.client?.sendNotification(SENDING, callOf(this.id, draft));
    this.running = exchange(
      url,
      draft,
      {
        onHead: (head) => void this.note({ kind: "head", head }),
        onPart: (text, bytes) => void this.note({ kind: "part", text, bytes }),
        onEnd: (seconds) => this.finish({ kind: "end", seconds }),
        onFailure: (message) => this.finish({ kind: "failure", message }),
      },
      performance.now.bind(performance),
    );
    await requests.add(fn.id, draft);
    await this.onSent();
  }

  private finish(message: ToResponse): void {
    this.running = undefined;
    void this.note(message);
    void this.parts.server.client?.sendNotification(SENT, { id: this.id });
  }

  hangUp(): void {
    if (!this.running) return;
    this.running.cancel();
    this.running = undefined;
    void this.parts.server.client?.sendNotification(SENT, { id: this.id });
  }

  private fn(): FunctionInfo | undefined {
    return this.parts.store.current.functions.find((fn) => fn.id === this.id);
  }

  private async note(message: ToResponse): Promise<void> {
    this.told.push(message);
    await this.tell(message);
  }
}
