/** Tree view of saved and sent requests, by function. */

import {
  commands,
  Disposable,
  EventEmitter,
  MarkdownString,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  window,
  workspace,
} from "vscode";
import type { SavedRequest } from "../core/protocol";
import { type RequestGroup, type RequestTreeNode, requestTree } from "../core/requestTree";
import { Coalescer } from "../core/restart";
import type { RequestStore } from "./requestStore";
import type { Store } from "./store";

export class RequestsView implements TreeDataProvider<RequestTreeNode>, Disposable {
  private readonly emitter = new EventEmitter<void>();
  private readonly subscriptions: Disposable;
  private readonly reads = new Coalescer(() => this.read());
  private saved: readonly SavedRequest[] = [];
  private tree: readonly RequestGroup[] = [];
  /** Ids of the functions for which the saved requests were read. */
  private known = "";

  readonly onDidChangeTreeData = this.emitter.event;

  constructor(
    private readonly store: Store,
    private readonly requests: RequestStore,
  ) {
    const files = workspace.createFileSystemWatcher("**/.funclens/requests/*.{http,rest}");
    const readAgain = () => void this.reads.request();
    this.subscriptions = Disposable.from(
      window.createTreeView("funclens.requests", { treeDataProvider: this }),
      this.emitter,
      files,
      files.onDidChange(readAgain),
      files.onDidCreate(readAgain),
      files.onDidDelete(readAgain),
      requests.onDidChange(() => this.update()),
      store.onDidChange(({ functions }) => {
        const ids = functions.map((fn) => fn.id).join("\n");
        if (ids !== this.known) readAgain();
        this.known = ids;
      }),
    );
  }

  getChildren(node?: RequestTreeNode): RequestTreeNode[] {
    if (!node) return [...this.tree];
    return node.kind === "group" ? [...node.requests] : [];
  }

  getTreeItem(node: RequestTreeNode): TreeItem {
    if (node.kind === "group") {
      const item = new TreeItem(node.fn.endpoint, TreeItemCollapsibleState.Expanded);
      item.id = node.fn.id;
      item.description = node.fn.unit;
      item.contextValue = "group";
      item.iconPath = new ThemeIcon("symbol-function");
      return item;
    }
    const item = new TreeItem(node.label);
    item.description = node.description;
    item.tooltip = new MarkdownString().appendCodeblock(node.tooltip, "http");
    item.contextValue = node.kind;
    item.iconPath = new ThemeIcon(node.kind === "saved" ? "bookmark" : "history");
    item.command = {
      title: "Open Request",
      command: "funclens.requests.open",
      arguments: [node],
    };
    return item;
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private async read(): Promise<void> {
    const { functions } = this.store.current;
    this.saved = functions.length > 0 ? await this.requests.allSaved() : [];
    this.update();
  }

  private update(): void {
    const { functions } = this.store.current;
    this.tree = requestTree(functions, this.saved, (id) => this.requests.history(id));
    void commands.executeCommand("setContext", "funclens.hasRequests", this.tree.length > 0);
    this.emitter.fire();
  }
}
