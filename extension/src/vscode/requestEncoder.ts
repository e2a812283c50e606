/** Turns drafts into requests: events by the language server, forms with their files. */

import { Uri, workspace } from "vscode";
import { type Draft, headerLines, parseHeaders } from "../core/draft";
import { newBoundary, type Outgoing, outgoing, type PartFile } from "../core/outgoing";
import { readSamples, SAMPLES, type SampleRequest } from "../core/protocol";
import type { LanguageServer } from "./server";

/** Return the request for a draft to a function. Throws what the user did wrong. */
export async function encodeDraft(
  server: LanguageServer,
  id: string,
  draft: Draft,
): Promise<Outgoing> {
  if (draft.kind !== "event" || !draft.event) {
    return outgoing(draft, newBoundary(), readFile);
  }
  const request = await sampleOf(server, id, draft.event);
  if (!request) throw new Error("The server has no such event.");
  return requestOf(request, draft);
}

/** Return the request that delivers an event. */
export async function sampleOf(
  server: LanguageServer,
  id: string,
  event: { readonly name: string; readonly mode: string; readonly data?: string },
): Promise<SampleRequest | null> {
  const argument = {
    id,
    event: event.name,
    ...(event.mode ? { mode: event.mode } : {}),
    ...(event.data === undefined ? {} : { data: event.data }),
  };
  const answer: unknown = await server.client?.sendRequest(SAMPLES, argument);
  return readSamples(answer).request;
}

/** Return a sample as a request, with what the draft adds to it. */
function requestOf(sample: SampleRequest, draft: Draft): Outgoing {
  const own = parseHeaders(draft.headers).headers;
  const names = new Set(own.map(([name]) => name.toLowerCase()));
  const given = Object.entries(sample.headers).filter(([name]) => !names.has(name.toLowerCase()));
  return {
    method: draft.method,
    path: draft.path || sample.path.replace(/^\/$/, ""),
    headers: headerLines([...given, ...own]),
    body: sample.base64 ? Buffer.from(sample.base64, "base64") : sample.body,
  };
}

async function readFile(file: string): Promise<PartFile> {
  const uri = Uri.parse(file);
  const name = uri.path.slice(uri.path.lastIndexOf("/") + 1);
  try {
    return { name, bytes: await workspace.fs.readFile(uri) };
  } catch {
    throw new Error(`The file ${uri.fsPath} can't be read.`);
  }
}
