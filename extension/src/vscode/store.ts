/** The one copy of what the server knows, with one event for all views. */

import { type Disposable, EventEmitter } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import {
  EMPTY,
  FUNCTIONS,
  type Listing,
  parseListing,
  parseRunner,
  RUNNER_CHANGED,
} from "../core/protocol";
import { Coalescer } from "../core/restart";

export class Store implements Disposable {
  private listing: Listing = EMPTY;
  private client: LanguageClient | undefined;
  private readonly emitter = new EventEmitter<Listing>();
  private readonly fetches = new Coalescer(() => this.fetch());

  readonly onDidChange = this.emitter.event;

  get current(): Listing {
    return this.listing;
  }

  /** Follow a new client; what the last one knew is forgotten. */
  connect(client: LanguageClient): void {
    this.client = client;
    this.set(EMPTY);
    client.onNotification(RUNNER_CHANGED, (params: unknown) => {
      if (this.client === client) this.set({ ...this.listing, runner: parseRunner(params) });
    });
  }

  /** Forget everything: no server is running. */
  clear(): void {
    this.client = undefined;
    this.set(EMPTY);
  }

  /** Ask the server again; requests in quick succession are one. */
  refresh(): Promise<void> {
    return this.fetches.request();
  }

  dispose(): void {
    this.emitter.dispose();
  }

  private async fetch(): Promise<void> {
    const client = this.client;
    if (!client?.isRunning()) return;
    const answer: unknown = await client.sendRequest(FUNCTIONS, {});
    if (this.client === client) this.set(parseListing(answer));
  }

  private set(listing: Listing): void {
    this.listing = listing;
    this.emitter.fire(listing);
  }
}
