/**
 * Readers of JSON from another program. They never fail.
 *
 * Unknown fields are ignored and missing ones get a default, so that a newer or older
 * server never breaks a view.
 */

type Json = Readonly<Record<string, unknown>>;

export function asObject(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

export function asList<T>(value: unknown, read: (item: unknown) => T): T[] {
  return Array.isArray(value) ? value.map((item) => read(item)) : [];
}

export function asString(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function asNumber(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

export function asBoolean(value: unknown): boolean {
  return value === true;
}

/** Return the string values of an object by key. */
export function asStrings(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(asObject(value)).map(([name, text]) => [name, asString(text)]),
  );
}

/** Return null for a missing value. */
export function asOptional<T>(value: unknown, read: (item: unknown) => T): T | null {
  return value === undefined || value === null ? null : read(value);
}

/** Return one of the allowed words; the first one for any other value. */
export function asOneOf<T extends string>(value: unknown, allowed: readonly [T, ...T[]]): T {
  return allowed.find((item) => item === value) ?? allowed[0];
}
