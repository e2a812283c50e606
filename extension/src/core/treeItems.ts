/** What the nodes of the tree look like: labels, icons, states, menus. */

import { isScheduled } from "./functions";
import { describeNeed } from "./needs";
import type { FunctionInfo, ResponseInfo, UnitStatus } from "./protocol";
import { plural } from "./status";
import type { FolderNode, FunctionNode, FunctionTree, TreeNode, UnitNode } from "./tree";

export interface Icon {
  /** Name of a product icon. */
  readonly name: string;
  /** Id of a theme color, if any. */
  readonly color?: string;
}

export interface NodeText {
  /** Identity of the line: VS Code remembers by it what is expanded. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** Label for screen readers. */
  readonly spoken: string;
  readonly icon: Icon;
  /** Context value for menus. */
  readonly context: string;
  readonly opens: "no" | "collapsed" | "expanded";
  readonly mark: "" | "collision" | "failed";
}

/** Triggers to name in a tooltip. */
const MOST_TRIGGERS = 5;

/** Up to this many units, they are all open. */
const MOST_OPEN = 20;

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

const NOTHING: NodeText = {
  id: "",
  label: "",
  description: "",
  spoken: "",
  icon: { name: "circle-outline" },
  context: "",
  opens: "no",
  mark: "",
};

/** Return how a node is shown. `filter` makes other lines, which open by themselves. */
export function describeNode(tree: FunctionTree, node: TreeNode, filter = ""): NodeText {
  const text = textOf(tree, node);
  return filter ? { ...text, id: `${filter} ${text.id}` } : text;
}

function textOf(tree: FunctionTree, node: TreeNode): NodeText {
  switch (node.kind) {
    case "folder":
      return describeFolder(tree, node);
    case "unit":
      return describeUnit(tree, node);
    case "function":
      return describeFunction(tree, node);
  }
}

/** Return the tooltip of a node, in paragraphs. */
export function describeTooltip(tree: FunctionTree, node: TreeNode): string {
  if (node.kind === "folder") return node.folder;
  if (node.kind === "unit") {
    const unit = tree.unit(node);
    if (!unit) return "";
    const { failure, coldStart } = tree.statusOf(node.unit) ?? {};
    const about = `${unit.source}: ${plural(unit.functions.length, "function")}`;
    const problem = failure ? [failure.error, failure.hint] : [];
    return [about, coldStart, ...problem].filter(Boolean).join("\n\n");
  }
  const fn = tree.function(node);
  return fn ? functionTooltip(tree, fn) : "";
}

function describeFolder(tree: FunctionTree, node: FolderNode): NodeText {
  const folder = tree.folder(node);
  if (!folder) return NOTHING;
  const units = plural(folder.units, "unit");
  const isOnly = tree.children().length === 1 && tree.children()[0] === node;
  return {
    id: `folder ${node.folder}`,
    label: folder.label,
    description: units,
    spoken: `${folder.label}, folder with ${units}`,
    icon: { name: folder.path ? "folder" : "root-folder" },
    context: "folder",
    opens: isOnly || tree.unitCount <= MOST_OPEN ? "expanded" : "collapsed",
    mark: "",
  };
}

function describeUnit(tree: FunctionTree, node: UnitNode): NodeText {
  const unit = tree.unit(node);
  if (!unit) return NOTHING;
  const status = tree.statusOf(node.unit);
  const state = status?.state ?? "idle";
  const need = tree.needOf(node.unit);
  const lacks = describeNeed(need);
  const words = [
    ...(tree.isRunning ? [state, ...(status?.debug ? ["debugging"] : [])] : []),
    ...(lacks ? [lacks] : []),
  ];
  const description = words.join(", ");
  return {
    id: `unit ${node.unit}`,
    label: unit.label,
    description,
    spoken: `${unit.label}, unit with ${plural(unit.functions.length, "function")}${description && `, ${description}`}`,
    icon: status?.debug ? { name: "debug-alt" } : STATE_ICONS[state],
    context: [
      "unit",
      ...(tree.isRunning ? ["running", state] : []),
      ...(need ? ["incomplete"] : []),
    ].join(" "),
    opens: tree.unitCount <= MOST_OPEN ? "expanded" : "collapsed",
    mark: state === "failed" ? "failed" : "",
  };
}

function describeFunction(tree: FunctionTree, node: FunctionNode): NodeText {
  const fn = tree.function(node);
  if (!fn) return NOTHING;
  const type = typeOf(fn);
  const response = tree.responseTo(fn.id);
  const collides = tree.isColliding(fn.id);
  const last = response ? lastResponse(response) : "";
  const run = tree.nextRunOf(fn.id);
  const words = [
    ...(collides ? ["duplicate"] : fn.route === `/${fn.endpoint}` ? [] : [fn.route]),
    ...(type === "http" ? [] : [type]),
    ...(last ? [last] : []),
    ...(run ? [`next run ${run.text}`] : []),
  ];
  const more = [
    ...(run ? [`next run ${run.text}`] : []),
    ...(last ? [`last response ${last}`] : []),
    ...(collides ? ["another function has the same endpoint"] : []),
  ];
  const marks = [
    ...(tree.isRunning ? ["running"] : []),
    ...(response ? ["called"] : []),
    ...(response?.failed ? ["errors"] : []),
    ...(isScheduled(fn) ? ["scheduled"] : []),
  ];
  return {
    id: `function ${fn.id}`,
    label: fn.endpoint,
    description: words.join(" · "),
    spoken: [`${fn.endpoint}, ${type} function at ${fn.route}`, ...more].join(", "),
    icon: response
      ? responseIcon(response)
      : { name: TYPE_ICONS[fn.signatureType] ?? "symbol-function" },
    context: ["function", fn.signatureType, ...marks].join(" "),
    opens: "no",
    mark: collides ? "collision" : "",
  };
}

function functionTooltip(tree: FunctionTree, fn: FunctionInfo): string {
  const response = tree.responseTo(fn.id);
  const run = tree.nextRunOf(fn.id);
  return [
    `${fn.route} (${typeOf(fn)}${fn.trigger ? `, ${fn.trigger}` : ""})`,
    ...fn.triggers
      .filter(({ kind }) => kind !== "http")
      .slice(0, MOST_TRIGGERS)
      .map(({ text }) => `Trigger: ${text}`),
    ...(run ? [`Next run: ${run.text}`] : []),
    ...(fn.deployedName ? [`Deployed as ${fn.deployedName}`] : []),
    ...(response ? [`Last response: ${lastResponse(response)}`] : []),
    ...(response?.error ? [response.error] : []),
    ...(tree.isColliding(fn.id) ? [`Another function also has the endpoint ${fn.endpoint}.`] : []),
    `${fn.file}:${fn.line}`,
  ].join("\n\n");
}

function typeOf(fn: FunctionInfo): string {
  return fn.isAsync ? `async ${fn.signatureType}` : fn.signatureType;
}

/** Return `200 · 12 ms`. */
function lastResponse(response: ResponseInfo): string {
  return `${response.status || "no response"} · ${response.duration}`;
}

function responseIcon({ failed, status }: ResponseInfo): Icon {
  if (failed) return { name: "error", color: "testing.iconFailed" };
  if (status >= 400) return { name: "warning", color: "list.warningForeground" };
  return { name: "pass", color: "testing.iconPassed" };
}
