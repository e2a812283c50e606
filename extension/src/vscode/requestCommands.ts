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
import { CURL, readCurl, type SavedRequest, ServerCommand } from "../core/protocol";
import { recordedDraft } from "../core/recorded";
import type { RequestNode } from "../core/requestTree";
import { REQUEST_STATES } from "../core/summaries";
import { copyAs } from "./copyAs";
import type { Debugger } from "./debug";
import { askForFilter } from "./filterInput";
import { encodeDraft } from "./requestEncoder";
import type { RequestHistory } from "./requestHistory";
import type { RequestPanels } from "./requestPanels";
import type { RequestStore } from "./requestStore";
import type { RequestsView } from "./requestsView";
import type { LanguageServer } from "./server";

const FILTER = {
  title: "Filter Requests",
  placeholder: "Words of a request or function, a status, or a state like @failed",
  states: REQUEST_STATES,
};

export interface RequestCommandParts {
  readonly server: LanguageServer;
  readonly panels: RequestPanels;
  readonly requests: RequestStore;
  readonly history: RequestHistory;
  readonly debugging: Debugger;
  readonly view: RequestsView;
}

export function registerRequestCommands(parts: RequestCommandParts): Disposable[] {
  const { panels, requests, history, view } = parts;
  const all: Record<string, (node: RequestNode) => unknown> = {
    open: (node) => open(parts, node),
    send: ({ fn, draft }) => draft && panels.show(fn, draft),
    edit: (node) => open(parts, node),
    replay: async ({ fn, summary }) => {
      if (!summary) return;
      const answer = await replay(summary.id);
      if (answer) panels.showRecorded(fn, await history.detail(answer), undefined);
    },
    debug: async ({ fn, summary }) => {
      if (!summary) return;
      const argument = { id: fn.id, replay: "later", request: summary.id };
      const answer = await commands.executeCommand(ServerCommand.debug, argument);
      if (answer) await parts.debugging.stopWhereItFails(answer, () => replay(summary.id));
    },
    save: async (node) => {
      const draft = node.draft ?? (await draftOf(history, node));
      if (draft) await requests.save(node.fn, draft);
    },
    openFile: ({ saved }) => saved && openFile(saved),
    copyAs: (node) => copyNodeAs(parts, node),
    rename: ({ saved }) => saved && rename(saved),
    delete: async ({ fn, draft, saved, summary }) => {
      if (saved) return remove(saved);
      if (summary) await history.forget([summary.id]);
      if (draft) await requests.forget(fn.id, draft);
    },
  };
  return [
    ...Object.entries(all).map(([name, act]) =>
      commands.registerCommand(`funclens.requests.${name}`, async (node?: RequestNode) => {
        try {
          if (node?.fn) await act(node);
        } catch (error) {
          void window.showErrorMessage(error instanceof Error ? error.message : String(error));
        }
      }),
    ),
    commands.registerCommand("funclens.requests.clear", async () => {
      const answer = await window.showWarningMessage(
        "Delete all requests that the runner remembers, and those you sent in earlier sessions?",
        { modal: true, detail: "Saved requests stay." },
        "Delete",
      );
      if (answer !== "Delete") return;
      await history.forget();
      await requests.forgetAll();
    }),
    commands.registerCommand("funclens.requests.filter", () => askForFilter(view, FILTER)),
    commands.registerCommand("funclens.requests.changeFilter", () => askForFilter(view, FILTER)),
    commands.registerCommand("funclens.requests.clearFilter", () => {
      view.filter = "";
    }),
  ];
}

/** Show a request in the panel: as it was written, or as it was recorded. */
async function open({ panels, history }: RequestCommandParts, node: RequestNode): Promise<void> {
  const { fn, draft, summary } = node;
  if (!summary) {
    panels.show(fn, draft, { send: false });
    return;
  }
  const detail = await history.detail(summary.id);
  panels.showRecorded(fn, detail, draft ?? recordedDraft(detail));
}

async function draftOf(history: RequestHistory, { summary }: RequestNode) {
  return summary && recordedDraft(await history.detail(summary.id));
}

/** Send a recorded request again; return the id of the new one. */
async function replay(request: string): Promise<string | undefined> {
  const answer = await commands.executeCommand<{ readonly request?: string } | undefined>(
    ServerCommand.replay,
    { request },
  );
  return answer?.request;
}

async function copyNodeAs(
  { server, history }: RequestCommandParts,
  node: RequestNode,
): Promise<void> {
  const { fn, draft, summary } = node;
  if (summary) await copyAs(history, { request: summary.id });
  else if (draft?.kind === "multipart") await copyCurl(server, node);
  else if (draft) await copyAs(history, callOf(fn.id, await encodeDraft(server, fn.id, draft)));
}

async function openFile({ file, line }: SavedRequest): Promise<void> {
  const start = new Position(line - 1, 0);
  await window.showTextDocument(Uri.file(file), { selection: new Range(start, start) });
}

async function copyCurl(server: LanguageServer, { fn, draft }: RequestNode): Promise<void> {
  if (!draft) return;
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
