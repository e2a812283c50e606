/** The tree of requests as values: those saved for the team, then what was sent. */

import type { Draft } from "./draft";
import type { FunctionInfo, RequestSummary, SavedRequest } from "./protocol";
import { savedDraft } from "./savedDraft";
import { describeSummary, matcherOf, pathAt } from "./summaries";
import type { Icon } from "./treeItems";

/** A request: saved in a file, sent from this editor earlier, or recorded by the runner. */
export interface RequestNode {
  readonly kind: "saved" | "sent" | "recorded";
  readonly id: string;
  readonly fn: FunctionInfo;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  /** Label for screen readers. */
  readonly spoken: string;
  readonly icon: Icon;
  readonly context: string;
  /** As it was written; of recorded ones only if this editor sent it. */
  readonly draft?: Draft;
  /** Place in its `.http` file, if it is saved. */
  readonly saved?: SavedRequest;
  /** What the runner has recorded. */
  readonly summary?: RequestSummary;
}

export interface RequestSection {
  readonly kind: "section";
  readonly id: "saved" | "history";
  readonly label: string;
  readonly requests: readonly RequestNode[];
}

export type RequestTreeNode = RequestSection | RequestNode;

/** What the tree is made of. */
export interface RequestSources {
  readonly functions: readonly FunctionInfo[];
  readonly saved: readonly SavedRequest[];
  /** What the runner has recorded, newest first. */
  readonly recorded: readonly RequestSummary[];
  /** What was sent from the editor, newest first. */
  sentTo(functionId: string): readonly Draft[];
  /** Return the draft of a recorded request, if the editor has sent it. */
  draftOf(recordedId: string): Draft | undefined;
}

const MOST_TOOLTIP = 2000;

/** Return the sections that have requests; those that fit a filter are left. */
export function requestTree(sources: RequestSources, filter = ""): RequestSection[] {
  const { functions } = sources;
  const byId = new Map(functions.map((fn) => [fn.id, fn]));
  const fits = matcherOf(filter);
  const saved = sources.saved.flatMap((request) => {
    const fn = byId.get(request.id);
    return fn ? [savedNode(fn, request)] : [];
  });
  const recorded = sources.recorded.flatMap((summary) => {
    const fn = byId.get(summary.function);
    return fn ? [recordedNode(fn, summary, sources.draftOf(summary.id))] : [];
  });
  const known = new Set(recorded.map(({ fn, draft }) => draft && keyOf(fn, draft)));
  const sent = functions.flatMap((fn) =>
    sources
      .sentTo(fn.id)
      .filter((draft) => !known.has(keyOf(fn, draft)))
      .map((draft) => sentNode(fn, draft)),
  );
  const sections: RequestSection[] = [
    { kind: "section", id: "saved", label: "Saved", requests: saved.filter(fits) },
    {
      kind: "section",
      id: "history",
      label: "History",
      requests: [...recorded, ...sent].filter(fits),
    },
  ];
  return sections.filter(({ requests }) => requests.length > 0);
}

function savedNode(fn: FunctionInfo, saved: SavedRequest): RequestNode {
  const draft = savedDraft(saved);
  return {
    ...{ kind: "saved", fn, draft, saved, label: saved.name, context: "saved" },
    id: `saved ${saved.file}:${saved.line}`,
    description: lineOf(fn, draft),
    tooltip: `${saved.file}:${saved.line}\n\n${textOf(fn, draft)}`.slice(0, MOST_TOOLTIP),
    spoken: `${saved.name}, saved request to ${fn.endpoint}`,
    icon: { name: "bookmark" },
  };
}

function sentNode(fn: FunctionInfo, draft: Draft): RequestNode {
  const { event } = draft;
  const body = (event?.data ?? draft.body).slice(0, MOST_TOOLTIP).replace(/\s+/g, " ").trim();
  const label = event?.name || lineOf(fn, draft);
  return {
    ...{ kind: "sent", fn, draft, label, context: "sent" },
    id: `sent ${keyOf(fn, draft)}`,
    description: [event?.name && fn.endpoint, body.slice(0, 80)].filter(Boolean).join(" · "),
    tooltip: textOf(fn, draft).slice(0, MOST_TOOLTIP),
    spoken: `${label}, sent earlier to ${fn.endpoint}`,
    icon: { name: "history" },
  };
}

function recordedNode(
  fn: FunctionInfo,
  summary: RequestSummary,
  draft: Draft | undefined,
): RequestNode {
  return {
    ...{ kind: "recorded", fn, summary, context: "recorded" },
    ...(draft ? { draft } : {}),
    id: `recorded ${summary.id}`,
    ...describeSummary(fn, summary),
  };
}

function keyOf(fn: FunctionInfo, draft: Draft): string {
  return `${fn.id} ${JSON.stringify(draft)}`;
}

function lineOf(fn: FunctionInfo, { method, path }: Draft): string {
  return `${method} ${pathAt(fn, path)}`;
}

function textOf(fn: FunctionInfo, draft: Draft): string {
  return [lineOf(fn, draft), draft.headers, "", draft.body.slice(0, MOST_TOOLTIP)]
    .join("\n")
    .trim();
}
