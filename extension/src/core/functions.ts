/** Finds functions in a listing: by cursor, by id, and as quick pick items. */

import { join } from "node:path";
import { pathKey } from "./paths";
import type { FunctionInfo, Listing, ResponseInfo } from "./protocol";

/** Return the absolute path of the file that defines a function. */
export function definitionPath(fn: FunctionInfo): string {
  return join(fn.folder, ...fn.file.split("/"));
}

/**
 * Return the functions at the cursor.
 *
 * `line` is 1-based. There are several functions if one definition is served by several
 * units, and none if the cursor is elsewhere.
 */
export function functionsAt(listing: Listing, path: string, line: number): FunctionInfo[] {
  return functionsIn(listing, path).filter((fn) => fn.line <= line && line <= fn.endLine);
}

/** Functions by the path that defines them, for each list of functions. */
const byPath = new WeakMap<readonly FunctionInfo[], Map<string, FunctionInfo[]>>();

function functionsIn(listing: Listing, path: string): readonly FunctionInfo[] {
  let paths = byPath.get(listing.functions);
  if (!paths) {
    paths = new Map();
    for (const fn of listing.functions) {
      const key = pathKey(definitionPath(fn));
      const known = paths.get(key);
      if (known) known.push(fn);
      else paths.set(key, [fn]);
    }
    byPath.set(listing.functions, paths);
  }
  return paths.get(pathKey(path)) ?? [];
}

/** Return a function of the only unit with functions in a file, or undefined. */
export function functionOfFile(listing: Listing, path: string): FunctionInfo | undefined {
  const here = functionsIn(listing, path);
  return new Set(here.map((fn) => fn.unit)).size === 1 ? here[0] : undefined;
}

/** Return a function of a unit if it is the only one given, or undefined. */
export function functionOfUnits(
  listing: Listing,
  units: readonly string[],
): FunctionInfo | undefined {
  return units.length === 1 ? listing.functions.find((fn) => fn.unit === units[0]) : undefined;
}

/** Return the URL of a function, or undefined if nothing is running. */
export function urlOf(listing: Listing, fn: FunctionInfo): string | undefined {
  return listing.runner.url ? listing.runner.url + encodeURI(fn.route) : undefined;
}

/** One function as a quick pick item. */
export interface FunctionLine {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  readonly fn: FunctionInfo;
}

/** Return the quick pick items, those of the given file first. */
export function functionLines(listing: Listing, currentPath: string | undefined): FunctionLine[] {
  const lines = listing.functions.map((fn) => ({
    label: fn.endpoint,
    description: `${fn.route} · ${signatureLabel(fn)}`,
    detail: `${fn.file}:${fn.line}`,
    fn,
  }));
  const current = currentPath && pathKey(currentPath);
  const here = (line: FunctionLine) => (pathKey(definitionPath(line.fn)) === current ? 0 : 1);
  return lines.sort((one, other) => here(one) - here(other));
}

/** Return the quick pick items of functions whose last response fits, with it. */
export function respondedLines(
  listing: Listing,
  currentPath: string | undefined,
  fits: (response: ResponseInfo) => boolean,
): FunctionLine[] {
  const responses = new Map(listing.responses.filter(fits).map((last) => [last.id, last]));
  return functionLines(listing, currentPath).flatMap((line) => {
    const last = responses.get(line.fn.id);
    if (!last) return [];
    const result = [last.status || "no response", last.error || last.duration].join(" · ");
    return { ...line, detail: `${result} · ${line.detail}` };
  });
}

/** One unit as a quick pick item. */
export interface UnitLine {
  readonly label: string;
  readonly description: string;
  readonly unit: string;
}

/** Return the quick pick items for the units. */
export function unitLines(listing: Listing): UnitLine[] {
  const units = new Map(listing.functions.map((fn) => [fn.unit, fn.source]));
  const states = new Map(listing.runner.units.map((status) => [status.unit, status.state]));
  return [...units].map(([unit, source]) => {
    const state = listing.runner.state === "running" ? (states.get(unit) ?? "idle") : "";
    return { label: unit, description: state ? `${source} · ${state}` : source, unit };
  });
}

/** Return whether production calls a function by a schedule. */
export function isScheduled(fn: FunctionInfo): boolean {
  return fn.triggers.some(({ kind }) => kind === "schedule");
}

/** Return the signature type for display: `http`, `async cloudevent`. */
function signatureLabel(fn: FunctionInfo): string {
  return fn.isAsync ? `async ${fn.signatureType}` : fn.signatureType;
}
