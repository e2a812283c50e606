/** What can be done with a response: copy, save, open, compare. */

import { basename, join } from "node:path";
import { env, Position, Range, Uri, ViewColumn, window, workspace } from "vscode";
import { formatJson } from "../core/json";
import type { FunctionInfo, RequestFailed } from "../core/protocol";
import type { Received } from "../core/received";
import { fileNameOf, sizeText } from "../core/response";
import type { ResponseDocuments } from "./responseDocuments";
import type { ShownResponse } from "./shownResponse";

/** Maximum bytes to copy, or to open as a document. */
const MOST_IN_EDITOR = 20_000_000;

/** Return what can be done with the response that is shown. */
export function responseActions(
  fn: () => FunctionInfo | undefined,
  documents: ResponseDocuments,
  shown: ShownResponse,
) {
  const withResponse =
    (act: (received: Received, of: FunctionInfo) => Promise<void>) => async () => {
      const found = fn();
      if (found && shown.received) await act(shown.received, found);
    };
  return {
    copyResponse: withResponse(copyResponse),
    saveResponse: withResponse((received, of) => saveResponse(of, received)),
    openResponse: withResponse((received, of) => openResponse(of, received, documents)),
    compare: withResponse(async (received, of) => {
      const title = `${of.endpoint}: previous response ↔ this response`;
      const name = received.body.format === "json" ? "response.json" : "response.txt";
      await documents.compare(title, name, shown.before ?? "", received.comparable);
    }),
  };
}

async function copyResponse(received: Received): Promise<void> {
  const { text, note } = await textOf(received);
  await env.clipboard.writeText(text);
  window.setStatusBarMessage(`Copied ${note || "the response body"}.`, 4000);
}

async function saveResponse(fn: FunctionInfo, received: Received): Promise<void> {
  const name = fileNameOf(fn.endpoint, received.body.contentType);
  const target = await window.showSaveDialog({
    title: "Save Response",
    defaultUri: Uri.file(join(fn.folder, name)),
  });
  if (!target) return;
  if (target.scheme === "file") await received.file.copyTo(target.fsPath);
  else await workspace.fs.writeFile(target, await received.file.read(received.file.size));
  const saved = `Saved ${sizeText(received.file.size)} as ${basename(target.path)}`;
  if (received.file.size < received.body.bytes) {
    void window.showWarningMessage(`${saved}; the response was longer.`);
  } else window.setStatusBarMessage(`${saved}.`, 4000);
}

async function openResponse(
  fn: FunctionInfo,
  received: Received,
  documents: ResponseDocuments,
): Promise<void> {
  const { text, note } = await textOf(received);
  const { contentType, format } = received.body;
  const name = format === "hex" ? `${fn.endpoint}.hex.txt` : fileNameOf(fn.endpoint, contentType);
  await documents.open(name, (format === "json" && formatJson(text)) || text);
  if (note)
    void window.showInformationMessage(`Opened ${note}. Save the response to get all of it.`);
}

/** Show the line that raised the exception, beside the panel. */
export async function showPlace({ file, line }: RequestFailed): Promise<void> {
  if (!file || !line) return;
  const start = new Position(line - 1, 0);
  await window.showTextDocument(Uri.file(file), {
    selection: new Range(start, start),
    viewColumn: ViewColumn.One,
  });
}

async function textOf(received: Received): Promise<{ text: string; note: string }> {
  const { body, file } = received;
  if (body.format === "hex" || !body.isCut) {
    return { text: body.text, note: body.isCut ? `the first ${sizeText(body.shown)}` : "" };
  }
  const bytes = await file.read(MOST_IN_EDITOR);
  const isAll = bytes.length === body.bytes;
  return { text: body.decodeAll(bytes), note: isAll ? "" : `the first ${sizeText(bytes.length)}` };
}
