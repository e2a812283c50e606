/** What the request panel proposes, saves and copies: the request before it is sent. */

import { env, window } from "vscode";
import { callOf } from "../core/call";
import { type Draft, EMPTY_DRAFT, headerLines } from "../core/draft";
import { urlOf } from "../core/functions";
import { formatJson } from "../core/json";
import type { FromForm, ToForm } from "../core/panel";
import {
  CURL,
  type FunctionInfo,
  readCurl,
  readSamples,
  SAMPLES,
  type Samples,
} from "../core/protocol";
import type { PanelParts } from "./requestPanel";

export interface FormPage {
  tell(message: ToForm): Promise<void>;
  setTitle(title: string): void;
}

export class RequestForm {
  private samples: Samples | undefined;

  constructor(
    private readonly id: string,
    private readonly parts: PanelParts,
    private readonly page: FormPage,
  ) {}

  /** Fill in a draft. */
  async show(draft: Draft): Promise<void> {
    await this.page.tell({ kind: "draft", draft, advice: "", proposed: false });
  }

  /** Send the page the current state of the function. */
  async refresh(): Promise<void> {
    const fn = this.fn();
    if (!fn) return;
    const { requests, store } = this.parts;
    this.page.setTitle(`Send: ${fn.endpoint}`);
    const samples = await this.getSamples();
    await this.page.tell({
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

  async receive(message: Exclude<FromForm, { kind: "ready" | "send" }>): Promise<void> {
    switch (message.kind) {
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

  /** Fill in a sample event the first time, for an event function. */
  async fillFirst(): Promise<void> {
    const { request } = await this.getSamples();
    const [latest] = this.parts.requests.history(this.id);
    if (!latest && request) await this.fill("auto", "", true);
    else {
      const draft = latest ?? EMPTY_DRAFT;
      await this.page.tell({ kind: "draft", draft, advice: "", proposed: true });
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
      await this.page.tell({ kind: "draft", draft, advice: request.advice, proposed });
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
    const answer: unknown = await this.parts.server.client?.sendRequest(
      CURL,
      callOf(this.id, draft),
    );
    const { curl } = readCurl(answer);
    if (!curl) return;
    await env.clipboard.writeText(curl);
    window.setStatusBarMessage("Copied the request as a curl command.", 4000);
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
}
