/** What the request panel proposes, saves and copies: the request before it is sent. */

import { env, window } from "vscode";
import { callOf, partsOf } from "../core/call";
import { type Draft, EMPTY_DRAFT, type EventDraft } from "../core/draft";
import { draftOf, plainDraft } from "../core/firstDraft";
import { urlOf } from "../core/functions";
import type { FromForm, ToForm } from "../core/panel";
import {
  CURL,
  type FunctionInfo,
  readCurl,
  readSamples,
  SAMPLES,
  type Samples,
} from "../core/protocol";
import { pickEvent } from "./pickEvent";
import { encodeDraft, sampleOf } from "./requestEncoder";
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
    await this.page.tell({ kind: "draft", draft });
  }

  /** Send the page the current state of the function; read its code again if `isFresh`. */
  async refresh(isFresh = false): Promise<void> {
    const fn = this.fn();
    if (!fn) return;
    const { requests, store } = this.parts;
    this.page.setTitle(`Send: ${fn.endpoint}`);
    const samples = await this.getSamples(isFresh);
    const [latest] = requests.history(fn.id);
    const { first } = samples;
    await this.page.tell({
      kind: "function",
      id: fn.id,
      title: `Send a request to ${fn.endpoint}`,
      url: urlOf(store.shown, fn) ?? fn.route,
      running: store.current.runner.state === "running",
      proposed: latest ?? (first ? draftOf(first) : EMPTY_DRAFT),
      types: samples.types,
      fitting: samples.default ?? "",
      history: requests.history(fn.id),
      saved: await requests.saved(fn),
    });
  }

  async receive(message: Exclude<FromForm, { kind: "ready" | "send" }>): Promise<void> {
    try {
      await this.act(message);
    } catch (error) {
      void window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  }

  private async act(message: Exclude<FromForm, { kind: "ready" | "send" }>): Promise<void> {
    switch (message.kind) {
      case "events":
        await this.chooseEvent();
        break;
      case "pick":
        await this.pickFiles(message.index);
        break;
      case "plain":
        await this.showAsRequest(message.event);
        break;
      case "save":
        await this.save(message.draft);
        break;
      case "curl":
        await this.copyCurl(message.draft);
        break;
    }
  }

  private async chooseEvent(): Promise<void> {
    const { types } = await this.getSamples(true);
    const name = await pickEvent(types, this.fn()?.endpoint ?? "");
    if (name === undefined) return;
    const request = await sampleOf(this.parts.server, this.id, { name, mode: "" });
    if (request) await this.show(draftOf(request));
  }

  private async showAsRequest(event: EventDraft): Promise<void> {
    const request = await sampleOf(this.parts.server, this.id, event);
    if (!request) return;
    if (request.base64) {
      throw new Error("Protocol buffers can't be edited as text. Choose another form first.");
    }
    await this.show(plainDraft(request));
  }

  /** Let the user pick files of a multipart form, in the dialog of the editor. */
  private async pickFiles(index: number | undefined): Promise<void> {
    const picked = await window.showOpenDialog({
      canSelectMany: index === undefined,
      openLabel: "Add to Form",
      title: "Choose Files to Send",
    });
    if (!picked) return;
    const files = picked.map((uri) => uri.toString());
    await this.page.tell({ kind: "picked", files, ...(index === undefined ? {} : { index }) });
  }

  private async save(draft: Draft): Promise<void> {
    const fn = this.fn();
    if (!fn) return;
    if (await this.parts.requests.save(fn, draft)) await this.refresh();
  }

  private async copyCurl(draft: Draft): Promise<void> {
    const { server } = this.parts;
    const argument =
      draft.kind === "multipart"
        ? { ...callOf(this.id, draft), parts: partsOf(draft) }
        : callOf(this.id, await encodeDraft(server, this.id, draft));
    const answer: unknown = await server.client?.sendRequest(CURL, argument);
    const { curl } = readCurl(answer);
    if (!curl) return;
    await env.clipboard.writeText(curl);
    window.setStatusBarMessage("Copied the request as a curl command.", 4000);
  }

  private fn(): FunctionInfo | undefined {
    return this.parts.store.current.functions.find((fn) => fn.id === this.id);
  }

  private async getSamples(isFresh = false): Promise<Samples> {
    if (!this.samples || isFresh) {
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
