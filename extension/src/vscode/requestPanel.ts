/** The request panel of one function. */

import { randomBytes } from "node:crypto";
import { commands, type Disposable, env, Uri, type WebviewPanel, window } from "vscode";
import { type Draft, EMPTY_DRAFT, headerLines, parseHeaders } from "../core/draft";
import { type Exchange, exchange } from "../core/exchange";
import { urlOf } from "../core/functions";
import { formatJson } from "../core/json";
import { type FromPanel, panelPage, type ToPanel } from "../core/panel";
import {
  CURL,
  type FunctionInfo,
  readCurl,
  readSamples,
  SAMPLES,
  type Samples,
  SENDING,
  SENT,
  ServerCommand,
} from "../core/protocol";
import type { RequestStore } from "./requestStore";
import type { LanguageServer } from "./server";
import type { Store } from "./store";

export interface PanelParts {
  readonly extensionUri: Uri;
  readonly server: LanguageServer;
  readonly store: Store;
  readonly requests: RequestStore;
}

export class RequestPanel implements Disposable {
  private running: Exchange | undefined;
  /** Messages about the last response, sent again when the page is reloaded. */
  private told: ToPanel[] = [];
  private samples: Samples | undefined;

  constructor(
    private readonly id: string,
    private readonly panel: WebviewPanel,
    private readonly parts: PanelParts,
    /** Draft to send once the page is loaded. */
    private first: Draft | undefined,
  ) {
    const { webview } = panel;
    const uri = (...path: string[]) =>
      webview.asWebviewUri(Uri.joinPath(parts.extensionUri, ...path)).toString();
    panel.iconPath = Uri.joinPath(parts.extensionUri, "media", "icon.png");
    webview.onDidReceiveMessage((message: FromPanel) => this.receive(message));
    panel.onDidDispose(() => this.hangUp());
    webview.html = panelPage({
      nonce: randomBytes(16).toString("hex"),
      source: webview.cspSource,
      script: uri("out", "request.js"),
      style: uri("media", "request.css"),
    });
  }

  reveal(): void {
    this.panel.reveal();
  }

  dispose(): void {
    this.panel.dispose();
  }

  /** Fill in a draft and send it. */
  async sendNow(draft: Draft): Promise<void> {
    await this.tell({ kind: "draft", draft, advice: "", proposed: false });
    await this.send(draft);
  }

  /** Send the page the current state of the function. */
  async refresh(): Promise<void> {
    const fn = this.fn();
    if (!fn) return;
    const { requests, store } = this.parts;
    this.panel.title = `Send: ${fn.endpoint}`;
    const samples = await this.getSamples();
    await this.tell({
      kind: "function",
      id: fn.id,
      title: `Send a request to ${fn.endpoint}`,
      url: urlOf(store.shown, fn) ?? "",
      running: store.current.runner.state === "running",
      types: samples.types,
      fitting: samples.default ?? "",
      history: requests.history(fn.id),
      saved: await requests.saved(fn),
    });
  }

  private async receive(message: FromPanel): Promise<void> {
    switch (message.kind) {
      case "ready":
        await this.refresh();
        if (this.first) {
          const draft = this.first;
          this.first = undefined;
          await this.sendNow(draft);
          break;
        }
        if (!message.draft) await this.fillFirst();
        for (const earlier of this.told) await this.tell(earlier);
        break;
      case "send":
        await this.send(message.draft);
        break;
      case "cancel":
        this.hangUp();
        await this.note({ kind: "failure", message: "Canceled before the response was complete." });
        break;
      case "sample":
        await this.fill(message.event, message.mode);
        break;
      case "save":
        await this.save(message.draft);
        break;
      case "curl":
        await this.copyCurl(message.draft);
        break;
    }
  }

  private async send(draft: Draft): Promise<void> {
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
    await server.client?.sendNotification(SENDING, this.call(draft));
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
    await this.refresh();
  }

  private finish(message: ToPanel): void {
    this.running = undefined;
    void this.note(message);
    void this.parts.server.client?.sendNotification(SENT, { id: this.id });
  }

  private hangUp(): void {
    if (!this.running) return;
    this.running.cancel();
    this.running = undefined;
    void this.parts.server.client?.sendNotification(SENT, { id: this.id });
  }

  /** Fill in a sample event the first time, for an event function. */
  private async fillFirst(): Promise<void> {
    const { request } = await this.getSamples();
    const [latest] = this.parts.requests.history(this.id);
    if (!latest && request) await this.fill("auto", "", true);
    else {
      const draft = latest ?? EMPTY_DRAFT;
      await this.tell({ kind: "draft", draft, advice: "", proposed: true });
    }
  }

  private async fill(event: string, mode: string, proposed = false): Promise<void> {
    try {
      const argument = { id: this.id, event, ...(mode ? { mode } : {}) };
      const answer: unknown = await this.parts.server.client?.sendRequest(SAMPLES, argument);
      const { request } = readSamples(answer);
      if (!request) return;
      const draft = {
        method: request.method,
        path: request.path.replace(/^\/$/, ""),
        headers: headerLines(Object.entries(request.headers)),
        body: formatJson(request.body) ?? request.body,
      };
      await this.tell({ kind: "draft", draft, advice: request.advice, proposed });
    } catch (error) {
      void window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  }

  private async save(draft: Draft): Promise<void> {
    const fn = this.fn();
    if (!fn) return;
    try {
      if (await this.parts.requests.save(fn, draft)) await this.refresh();
    } catch (error) {
      void window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  }

  private async copyCurl(draft: Draft): Promise<void> {
    const answer: unknown = await this.parts.server.client?.sendRequest(CURL, this.call(draft));
    const { curl } = readCurl(answer);
    if (!curl) return;
    await env.clipboard.writeText(curl);
    window.setStatusBarMessage("Copied the request as a curl command.", 4000);
  }

  /** Return the argument of `funclens.call` for a draft. */
  private call(draft: Draft) {
    return {
      id: this.id,
      method: draft.method,
      path: draft.path,
      headers: Object.fromEntries(parseHeaders(draft.headers).headers),
      data: draft.body || null,
    };
  }

  private fn(): FunctionInfo | undefined {
    return this.parts.store.current.functions.find((fn) => fn.id === this.id);
  }

  private async getSamples(): Promise<Samples> {
    if (!this.samples) {
      const answer: unknown = await this.parts.server.client?.sendRequest(SAMPLES, {
        id: this.id,
      });
      const samples = readSamples(answer);
      if (!answer) return samples;
      this.samples = samples;
    }
    return this.samples;
  }

  private async note(message: ToPanel): Promise<void> {
    this.told.push(message);
    await this.tell(message);
  }

  private async tell(message: ToPanel): Promise<void> {
    await this.panel.webview.postMessage(message);
  }
}
