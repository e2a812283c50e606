/** Listings for tests of the tree: functions by the path of their source. */

import { type Listing, readListing } from "../../src/core/protocol";

export const URL = "http://127.0.0.1:8080";

/** Return a listing of functions, written as `path: names`, below a folder. */
export function listingOf(
  sources: Readonly<Record<string, readonly string[]>>,
  more: { readonly folder?: string; readonly [field: string]: unknown } = {},
): Listing {
  const { folder = "/shop", ...rest } = more;
  const functions = Object.entries(sources).flatMap(([source, names]) =>
    names.map((name, at) => {
      const unit = source.replace(/\.py$/, "").replaceAll("/", ".");
      return {
        id: `${unit}.${name}`,
        name,
        endpoint: name,
        route: `/${name}`,
        folder,
        source,
        file: source,
        line: 4 * at + 3,
        end_line: 4 * at + 5,
        signature_type: name.startsWith("on_") ? "cloudevent" : "http",
        unit,
      };
    }),
  );
  return readListing({ functions, ...rest });
}

/** Return the status of a unit as the server sends it. */
export function status(unit: string, state: string, more: object = {}): object {
  return { unit, state, debug: null, failure: null, ...more };
}
