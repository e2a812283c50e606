/**
 * The tree of folders, units and functions: who is below whom, and what an update changes.
 *
 * Nodes keep their identity while what they stand for exists, so that a view refreshes
 * only those that changed. Functions get a node when somebody looks at their unit.
 */

import type {
  FunctionInfo,
  Listing,
  NextRun,
  ResponseInfo,
  UnitNeed,
  UnitStatus,
} from "./protocol";
import { differing, looksSame } from "./treeChanges";
import { matcher } from "./treeFilter";
import { buildFolders, type Folder } from "./treeFolders";

/** A folder of the workspace with more than one unit below. */
export interface FolderNode {
  readonly kind: "folder";
  /** Absolute path. */
  readonly folder: string;
}

export interface UnitNode {
  readonly kind: "unit";
  readonly unit: string;
}

/** Commands take nodes as arguments: `id` names the function. */
export interface FunctionNode {
  readonly kind: "function";
  readonly id: string;
}

export type TreeNode = FolderNode | UnitNode | FunctionNode;

/** A workspace folder with the name that the user gave it. */
export interface Root {
  readonly folder: string;
  readonly name: string;
}

/** What is shown of a unit. */
export interface UnitParts {
  readonly label: string;
  /** Absolute path of the folder that has its source. */
  readonly folder: string;
  readonly source: string;
  readonly functions: readonly FunctionInfo[];
}

/** Beyond this many nodes, refreshing all of them is cheaper. */
const MOST_REFRESHED = 30;

export class FunctionTree {
  private listing: Listing | undefined;
  private filter = "";
  private nodes = new Map<string, TreeNode>();
  private roots: readonly TreeNode[] = [];
  private below = new Map<TreeNode, readonly TreeNode[]>();
  private parents = new Map<TreeNode, TreeNode>();
  private folders = new Map<string, Folder>();
  private units = new Map<string, UnitParts>();
  private functions = new Map<string, FunctionInfo>();
  private statuses = new Map<string, UnitStatus>();
  private responses = new Map<string, ResponseInfo>();
  private needs = new Map<string, UnitNeed>();
  private runs = new Map<string, NextRun>();
  private colliding = new Set<string>();

  /** Take a new state; return the nodes to refresh, or undefined for all of them. */
  update(
    listing: Listing,
    roots: readonly Root[] = [],
    filter = "",
  ): readonly TreeNode[] | undefined {
    const before = this.listing;
    const oldStatuses = this.statuses;
    const oldResponses = this.responses;
    const oldNeeds = this.needs;
    const oldRuns = this.runs;
    this.listing = listing;
    this.statuses = new Map(listing.runner.units.map((status) => [status.unit, status]));
    this.responses = new Map(listing.responses.map((response) => [response.id, response]));
    if (before?.needs !== listing.needs) {
      this.needs = new Map(listing.needs.map((need) => [need.unit, need]));
    }
    if (before?.nextRuns !== listing.nextRuns) {
      this.runs = new Map(listing.nextRuns.map((run) => [run.id, run]));
    }
    const isSame =
      before?.functions === listing.functions &&
      before.collisions === listing.collisions &&
      before.reported === listing.reported &&
      filter === this.filter;
    const isRunning = listing.runner.state === "running";
    const hasStates = filter.includes("@");
    this.filter = filter;
    let changed: readonly (TreeNode | undefined)[] = [];
    if (!isSame || hasStates) {
      const oldUnits = this.units;
      const oldColliding = this.colliding;
      const shape = this.shape();
      this.build(listing, roots);
      if (!before || shape !== this.shape()) return undefined;
      changed = this.changedUnits(oldUnits, oldColliding);
    }
    if ((before?.runner.state === "running") !== isRunning) return undefined;
    const units = [...this.units.keys()].filter(
      (unit) =>
        oldStatuses.get(unit) !== this.statuses.get(unit) ||
        oldNeeds.get(unit) !== this.needs.get(unit),
    );
    const functions = [
      ...new Set([...differing(oldResponses, this.responses), ...differing(oldRuns, this.runs)]),
    ];
    return this.few([
      ...changed,
      ...units.map((unit) => this.nodes.get(`unit ${unit}`)),
      ...functions.map((id) => this.nodes.get(`function ${id}`)),
    ]);
  }

  get unitCount(): number {
    return this.units.size;
  }

  get functionCount(): number {
    return this.functions.size;
  }

  get isRunning(): boolean {
    return this.listing?.runner.state === "running";
  }

  children(node?: TreeNode): readonly TreeNode[] {
    if (!node) return this.roots;
    if (node.kind === "unit") {
      const functions = this.units.get(node.unit)?.functions ?? [];
      return functions.map((fn) => this.functionNode(fn.id));
    }
    return this.below.get(node) ?? [];
  }

