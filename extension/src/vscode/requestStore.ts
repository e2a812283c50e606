/** History of sent requests, and requests saved for the team. */

import { EventEmitter, type Memento, Uri, window, workspace } from "vscode";
import { partsOf } from "../core/call";
import { type Draft, fileNameFor, remember } from "../core/draft";
import { newBoundary, withBoundary } from "../core/outgoing";
import type { Saved } from "../core/panel";
import {
  type FunctionInfo,
  HTTP_FILE,
  readHttpFileText,
  readSavedRequests,
  SAVED_REQUESTS,
  type SavedRequest,
} from "../core/protocol";
import { savedDraft } from "../core/savedDraft";
import { encodeDraft } from "./requestEncoder";
import type { LanguageServer } from "./server";

const HISTORY = "funclens.history.";
const LINKS = "funclens.recorded";
const MOST_LINKS = 200;
const FOLDER = [".funclens", "requests"] as const;

export class RequestStore {
  private readonly emitter = new EventEmitter<void>();

  /** A request was sent or forgotten. */
  readonly onDidChange = this.emitter.event;

  constructor(
    private readonly memory: Memento,
    private readonly server: LanguageServer,
  ) {}

  /** Return the requests sent to a function, newest first. */
  history(functionId: string): readonly Draft[] {
    return this.memory.get<Draft[]>(historyKey(functionId), []);
  }

  async add(functionId: string, draft: Draft): Promise<void> {
    await this.memory.update(historyKey(functionId), remember(this.history(functionId), draft));
    this.emitter.fire();
  }

  /** Remember which recorded request is a draft that was sent. */
  async link(recorded: string, draft: Draft): Promise<void> {
    const others = Object.entries(this.links()).filter(([id]) => id !== recorded);
    const kept = others.slice(1 - MOST_LINKS);
    await this.memory.update(LINKS, Object.fromEntries([...kept, [recorded, draft]]));
    this.emitter.fire();
  }

  /** Return the draft of a recorded request, if it was sent from here. */
  draftOf(recorded: string): Draft | undefined {
    return this.links()[recorded];
  }

  /** Remove a sent request from the history. */
  async forget(functionId: string, draft: Draft): Promise<void> {
    const text = JSON.stringify(draft);
    const kept = this.history(functionId).filter((other) => JSON.stringify(other) !== text);
    await this.memory.update(historyKey(functionId), kept.length > 0 ? kept : undefined);
    this.emitter.fire();
  }

  /** Remove all sent requests. */
  async forgetAll(): Promise<void> {
    const keys = this.memory.keys().filter((key) => key.startsWith(HISTORY));
    for (const key of [...keys, LINKS]) await this.memory.update(key, undefined);
    this.emitter.fire();
  }

  private links(): Readonly<Record<string, Draft>> {
    return this.memory.get<Record<string, Draft>>(LINKS, {});
  }

  /** Return the saved requests of all functions. */
  async allSaved(): Promise<readonly SavedRequest[]> {
    if (!workspace.isTrusted) return [];
    const answer: unknown = await this.server.client?.sendRequest(SAVED_REQUESTS, {});
    return readSavedRequests(answer).requests;
  }

  /** Return the requests to a function that are saved in its workspace folder. */
  async saved(fn: FunctionInfo): Promise<Saved[]> {
    if (!workspace.isTrusted) return [];
    const answer: unknown = await this.server.client?.sendRequest(SAVED_REQUESTS, { id: fn.id });
    return readSavedRequests(answer).requests.map((saved) => ({
      name: saved.name,
      draft: savedDraft(saved),
    }));
  }

  /** Ask for a name and save the request; return the file, or undefined on cancel. */
  async save(fn: FunctionInfo, draft: Draft): Promise<Uri | undefined> {
    const name = await window.showInputBox({
      title: "Save Request for the Team",
      prompt: `Saved in ${FOLDER.join("/")}; commit it with your code`,
      placeHolder: "Name of the request",
      validateInput: (value) => (value.trim() ? undefined : "Enter a name."),
    });
    if (!name) return undefined;
    const file = Uri.joinPath(Uri.file(fn.folder), ...FOLDER, fileNameFor(fn.id, name));
    const argument = { id: fn.id, name, ...(await this.written(fn.id, draft)) };
    const answer: unknown = await this.server.client?.sendRequest(HTTP_FILE, argument);
    const { text } = readHttpFileText(answer);
    await workspace.fs.writeFile(file, new TextEncoder().encode(text));
    return file;
  }

  /** Return a draft as it is written to a file; the files of a form stay where they are. */
  private async written(id: string, draft: Draft) {
    if (draft.kind === "multipart") {
      const { method, path } = draft;
      const headers = withBoundary(draft.headers, newBoundary());
      return { method, path, headers, body: "", parts: partsOf(draft) };
    }
    const request = await encodeDraft(this.server, id, draft);
    if (typeof request.body === "string") return request;
    throw new Error("A request with protocol buffers can't be saved. Choose another form first.");
  }
}

function historyKey(functionId: string): string {
  return `${HISTORY}${functionId}`;
}
