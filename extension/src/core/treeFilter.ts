/** The filter of the view: words of names and paths, and `@` with a state or a type. */

import type { FunctionInfo, ResponseInfo, UnitStatus } from "./protocol";

/** What can follow an `@`, as the question for a filter says. */
export const FILTER_STATES = [
  "http",
  "cloudevent",
  "event",
  "typed",
  "async",
  "ready",
  "starting",
  "failed",
  "debugging",
  "called",
  "errors",
  "duplicates",
] as const;

/** What a filter asks about a function. */
export interface States {
  statusOf(unit: string): UnitStatus | undefined;
  responseTo(id: string): ResponseInfo | undefined;
  isColliding(id: string): boolean;
}

/** Return what tells whether a function fits all words of a filter. */
export function matcher(filter: string, states: States): (fn: FunctionInfo) => boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return () => true;
  return (fn) => {
    const text = `${fn.endpoint} ${fn.name} ${fn.route} ${fn.source} ${fn.unit} ${fn.trigger ?? ""}`;
    const found = text.toLowerCase();
    return words.every((word) =>
      word.startsWith("@")
        ? statesOf(fn, states).some((state) => `@${state}`.startsWith(word))
        : found.includes(word),
    );
  };
}

function statesOf(fn: FunctionInfo, states: States): string[] {
  const status = states.statusOf(fn.unit);
  const response = states.responseTo(fn.id);
  return [
    fn.signatureType,
    ...(fn.isAsync ? ["async"] : []),
    ...(status ? [status.state] : []),
    ...(status?.debug ? ["debugging"] : []),
    ...(response ? ["called"] : []),
    ...(response?.failed ? ["errors"] : []),
    ...(states.isColliding(fn.id) ? ["duplicates"] : []),
  ];
}
