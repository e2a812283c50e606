/** The tree of units and functions as values: labels, icons, states. */

import { basename } from "node:path";
import type { FunctionInfo, Listing, UnitStatus } from "./protocol";
import { plural } from "./status";

export interface Icon {
  /** Name of a product icon. */
  readonly name: string;
  /** Id of a theme color, if any. */
  readonly color?: string;
}

export interface FunctionNode {
  readonly kind: "function";
  /** Id of the function, because commands take nodes as arguments. */
  readonly id: string;
  readonly fn: FunctionInfo;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  /** Label for screen readers. */
  readonly spoken: string;
  readonly icon: Icon;
  /** Context value for menus. */
  readonly context: string;
  readonly collides: boolean;
}

export interface UnitNode {
  readonly kind: "unit";
  readonly unit: string;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  readonly icon: Icon;
  readonly context: string;
  readonly functions: readonly FunctionNode[];
}

export type TreeNode = UnitNode | FunctionNode;

const STATE_ICONS: Record<UnitStatus["state"], Icon> = {
  idle: { name: "circle-outline" },
  starting: { name: "loading~spin" },
  ready: { name: "circle-filled", color: "testing.iconPassed" },
  failed: { name: "error", color: "testing.iconFailed" },
};

const TYPE_ICONS: Record<string, string> = {
  http: "globe",
  cloudevent: "symbol-event",
  event: "symbol-event",
  typed: "symbol-interface",
};

/** Return the units in listing order, each with its functions. */
export function buildTree(listing: Listing): UnitNode[] {
  const statuses = new Map(listing.runner.units.map((status) => [status.unit, status]));
  const colliding = new Set(listing.collisions.flatMap((collision) => collision.functions));
  const units = new Map<string, FunctionInfo[]>();
  for (const fn of listing.functions) {
    const known = units.get(fn.unit);
    if (known) known.push(fn);
    else units.set(fn.unit, [fn]);
  }
  const folders = new Set(listing.functions.map((fn) => fn.folder));
  return [...units].map(([unit, functions]) => {
    const node = unitNode(unit, functions, statuses.get(unit), colliding, listing);
    const folder = functions[0]?.folder ?? "";
    return folders.size > 1 ? { ...node, label: `${basename(folder)}/${node.label}` } : node;
  });
}

function unitNode(
  unit: string,
  functions: readonly FunctionInfo[],
  status: UnitStatus | undefined,
  colliding: ReadonlySet<string>,
  listing: Listing,
): UnitNode {
  const running = listing.runner.state === "running";
  const state = (running && status?.state) || "idle";
  const source = functions[0]?.source ?? unit;
  const folder = source.slice(0, Math.max(source.lastIndexOf("/"), 0));
  const words = running ? [state, ...(status?.debug ? ["debugging"] : [])] : [];
  const failure = state === "failed" && status?.failure ? `\n\n${status.failure.error}` : "";
  return {
    kind: "unit",
    unit,
    label: folder || source,
    description: words.join(", "),
    tooltip: `${source}: ${plural(functions.length, "function")}${failure}`,
    icon: running && status?.debug ? { name: "debug-alt" } : STATE_ICONS[state],
    context: ["unit", ...(running ? ["running"] : [])].join(" "),
    functions: functions.map((fn) => functionNode(fn, colliding.has(fn.id), running)),
  };
}

function functionNode(fn: FunctionInfo, collides: boolean, running: boolean): FunctionNode {
  const type = fn.isAsync ? `async ${fn.signatureType}` : fn.signatureType;
  const about = [
    `${fn.route} (${type}${fn.trigger ? `, ${fn.trigger}` : ""})`,
    ...(fn.deployedName ? [`Deployed as ${fn.deployedName}`] : []),
    ...(collides ? [`Another function also has the endpoint ${fn.endpoint}.`] : []),
    `${fn.file}:${fn.line}`,
  ];
  return {
    kind: "function",
    id: fn.id,
    fn,
    label: fn.endpoint,
    description: type === "http" ? fn.route : `${fn.route} · ${type}`,
    tooltip: about.join("\n\n"),
    spoken: `${fn.endpoint}, ${type} function at ${fn.route}${collides ? ", another function has the same endpoint" : ""}`,
    icon: { name: TYPE_ICONS[fn.signatureType] ?? "symbol-function" },
    context: ["function", fn.signatureType, ...(running ? ["running"] : [])].join(" "),
    collides,
  };
}
