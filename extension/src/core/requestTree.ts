/** The tree of saved and sent requests as values. */

import type { Draft } from "./draft";
import type { FunctionInfo, SavedRequest } from "./protocol";
import { savedDraft } from "./savedDraft";

export interface RequestNode {
  readonly kind: "saved" | "sent";
  readonly fn: FunctionInfo;
  readonly draft: Draft;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  /** Place in its `.http` file, if it is saved. */
  readonly saved?: SavedRequest;
}

export interface RequestGroup {
  readonly kind: "group";
  readonly fn: FunctionInfo;
  readonly requests: readonly RequestNode[];
}

export type RequestTreeNode = RequestGroup | RequestNode;

const MOST_TOOLTIP = 2000;

/** Return the functions that have requests, in the order of the listing. */
export function requestTree(
  functions: readonly FunctionInfo[],
  saved: readonly SavedRequest[],
  history: (id: string) => readonly Draft[],
): RequestGroup[] {
  const byFunction = new Map<string, SavedRequest[]>();
  for (const request of saved) {
    byFunction.set(request.id, [...(byFunction.get(request.id) ?? []), request]);
  }
  return functions.flatMap((fn) => {
    const requests = [
      ...(byFunction.get(fn.id) ?? []).map((request) => savedNode(fn, request)),
      ...history(fn.id).map((draft) => sentNode(fn, draft)),
    ];
    return requests.length > 0 ? [{ kind: "group" as const, fn, requests }] : [];
  });
}

function savedNode(fn: FunctionInfo, saved: SavedRequest): RequestNode {
  const draft = savedDraft(saved);
  const tooltip = `${saved.file}:${saved.line}\n\n${textOf(draft)}`;
  return {
    ...{ kind: "saved", fn, draft, saved, label: saved.name },
    description: lineOf(draft),
    tooltip: tooltip.slice(0, MOST_TOOLTIP),
  };
}

function sentNode(fn: FunctionInfo, draft: Draft): RequestNode {
  const body = draft.body.slice(0, MOST_TOOLTIP).replace(/\s+/g, " ").trim().slice(0, 80);
  return {
    ...{ kind: "sent", fn, draft, label: lineOf(draft), description: body },
    tooltip: textOf(draft).slice(0, MOST_TOOLTIP),
  };
}

function lineOf({ method, path }: Draft): string {
  return `${method} ${path || "/"}`;
}

function textOf(draft: Draft): string {
  return [lineOf(draft), draft.headers, "", draft.body.slice(0, MOST_TOOLTIP)].join("\n").trim();
}
