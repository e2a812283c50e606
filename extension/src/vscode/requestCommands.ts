/** Commands of the tree of requests: open, send, rename, delete, copy. */

import { basename } from "node:path";
import {
  commands,
  type Disposable,
  env,
  Position,
  Range,
  Uri,
  WorkspaceEdit,
  window,
  workspace,
} from "vscode";
import { callOf, partsOf } from "../core/call";
import { fileNameFor } from "../core/draft";
import { removeRequest, renameRequest } from "../core/httpFileEdits";
import { CURL, readCurl, type SavedRequest } from "../core/protocol";
import type { RequestNode } from "../core/requestTree";
import { encodeDraft } from "./requestEncoder";
import type { RequestPanels } from "./requestPanels";
import type { RequestStore } from "./requestStore";
import type { LanguageServer } from "./server";

export interface RequestCommandParts {
  readonly server: LanguageServer;
  readonly panels: RequestPanels;
  readonly requests: RequestStore;
}

export function registerRequestCommands(parts: RequestCommandParts): Disposable[] {
  const { panels, requests } = parts;
  const all: Record<string, (node: RequestNode) => unknown> = {
    open: ({ fn, draft }) => panels.show(fn, draft, { send: false }),
    send: ({ fn, draft }) => panels.show(fn, draft),
    save: ({ fn, draft }) => requests.save(fn, draft),
    openFile: ({ saved }) => saved && openFile(saved),
    copyCurl: (node) => copyCurl(parts.server, node),
    rename: ({ saved }) => saved && rename(saved),
    delete: ({ fn, draft, saved }) => (saved ? remove(saved) : requests.forget(fn.id, draft)),
  };
  return [
    ...Object.entries(all).map(([name, act]) =>
      commands.registerCommand(`funclens.requests.${name}`, async (node?: RequestNode) => {
        try {
          if (node?.draft) await act(node);
        } catch (error) {
          void window.showErrorMessage(error instanceof Error ? error.message : String(error));
        }
      }),
    ),
    commands.registerCommand("funclens.requests.clear", () => requests.forgetAll()),
  ];
}

async function openFile({ file, line }: SavedRequest): Promise<void> {
  const start = new Position(line - 1, 0);
  await window.showTextDocument(Uri.file(file), { selection: new Range(start, start) });
}

async function copyCurl(server: LanguageServer, { fn, draft }: RequestNode): Promise<void> {
  const argument =
    draft.kind === "multipart"
      ? { ...callOf(fn.id, draft), parts: partsOf(draft) }
      : callOf(fn.id, await encodeDraft(server, fn.id, draft));
  const answer: unknown = await server.client?.sendRequest(CURL, argument);
  await env.clipboard.writeText(readCurl(answer).curl);
  window.setStatusBarMessage("Copied the request as a curl command.", 4000);
}

async function rename(saved: SavedRequest): Promise<void> {
  const name = await window.showInputBox({
    title: "Rename Request",
    value: saved.name,
    validateInput: (value) => (value.trim() ? undefined : "Enter a name."),
  });
  if (!name || name === saved.name) return;
  const file = await renameFile(saved, name);
  await change(file, (text) => renameRequest(text, saved.line, name));
}

/** Rename a file that has the name of its request; return the path that it has then. */
async function renameFile(saved: SavedRequest, name: string): Promise<string> {
  if (basename(saved.file) !== fileNameFor(saved.id, saved.name)) return saved.file;
  const target = Uri.joinPath(Uri.file(saved.file), "..", fileNameFor(saved.id, name));
  const edit = new WorkspaceEdit();
  edit.renameFile(Uri.file(saved.file), target);
  return (await workspace.applyEdit(edit)) ? target.fsPath : saved.file;
}

async function remove(saved: SavedRequest): Promise<void> {
  const what = saved.alone ? `This deletes ${basename(saved.file)}.` : "";
  const answer = await window.showWarningMessage(
    `Delete the request "${saved.name}"?`,
    { modal: true, detail: what },
    "Delete",
  );
  if (answer !== "Delete") return;
  if (saved.alone) await workspace.fs.delete(Uri.file(saved.file));
  else await change(saved.file, (text) => removeRequest(text, saved.line));
}

/** Change a file through the editor, so that it can be undone where it is open. */
async function change(file: string, edited: (text: string) => string): Promise<void> {
  const document = await workspace.openTextDocument(Uri.file(file));
  const text = document.getText();
  const edit = new WorkspaceEdit();
  const all = new Range(document.positionAt(0), document.positionAt(text.length));
  edit.replace(document.uri, all, edited(text));
  await workspace.applyEdit(edit);
  await document.save();
}
