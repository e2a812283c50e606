/** What differs between two states of the tree. */

import type { FunctionInfo } from "./protocol";

/** Return the keys of which two maps have different values. */
export function differing<T>(one: ReadonlyMap<string, T>, other: ReadonlyMap<string, T>): string[] {
  if (one === other) return [];
  return [...one.keys(), ...other.keys()].filter((key) => one.get(key) !== other.get(key));
}

/** Return whether a function looks the same; the tooltip is made when it is shown. */
export function looksSame(one: FunctionInfo, other: FunctionInfo | undefined): boolean {
  return (
    one === other ||
    (one.id === other?.id &&
      one.endpoint === other.endpoint &&
      one.route === other.route &&
      one.signatureType === other.signatureType &&
      one.isAsync === other.isAsync)
  );
}
