/** The requests that the runner remembers, with one event for all views. */

import { type Disposable, EventEmitter, workspace } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import {
  COPY_AS,
  type Copied,
  FORGET_REQUESTS,
  REQUEST,
  REQUEST_RECORDED,
  REQUESTS,
  REQUESTS_CHANGED,
  type RequestDetail,
  type RequestRecorded,
  type RequestSummary,
  readCopied,
  readRequestDetail,
  readRequestList,
  readRequestRecorded,
  readRequestsChanged,
} from "../core/protocol";
import { withRequests } from "../core/summaries";

/** Records that are kept for a response whose head has not arrived yet. */
const MOST_RECORDED = 50;

export class RequestHistory implements Disposable {
  private readonly changes = new EventEmitter<void>();
  private readonly records = new EventEmitter<RequestRecorded>();
  private client: LanguageClient | undefined;
  private list: readonly RequestSummary[] = [];
  private recorded: RequestRecorded[] = [];

  readonly onDidChange = this.changes.event;
  /** A request that this editor sent is in the history. */
  readonly onDidRecord = this.records.event;

  /** All that are known, newest first. */
  get requests(): readonly RequestSummary[] {
    return this.list;
  }

  connect(client: LanguageClient): void {
    this.client = client;
    this.set([]);
    client.onNotification(REQUESTS_CHANGED, (params: unknown) => {
      if (this.client === client) this.set(withRequests(this.list, readRequestsChanged(params)));
    });
    client.onNotification(REQUEST_RECORDED, (params: unknown) => {
      const record = readRequestRecorded(params);
      this.recorded = [record, ...this.recorded].slice(0, MOST_RECORDED);
      this.records.fire(record);
    });
  }

  /** Fetch all requests once; then the server sends those that are new. */
  async load(): Promise<void> {
    if (!workspace.isTrusted) return;
    const answer: unknown = await this.client?.sendRequest(REQUESTS, {});
    const { requests } = readRequestList(answer);
    this.set(withRequests(requests, { reset: false, requests: this.list }));
  }

  /** Drop the list: no server is running. */
  clear(): void {
    this.client = undefined;
    this.set([]);
  }

  /** Return all that the runner knows about a request. */
  async detail(request: string): Promise<RequestDetail> {
    return readRequestDetail(await this.client?.sendRequest(REQUEST, { request }));
  }

  /** Return a request as text of another program. */
  async copied(argument: object): Promise<Copied> {
    return readCopied(await this.client?.sendRequest(COPY_AS, argument));
  }

  /** Delete requests from the runner's history for everyone; all of them by default. */
  async forget(requests?: readonly string[]): Promise<void> {
    await this.client?.sendRequest(FORGET_REQUESTS, requests ? { requests } : {});
  }

  /** Return the id of the request that was sent from a port of this machine. */
  at(port: number): string | undefined {
    return port > 0 ? this.recorded.find((one) => one.port === port)?.request : undefined;
  }

  dispose(): void {
    this.changes.dispose();
    this.records.dispose();
  }

  private set(list: readonly RequestSummary[]): void {
    if (list === this.list) return;
    this.list = list;
    this.changes.fire();
  }
}
