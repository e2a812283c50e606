/** Resolves a launch configuration to units. */

import { getLocation } from "jsonc-parser";
import type { Listing } from "./protocol";

/** Maximum number of debug sessions; more are probably a mistake. */
const MOST_UNITS = 12;

/** A unit to debug, and one of its functions for the request to the server. */
export interface UnitToDebug {
  readonly unit: string;
  readonly functionId: string;
}

/** The units to debug, or the reason why there are none. */
export type Chosen =
  | { readonly kind: "units"; readonly units: readonly UnitToDebug[] }
  | { readonly kind: "problem"; readonly message: string };

/**
 * Return the units named by `functions` of a launch configuration.
 *
 * It is `all`, or one or more ids of functions, endpoints or ids of units.
 */
export function chooseUnits(listing: Listing, functions: unknown): Chosen {
  const wanted = [functions ?? "all"].flat().map(String);
  const units = new Map<string, string>();
  for (const name of wanted) {
    const found = listing.functions.filter(
      (fn) => name === "all" || name === fn.id || name === fn.unit || name === fn.endpoint,
    );
    if (found.length === 0) return { kind: "problem", message: explainUnknown(listing, name) };
    for (const fn of found) {
      if (!units.has(fn.unit)) units.set(fn.unit, fn.id);
    }
  }
  if (units.size > MOST_UNITS) {
    return {
      kind: "problem",
      message: `This would start ${units.size} debug sessions, one per unit. List the functions to debug in "functions" in the launch configuration.`,
    };
  }
  return {
    kind: "units",
    units: [...units].map(([unit, functionId]) => ({ unit, functionId })),
  };
}

function explainUnknown(listing: Listing, name: string): string {
  if (listing.functions.length === 0) {
    return "No functions found in this workspace.";
  }
  const known = listing.functions.map((fn) => fn.id).slice(0, 5);
  const more = listing.functions.length > known.length ? ", …" : "";
  return `Function not found: ${name}. Known functions: ${known.join(", ")}${more}`;
}

/** Completion items for `functions`, other than `all`. */
export function launchTargets(
  listing: Listing,
): { readonly text: string; readonly detail: string }[] {
  const units = [...new Set(listing.functions.map((fn) => fn.unit))];
  return [
    ...units.map((unit) => ({ text: unit, detail: "all functions of this unit" })),
    ...listing.functions.map((fn) => ({
      text: fn.id,
      detail: `${fn.route} · ${fn.signatureType}`,
    })),
  ];
}

/** Range of a text in a document. */
export interface Offsets {
  readonly start: number;
  readonly end: number;
}

/**
 * Return the range of the string at the cursor, including its quotes, if it is a value of
 * `functions` in a launch configuration.
 *
 * In JSON, VS Code matches completion items against the text from the opening quote. An
 * unfinished string ends at the cursor: the next quote begins another string.
 */
export function functionsValueAt(text: string, cursor: number): Offsets | undefined {
  const { path, isAtPropertyKey, previousNode } = getLocation(text, cursor);
  const [list, index, key, ...inside] = path;
  const isValue =
    list === "configurations" &&
    typeof index === "number" &&
    key === "functions" &&
    inside.length <= 1 &&
    !isAtPropertyKey;
  if (!isValue || previousNode?.type !== "string") return undefined;
  const start = previousNode.offset;
  const end = start + previousNode.length;
  const isClosed =
    previousNode.length > 1 && text[end - 1] === '"' && !/[,\]}]/.test(text.slice(cursor, end));
  if (cursor <= start || (isClosed && cursor >= end)) return undefined;
  return { start, end: isClosed ? end : cursor };
}
