/** Deliveries of events that the language server simulates, as they happen. */

import { CancellationTokenSource, type Disposable, EventEmitter } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { deliverArgument } from "../core/delivery";
import type { Draft } from "../core/draft";
import {
  DELIVERY,
  type DeliverResult,
  type Delivery,
  readDeliverResult,
  readDelivery,
  ServerCommand,
} from "../core/protocol";

export class Deliveries implements Disposable {
  private readonly emitter = new EventEmitter<Delivery>();
  private client: LanguageClient | undefined;

  connect(client: LanguageClient): void {
    this.client = client;
    client.onNotification(DELIVERY, (params: unknown) => this.emitter.fire(readDelivery(params)));
  }

  /** Deliver the event of a draft; `tell` gets each delivery. Throws what went wrong. */
  begin(
    id: string,
    draft: Draft,
    tell: (delivery: Delivery) => void,
  ): { readonly done: Promise<DeliverResult>; cancel(): void } {
    const source = new CancellationTokenSource();
    const following = this.emitter.event((delivery) => {
      if (delivery.id === id) tell(delivery);
    });
    const argument = deliverArgument(id, draft);
    const params = { command: ServerCommand.deliver, arguments: [argument] };
    const done = (async () => {
      try {
        return readDeliverResult(
          await this.client?.sendRequest("workspace/executeCommand", params, source.token),
        );
      } finally {
        following.dispose();
        source.dispose();
      }
    })();
    return { done, cancel: () => source.cancel() };
  }

  dispose(): void {
    this.emitter.dispose();
  }
}
