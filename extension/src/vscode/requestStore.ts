/** History of sent requests, and requests saved for the team. */

import { type Memento, Uri, window, workspace } from "vscode";
import { type Draft, fileNameFor, remember } from "../core/draft";
import type { Saved } from "../core/panel";
import {
  type FunctionInfo,
  HTTP_FILE,
  readHttpFileText,
  readSavedRequests,
  SAVED_REQUESTS,
} from "../core/protocol";
import { encodeDraft } from "./requestEncoder";
import type { LanguageServer } from "./server";

const FOLDER = [".funclens", "requests"] as const;

export class RequestStore {
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
  }

  /** Return the requests to a function that are saved in its workspace folder. */
  async saved(fn: FunctionInfo): Promise<Saved[]> {
    if (!workspace.isTrusted) return [];
    const answer: unknown = await this.server.client?.sendRequest(SAVED_REQUESTS, { id: fn.id });
    return readSavedRequests(answer).requests.map(({ name, ...draft }) => ({ name, draft }));
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
    const request = await encodeDraft(this.server, fn.id, draft);
    if (typeof request.body !== "string") throw new Error("Only text can be saved.");
    const argument = { id: fn.id, name, ...request };
    const answer: unknown = await this.server.client?.sendRequest(HTTP_FILE, argument);
    const { text } = readHttpFileText(answer);
    await workspace.fs.writeFile(file, new TextEncoder().encode(text));
    return file;
  }
}

function historyKey(functionId: string): string {
  return `funclens.history.${functionId}`;
}
