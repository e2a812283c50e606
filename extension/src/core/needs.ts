/** Decides how a unit gets what it lacks. */

import { isAbsolute, relative, sep } from "node:path";
import { type Installation, installationFor } from "./install";
import type { Listing, SetUpPlan, UnitNeed } from "./protocol";

/** Maximum number of packages in a description. */
const MOST_NAMES = 3;

/** What to offer after a unit failed to load. */
export type Offer =
  | { readonly kind: "set-up"; readonly unit: string }
  | {
      readonly kind: "install";
      readonly installation: Installation;
      /** Whether the interpreter is outside of the workspace. */
      readonly outside: boolean;
    };

/** Return what a unit lacks, or undefined. */
export function needOf(listing: Listing, unit: string): UnitNeed | undefined {
  return listing.needs.find((need) => need.unit === unit);
}

/** Say what a unit lacks, in a few words. */
export function describeNeed(need: UnitNeed | undefined): string {
  if (!need) return "";
  const missing = need.missing.slice(0, MOST_NAMES).join(", ");
  const more = need.missing.length > MOST_NAMES ? ", …" : "";
  if (missing) return `lacks ${missing}${more}`;
  return need.hasEnvironment ? "" : "no environment";
}

/** A choice of units to set up. */
export interface UnitLine {
  readonly label: string;
  readonly description: string;
  /** Empty for all that lack something. */
  readonly unit: string;
}

/** Return the choices, those that lack something first. */
export function unitLines(listing: Listing): UnitLine[] {
  const units = [...new Set(listing.functions.map((fn) => fn.unit))];
  const lacking = units.filter((unit) => needOf(listing, unit));
  const others = units.filter((unit) => !needOf(listing, unit));
  const lines = [...lacking, ...others].map((unit) => ({
    label: unit,
    description: describeNeed(needOf(listing, unit)),
    unit,
  }));
  if (lacking.length < 2) return lines;
  const label = `All ${lacking.length} units that lack something`;
  return [{ label, description: "", unit: "" }, ...lines];
}

/** Return what to offer for a unit that failed to load, or undefined. */
export function offerFor(
  listing: Listing,
  unit: string,
  folders: readonly string[],
): Offer | undefined {
  if (needOf(listing, unit)) return { kind: "set-up", unit };
  const installation = installationFor(listing.runner, unit);
  if (!installation) return undefined;
  const outside = !folders.some((folder) => isInside(installation.interpreter, folder));
  return { kind: "install", installation, outside };
}

/**
 * Tell whether another extension may create the environment of a plan.
 *
 * It creates it for a `project`, with a Python of its choice.
 */
export function mayCreate(plan: SetUpPlan, project: string | undefined): boolean {
  return !plan.keepsPackages && plan.version === "" && project === plan.folder;
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