  parent(node: TreeNode): TreeNode | undefined {
    if (node.kind !== "function") return this.parents.get(node);
    const unit = this.functions.get(node.id)?.unit;
    return unit === undefined ? undefined : this.nodes.get(`unit ${unit}`);
  }

  /** Return the node of a function that is shown. */
  findFunction(id: string): TreeNode | undefined {
    return this.functions.has(id) ? this.functionNode(id) : undefined;
  }

  /** Return the node of a unit that is shown. */
  findUnit(unit: string): TreeNode | undefined {
    return this.nodes.get(`unit ${unit}`);
  }

  folder(node: FolderNode): Folder | undefined {
    return this.folders.get(node.folder);
  }

  unit(node: UnitNode): UnitParts | undefined {
    return this.units.get(node.unit);
  }

  function(node: FunctionNode): FunctionInfo | undefined {
    return this.functions.get(node.id);
  }

  statusOf(unit: string): UnitStatus | undefined {
    return this.isRunning ? this.statuses.get(unit) : undefined;
  }

  needOf(unit: string): UnitNeed | undefined {
    return this.needs.get(unit);
  }

  responseTo(id: string): ResponseInfo | undefined {
    return this.isRunning ? this.responses.get(id) : undefined;
  }

  nextRunOf(id: string): NextRun | undefined {
    return this.runs.get(id);
  }

  isColliding(id: string): boolean {
    return this.colliding.has(id);
  }

  private build(listing: Listing, roots: readonly Root[]): void {
    const reported = new Set(listing.reported);
    this.colliding = new Set(
      listing.collisions.flatMap(({ endpoint, functions }) =>
        reported.has(endpoint) ? functions : [],
      ),
    );
    const fits = matcher(this.filter, this);
    const units = new Map<string, FunctionInfo[]>();
    this.functions = new Map();
    for (const fn of listing.functions) {
      if (!fits(fn)) continue;
      this.functions.set(fn.id, fn);
      const known = units.get(fn.unit);
      if (known) known.push(fn);
      else units.set(fn.unit, [fn]);
    }
    const old = this.nodes;
    this.nodes = new Map();
    this.parents = new Map();
    this.below = new Map();
    this.folders = new Map();
    this.units = new Map();
    this.roots = this.nodesOf(buildFolders(units, roots), old, undefined);
    for (const [key, node] of old) {
      if (node.kind === "function" && this.functions.has(node.id)) this.nodes.set(key, node);
    }
  }

  private nodesOf(
    content: Folder["content"],
    old: ReadonlyMap<string, TreeNode>,
    parent: TreeNode | undefined,
  ): TreeNode[] {
    return content.map((item) => {
      const isUnit = "unit" in item;
      const key = isUnit ? `unit ${item.unit}` : `folder ${item.folder}`;
      const node: TreeNode =
        old.get(key) ??
        (isUnit ? { kind: "unit", unit: item.unit } : { kind: "folder", folder: item.folder });
      this.nodes.set(key, node);
      if (parent) this.parents.set(node, parent);
      if (isUnit) this.units.set(item.unit, item);
      else {
        this.folders.set(item.folder, item);
        this.below.set(node, this.nodesOf(item.content, old, node));
      }
      return node;
    });
  }

  private functionNode(id: string): TreeNode {
    const key = `function ${id}`;
    const known = this.nodes.get(key);
    if (known) return known;
    const node: TreeNode = { kind: "function", id };
    this.nodes.set(key, node);
    return node;
  }

  /** Return what tells whether folders and units are the same as before. */
  private shape(): string {
    const units = [...this.units].map(([unit, { label }]) => `${unit}\t${label}`);
    const folders = [...this.folders].map(([folder, { label }]) => `${folder}\t${label}`);
    return [...folders, "", ...units].join("\n");
  }

  private changedUnits(
    old: ReadonlyMap<string, UnitParts>,
    oldColliding: ReadonlySet<string>,
  ): (TreeNode | undefined)[] {
    const changed = [...this.units].filter(([unit, { functions }]) => {
      const before = old.get(unit)?.functions ?? [];
      return (
        before.length !== functions.length ||
        functions.some(
          (fn, at) =>
            !looksSame(fn, before[at]) || oldColliding.has(fn.id) !== this.colliding.has(fn.id),
        )
      );
    });
    return changed.map(([unit]) => this.nodes.get(`unit ${unit}`));
  }

  private few(nodes: readonly (TreeNode | undefined)[]): readonly TreeNode[] | undefined {
    const known = nodes.filter((node): node is TreeNode => node !== undefined);
    return known.length > MOST_REFRESHED ? undefined : known;
  }
}
