/** Arranges units by folder, as the explorer does: a chain of folders is one line. */

import { join } from "node:path";
import type { FunctionInfo } from "./protocol";
import type { Root, UnitParts } from "./tree";

export interface Folder {
  readonly folder: string;
  readonly label: string;
  /** Path below the workspace folder; empty for that itself. */
  readonly path: string;
  readonly content: readonly (Folder | (UnitParts & { readonly unit: string }))[];
  /** Number of units below. */
  readonly units: number;
}

type Content = Folder["content"];

/** Longer labels lose their beginning. */
const LONGEST = 32;

/** A folder while it is filled. */
interface Draft {
  readonly path: string;
  readonly folders: Map<string, Draft>;
  readonly units: { readonly unit: string; readonly functions: readonly FunctionInfo[] }[];
}

/** Return what is at the top: workspace folders if there are several, else their content. */
export function buildFolders(
  units: ReadonlyMap<string, readonly FunctionInfo[]>,
  roots: readonly Root[],
): Content {
  const drafts = new Map<string, Draft>();
  for (const [unit, functions] of units) {
    const [first] = functions;
    if (!first) continue;
    const parts = (first.source || unit).split("/").slice(0, -1);
    let draft = at(drafts, first.folder, "");
    for (const part of parts) {
      draft = at(draft.folders, part, draft.path ? `${draft.path}/${part}` : part);
    }
    draft.units.push({ unit, functions });
  }
  const names = new Map(roots.map(({ folder, name }) => [folder, name]));
  if (drafts.size < 2 && names.size < 2) {
    return [...drafts].flatMap(([root, draft]) => contentOf(root, draft));
  }
  const order = [...new Set([...names.keys(), ...drafts.keys()])];
  return order.flatMap((root) => {
    const draft = drafts.get(root);
    if (!draft) return [];
    const label = names.get(root) ?? root;
    const content = contentOf(root, draft);
    return [{ folder: root, label, path: "", content, units: count(content) }];
  });
}

function at(drafts: Map<string, Draft>, key: string, path: string): Draft {
  const known = drafts.get(key);
  if (known) return known;
  const made: Draft = { path, folders: new Map(), units: [] };
  drafts.set(key, made);
  return made;
}

function contentOf(root: string, draft: Draft): Content {
  const here = draft.units.map((unit) => unitParts(root, unit, fileName(unit.functions)));
  const below = [...draft.folders].map(([name, folder]) => {
    let last = folder;
    let label = name;
    for (let only = onlyFolder(last); only; only = onlyFolder(last)) {
      label += only.path.slice(last.path.length);
      last = only;
    }
    const [unit, ...others] = last.units;
    if (unit && others.length === 0 && last.folders.size === 0) {
      const file = fileName(unit.functions);
      return unitParts(root, unit, file === "main.py" ? label : `${label}/${file}`);
    }
    const content = contentOf(root, last);
    const path = last.path;
    return {
      folder: join(root, path),
      label: shorten(label),
      path,
      content,
      units: count(content),
    };
  });
  return [...here, ...below];
}

/** Return the folder that is all there is in a folder. */
function onlyFolder(draft: Draft): Draft | undefined {
  if (draft.units.length > 0 || draft.folders.size !== 1) return undefined;
  return [...draft.folders.values()][0];
}

function unitParts(root: string, { unit, functions }: Draft["units"][number], label: string) {
  const source = functions[0]?.source || unit;
  const folder = join(root, ...source.split("/").slice(0, -1));
  return { unit, label: shorten(label), folder, source, functions };
}

function fileName(functions: readonly FunctionInfo[]): string {
  const [first] = functions;
  return (first?.source || first?.unit || "").split("/").pop() ?? "";
}

function count(content: Content): number {
  return content.reduce((sum, item) => sum + ("unit" in item ? 1 : item.units), 0);
}

/** Keep the end of a long path, which tells more than its beginning: `…/orders/main.py`. */
export function shorten(path: string): string {
  if (path.length <= LONGEST) return path;
  const parts = path.split("/");
  let kept = parts.pop() ?? "";
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    if (kept.length + part.length + 3 > LONGEST) break;
    kept = `${part}/${kept}`;
  }
  return kept === path ? path : `…/${kept}`;
}
