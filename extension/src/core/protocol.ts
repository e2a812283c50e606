/** Helpers for the server's messages. */

import {
  type DebugAddress,
  type FunctionInfo,
  type FunctionsChanged,
  type Listing,
  type RunnerStatus,
  readDebugResult,
  readListing,
  readRunnerStatus,
} from "./messages";

export * from "./messages";

export const STOPPED: RunnerStatus = readRunnerStatus({});
export const EMPTY: Listing = readListing({});

/** Return the result of `funclens.debug`; undefined without an address. */
export function debugTarget(
  value: unknown,
): { readonly unit: string; readonly address: DebugAddress } | undefined {
  const { unit, host, port } = readDebugResult(value);
  return unit && port > 0 ? { unit, address: { host: host || "127.0.0.1", port } } : undefined;
}

/**
 * Return a listing after a change.
 *
 * A change that was already applied is ignored. Undefined if a change before it was
 * missed, so that the whole listing must be fetched again.
 */
export function withChange(listing: Listing, change: FunctionsChanged): Listing | undefined {
  if (change.revision <= listing.revision) return listing;
  if (change.revision !== listing.revision + 1) return undefined;
  const functions = new Map(listing.functions.map((fn) => [fn.id, fn]));
  for (const fn of change.functions ?? []) functions.set(fn.id, fn);
  const order = change.order ?? [...functions.keys()];
  return {
    ...listing,
    functions: order.map((id) => functions.get(id)).filter((fn): fn is FunctionInfo => !!fn),
    collisions: change.collisions ?? listing.collisions,
    revision: change.revision,
  };
}
