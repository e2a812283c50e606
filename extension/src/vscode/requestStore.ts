/** Requests that were sent, in the editor's memory; and those saved for the team. */

import { type Memento, Uri, window, workspace } from "vscode";
import type { Saved } from "../core/panel";
import type { FunctionInfo } from "../core/protocol";
import { type Draft, fileNameFor, fromHttpFile, remember, toHttpFile } from "../core/request";

const FOLDER = [".funclens", "requests"] as const;

export class RequestStore {
  constructor(private readonly memory: Memento) {}

  /** Return the requests that were sent to a function, the newest first. */
  history(functionId: string): readonly Draft[] {
    return this.memory.get<Draft[]>(historyKey(functionId), []);
  }

  async add(functionId: string, draft: Draft): Promise<void> {
    await this.memory.update(historyKey(functionId), remember(this.history(functionId), draft));
  }

  /** Return the requests to a function that stand in its workspace folder. */
  async saved(fn: FunctionInfo): Promise<Saved[]> {
    const folder = Uri.joinPath(Uri.file(fn.folder), ...FOLDER);
    const found: Saved[] = [];
    for (const [name] of await entriesOf(folder)) {
      if (!name.endsWith(".http")) continue;
      const bytes = await workspace.fs.readFile(Uri.joinPath(folder, name));
      const read = fromHttpFile(new TextDecoder().decode(bytes));
      if (read?.functionId === fn.id) {
        found.push({ name: name.slice(0, -".http".length), draft: read.draft });
      }
    }
    return found.sort((one, other) => one.name.localeCompare(other.name));
  }

  /** Ask for a name and write the request; return the file, or undefined if not. */
  async save(fn: FunctionInfo, base: string, draft: Draft): Promise<Uri | undefined> {
    const name = await window.showInputBox({
      title: "Save Request for the Team",
      prompt: `Saved in ${FOLDER.join("/")}; commit it with your code`,
      placeHolder: "Name of the request",
      validateInput: (value) => (value.trim() ? undefined : "Enter a name."),
    });
    if (!name) return undefined;
    const file = Uri.joinPath(Uri.file(fn.folder), ...FOLDER, fileNameFor(fn.id, name));
    const text = new TextEncoder().encode(toHttpFile(fn.id, base, draft));
    await workspace.fs.writeFile(file, text);
    return file;
  }
}

async function entriesOf(folder: Uri) {
  try {
    return await workspace.fs.readDirectory(folder);
  } catch {
    // There is no such folder until the first request is saved.
    return [];
  }
}

function historyKey(functionId: string): string {
  return `funclens.history.${functionId}`;
}
