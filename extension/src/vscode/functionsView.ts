/** Tree view of units and functions, with their state and a badge for collisions. */

import {
  Disposable,
  EventEmitter,
  type FileDecorationProvider,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  window,
} from "vscode";
import { buildTree, type Icon, type TreeNode } from "../core/tree";
import type { Store } from "./store";

const SCHEME = "funclens-function";

export class FunctionsView implements TreeDataProvider<TreeNode>, Disposable {
  private readonly emitter = new EventEmitter<void>();
  private readonly subscriptions: Disposable;

  readonly onDidChangeTreeData = this.emitter.event;

  constructor(private readonly store: Store) {
    const view = window.createTreeView("funclens.functions", { treeDataProvider: this });
    this.subscriptions = Disposable.from(
      view,
      this.emitter,
      window.registerFileDecorationProvider(collisionBadges),
      store.onDidChange((listing) => {
        const clashes = listing.collisions.length;
        view.badge =
          clashes > 0
            ? { value: clashes, tooltip: "Endpoints shared by several functions" }
            : undefined;
        this.emitter.fire();
      }),
    );
  }

  getChildren(node?: TreeNode): TreeNode[] {
    if (!node) return buildTree(this.store.current);
    return node.kind === "unit" ? [...node.functions] : [];
  }

  getTreeItem(node: TreeNode): TreeItem {
    const item = new TreeItem(
      node.label,
      node.kind === "unit" ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.None,
    );
    item.id = node.kind === "unit" ? `unit ${node.unit}` : node.id;
    item.description = node.description;
    item.tooltip = new MarkdownString().appendText(node.tooltip);
    item.iconPath = themeIcon(node.icon);
    item.contextValue = node.context;
    if (node.kind === "function") {
      item.accessibilityInformation = { label: node.spoken };
      const mark = node.collides ? "collision" : "";
      item.resourceUri = Uri.from({ scheme: SCHEME, path: `/${node.id}`, query: mark });
      item.command = {
        title: "Go to Definition",
        command: "funclens.show",
        arguments: [{ id: node.id }],
      };
    }
    return item;
  }

  dispose(): void {
    this.subscriptions.dispose();
  }
}

const collisionBadges: FileDecorationProvider = {
  provideFileDecoration: (uri) =>
    uri.scheme === SCHEME && uri.query === "collision"
      ? {
          badge: "!",
          color: new ThemeColor("list.warningForeground"),
          tooltip: "Another function has the same endpoint",
        }
      : undefined,
};

function themeIcon(icon: Icon): ThemeIcon {
  return new ThemeIcon(icon.name, icon.color ? new ThemeColor(icon.color) : undefined);
}
