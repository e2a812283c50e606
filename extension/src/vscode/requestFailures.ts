/** Failed requests, as the runner logged them: recognized by the client's port. */

import { type Disposable, EventEmitter } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { REQUEST_FAILED, type RequestFailed, readRequestFailed } from "../core/protocol";

/** Entries that are kept for a response whose head has not arrived yet. */
const MOST_KEPT = 50;

export class RequestFailures implements Disposable {
  private readonly emitter = new EventEmitter<RequestFailed>();
  private kept: RequestFailed[] = [];

  readonly onDidFail = this.emitter.event;

  connect(client: LanguageClient): void {
    client.onNotification(REQUEST_FAILED, (params: unknown) => {
      const failed = readRequestFailed(params);
      this.kept = [failed, ...this.kept].slice(0, MOST_KEPT);
      this.emitter.fire(failed);
    });
  }

  /** Return the newest failure of a request that came from a port. */
  at(port: number): RequestFailed | undefined {
    return port > 0 ? this.kept.find((failed) => failed.port === port) : undefined;
  }

  dispose(): void {
    this.emitter.dispose();
  }
}
