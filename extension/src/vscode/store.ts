/** The one copy of what the server knows, with one event for all views. */

import { type Disposable, EventEmitter, env, Uri } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { ExternalAddress } from "../core/external";
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
  private readonly external = new ExternalAddress(async (url) => {
    const reached = await env.asExternalUri(Uri.parse(url));
    return reached.toString(true);
  });
  private reached = "";
  private readonly fetches = new Coalescer(() => this.fetch());

  readonly onDidChange = this.emitter.event;

  get current(): Listing {
    return this.listing;
  }

  /** What is known, with the runner's address as the person reaches it: for texts. */
  get shown(): Listing {
    const { runner } = this.listing;
    return { ...this.listing, runner: { ...runner, url: runner.url && this.reached } };
  }

  /** Return the runner's own address and the one that the person reaches it by. */
  async addresses(): Promise<{ readonly local: string; readonly external: string }> {
    const local = this.listing.runner.url;
    return { local, external: await this.external.of(local) };
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
    const { url } = listing.runner;
    if (url !== this.listing.runner.url) {
      this.reached = url;
      void this.external.of(url).then((reached) => this.reach(url, reached));
    }
    this.listing = listing;
    this.emitter.fire(listing);
  }

  private reach(url: string, reached: string): void {
    if (this.listing.runner.url !== url || this.reached === reached) return;
    this.reached = reached;
    this.emitter.fire(this.listing);
  }
}
