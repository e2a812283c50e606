/** Helpers for the server's messages. */

import {
  type Collision,
  type CollisionChange,
  type DebugAddress,
  type FunctionsChanged,
  type Listing,
  type PlacedFunctions,
  type ResponseInfo,
  type RunnerStatus,
  readDebugResult,
  readListing,
  readRunnerStatus,
  type UnitStatus,
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

/** Version of the changes that `withChange` applies. */
export const CHANGES_VERSION = 2;

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
  for (const id of change.removed ?? []) functions.delete(id);
  for (const fn of change.functions ?? []) functions.set(fn.id, fn);
  for (const { id, line, endLine } of change.moved ?? []) {
    const fn = functions.get(id);
    if (fn) functions.set(id, { ...fn, line, endLine });
  }
  return {
    ...listing,
    functions: placed([...functions.keys()], change.placed).flatMap(
      (id) => functions.get(id) ?? [],
    ),
    collisions: withCollisions(listing.collisions, change.collided ?? []),
    reported: change.reported ?? listing.reported,
    revision: change.revision,
  };
}

function placed(ids: string[], change: PlacedFunctions | undefined): string[] {
  if (!change) return ids;
  const moving = new Set(change.ids);
  const order = ids.filter((id) => !moving.has(id));
  const start = change.after === null ? 0 : order.indexOf(change.after) + 1;
  return [...order.slice(0, start), ...change.ids, ...order.slice(start)];
}

function withCollisions(
  collisions: readonly Collision[],
  changes: readonly CollisionChange[],
): readonly Collision[] {
  if (changes.length === 0) return collisions;
  const byEndpoint = new Map(collisions.map((item) => [item.endpoint, item]));
  for (const { endpoint, added, removed } of changes) {
    const gone = new Set(removed);
    const known = byEndpoint.get(endpoint)?.functions ?? [];
    const functions = [...known.filter((id) => !gone.has(id)), ...added];
    if (functions.length > 0) byEndpoint.set(endpoint, { endpoint, functions });
    else byEndpoint.delete(endpoint);
  }
  return [...byEndpoint.values()];
}

/** Return a listing in which some units of the runner have another state. */
export function withUnits(listing: Listing, changed: readonly UnitStatus[]): Listing {
  const units = new Map(listing.runner.units.map((status) => [status.unit, status]));
  for (const status of changed) units.set(status.unit, status);
  return { ...listing, runner: { ...listing.runner, units: [...units.values()] } };
}

/** Return a listing with another state of the runner; only a running one has responses. */
export function withRunner(listing: Listing, runner: RunnerStatus): Listing {
  const responses = runner.state === "running" ? listing.responses : [];
  return { ...listing, runner, responses };
}

/** Return a listing with newer responses of some functions. */
export function withResponses(listing: Listing, newer: readonly ResponseInfo[]): Listing {
  const responses = new Map(listing.responses.map((response) => [response.id, response]));
  for (const response of newer) responses.set(response.id, response);
  return { ...listing, responses: [...responses.values()] };
}
