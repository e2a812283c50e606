/** The extension's copy of the server's state, with one event for all views. */

import { type Disposable, EventEmitter, env, Uri } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { ExternalAddress } from "../core/external";
import {
  CHANGES_VERSION,
  EMPTY,
  FUNCTIONS,
  FUNCTIONS_CHANGED,
  type Listing,
  NEEDS_CHANGED,
  NEXT_RUNS_CHANGED,
  RESPONSES_CHANGED,
  RUNNER_CHANGED,
  readFunctionsChanged,
  readListing,
  readNeedsChanged,
  readNextRunsChanged,
  readResponsesChanged,
  readRunnerStatus,
  readUnitsChanged,
  UNITS_CHANGED,
  withChange,
  withResponses,
  withRunner,
  withUnits,
} from "../core/protocol";
import { Coalescer } from "../core/restart";

export class Store implements Disposable {
  private listing: Listing = EMPTY;
  private client: LanguageClient | undefined;
  private isLoaded = false;
  /** Changes that arrived while the listing was fetched. */
  private late: ((listing: Listing) => Listing)[] | undefined;
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
    const follow = <T>(
      method: string,
      read: (params: unknown) => T,
      after: (listing: Listing, change: T) => Listing,
    ) => {
      client.onNotification(method, (params: unknown) => {
        if (this.client === client) this.take((listing) => after(listing, read(params)));
      });
    };
    follow(RUNNER_CHANGED, readRunnerStatus, withRunner);
    follow(UNITS_CHANGED, readUnitsChanged, (listing, { units }) => withUnits(listing, units));
    follow(RESPONSES_CHANGED, readResponsesChanged, (listing, { responses }) =>
      withResponses(listing, responses),
    );
    follow(NEEDS_CHANGED, readNeedsChanged, (listing, { needs }) => ({ ...listing, needs }));
    follow(NEXT_RUNS_CHANGED, readNextRunsChanged, (listing, { runs }) => ({
      ...listing,
      nextRuns: runs,
    }));
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

  /** Apply a change, once more to a listing that may have been made before it. */
  private take(change: (listing: Listing) => Listing): void {
    this.late?.push(change);
    this.set(change(this.listing));
  }

  private change(params: unknown): void {
    const changed = withChange(this.listing, readFunctionsChanged(params));
    if (!changed) void this.fetches.request();
    else if (changed !== this.listing) this.set(changed);
  }

  private async fetch(): Promise<void> {
    const client = this.client;
    if (!client?.isRunning()) return;
    const late: ((listing: Listing) => Listing)[] = [];
    this.late = late;
    let answer: unknown;
    try {
      answer = await client.sendRequest(FUNCTIONS, { version: CHANGES_VERSION });
    } finally {
      this.late = undefined;
    }
    if (this.client !== client) return;
    this.isLoaded = true;
    this.set(late.reduce((listing, change) => change(listing), readListing(answer)));
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
