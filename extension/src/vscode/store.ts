/** The extension's copy of the server's state, with one event for all views. */

import { type Disposable, EventEmitter, env, Uri } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { ExternalAddress } from "../core/external";
import {
  EMPTY,
  FUNCTIONS,
  FUNCTIONS_CHANGED,
  type Listing,
  RUNNER_CHANGED,
  readFunctionsChanged,
  readListing,
  readRunnerStatus,
  withChange,
} from "../core/protocol";
import { Coalescer } from "../core/restart";

export class Store implements Disposable {
  private listing: Listing = EMPTY;
  private client: LanguageClient | undefined;
  private isLoaded = false;
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

  /** The state with the externally reachable address, for display. */
  get shown(): Listing {
    const { runner } = this.listing;
    return { ...this.listing, runner: { ...runner, url: runner.url && this.reached } };
  }

  /** Return the runner's own address and the externally reachable one. */
  async addresses(): Promise<{ readonly local: string; readonly external: string }> {
    const local = this.listing.runner.url;
    return { local, external: await this.external.of(local) };
  }

  /** Follow a new client and drop the previous state. */
  connect(client: LanguageClient): void {
    this.forget(client);
    client.onNotification(RUNNER_CHANGED, (params: unknown) => {
      if (this.client === client) this.set({ ...this.listing, runner: readRunnerStatus(params) });
    });
    client.onNotification(FUNCTIONS_CHANGED, (params: unknown) => {
      if (this.client === client) this.change(params);
    });
  }

  /** Drop the state: no server is running. */
  clear(): void {
    this.forget(undefined);
  }

  /** Fetch all functions once; then the server sends changes. */
  async load(): Promise<void> {
    if (!this.isLoaded) await this.fetches.request();
  }

  dispose(): void {
    this.emitter.dispose();
  }

  private forget(client: LanguageClient | undefined): void {
    this.client = client;
    this.isLoaded = false;
    this.set(EMPTY);
  }

  private change(params: unknown): void {
    const changed = withChange(this.listing, readFunctionsChanged(params));
    if (!changed) void this.fetches.request();
    else if (changed !== this.listing) this.set(changed);
  }

  private async fetch(): Promise<void> {
    const client = this.client;
    if (!client?.isRunning()) return;
    const answer: unknown = await client.sendRequest(FUNCTIONS, {});
    if (this.client !== client) return;
    this.isLoaded = true;
    this.set(readListing(answer));
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
