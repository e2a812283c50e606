/** Deliveries of events that the language server simulates, as they happen. */

import { CancellationTokenSource, type Disposable, EventEmitter } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { bodyOf, deliverArgument, headOf } from "../core/delivery";
import type { Draft } from "../core/draft";
import type { Outgoing } from "../core/outgoing";
import type { ToResponse } from "../core/panel";
import {
  DELIVERY,
  type DeliverResult,
  type Delivery,
  readDeliverResult,
  readDelivery,
  ServerCommand,
} from "../core/protocol";
import type { ShownResponse } from "./shownResponse";

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

/** Show the last response of deliveries; return how it ends, or nothing if others run now. */
export async function shownDelivery(
  done: Promise<DeliverResult>,
  shown: ShownResponse,
  url: string,
  request: Outgoing,
  isCurrent: () => boolean,
): Promise<ToResponse | undefined> {
  try {
    const { response } = await done;
    if (!isCurrent()) return undefined;
    if (!response) throw new Error("No delivery got a response.");
    const end = await shown.takeWhole(url, request, headOf(response), bodyOf(response));
    return { kind: "end", end };
  } catch (error) {
    if (!isCurrent()) return undefined;
    return { kind: "failure", message: error instanceof Error ? error.message : String(error) };
  }
}
